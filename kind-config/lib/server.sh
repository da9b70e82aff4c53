# Which mail server is under test, which one stands in for the other layout, and their images. Sourced, not run; needs registry.sh and progress.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034 # results, for the script that sources this file

# resolve_server PROFILE IMAGE OFFLINE: sets SERVER and SERVER_IMAGE, and plans what is to be made.
resolve_server() {
  local profile=$1 image=$2 offline=$3
  if [[ -n $image ]]; then
    SERVER=$profile SERVER_IMAGE=$image
    [[ $profile != auto* ]] || SERVER=$(profile_of "$image")
    # Never pulled: whoever names an image means the one that is there.
    has_image "$image" || fail_infra "the engine at $DOCKER_HOST does not have the image $image" \
      "load it there: docker --host $DOCKER_HOST load --input FILE, or docker --host $DOCKER_HOST pull $image"
    return
  fi
  case $profile in
    reference)
      SERVER=reference
      made_here mail-image "reference mail server"
      SERVER_IMAGE=$MADE
      ;;
    fake-0.16)
      SERVER=fake-0.16
      made_here fake-image "stand-in for Stalwart 0.16"
      SERVER_IMAGE=$MADE
      ;;
    stalwart-0.15) use_stalwart "$profile" "$STALWART_015_IMAGE" "$offline" || no_stalwart ;;
    stalwart-0.16) use_stalwart "$profile" "$STALWART_016_IMAGE" "$offline" || no_stalwart ;;
    auto)
      if ! use_stalwart stalwart-0.15 "$STALWART_015_IMAGE" "$offline"; then
        say "server: the reference server, because $STALWART_015_IMAGE is not to be had ($REASON)"
        resolve_server reference '' "$offline"
      fi
      ;;
    auto-0.16)
      if ! use_stalwart stalwart-0.16 "$STALWART_016_IMAGE" "$offline"; then
        say "server: the stand-in for 0.16, because $STALWART_016_IMAGE is not to be had ($REASON)"
        resolve_server fake-0.16 '' "$offline"
      fi
      ;;
  esac
}

# resolve_standin SERVER: sets STANDIN and STANDIN_IMAGE, the server of the layout that SERVER has not, and plans its making.
# Both are empty where it can't be made; scenarios of that layout are skipped then.
resolve_standin() {
  local maker=fake-image title="stand-in for Stalwart 0.16"
  STANDIN=fake-0.16
  if [[ $1 == *-0.16 ]]; then
    STANDIN=reference maker=mail-image title="reference mail server"
  fi
  STANDIN_IMAGE=$("$OFFLINE/$maker" --tag)
  if has_image "$STANDIN_IMAGE"; then return; fi
  if ((EUID != 0)); then
    say "no server stands in for the other layout: only root can make the image of $STANDIN"
    STANDIN='' STANDIN_IMAGE=''
    return
  fi
  made_here "$maker" "$title"
}

profile_of() {
  local repository=${1%:*} tag=${1##*:}
  case $repository:$tag in
    *stalwart-reference:*) echo reference ;;
    *stalwart-fake:*) echo fake-0.16 ;;
    *:v0.15*) echo stalwart-0.15 ;;
    *:v0.16* | *:latest) echo stalwart-0.16 ;;
    *) fail_infra "which server $1 is cannot be told from its tag" "add SERVER=stalwart-0.15, stalwart-0.16, reference or fake-0.16" ;;
  esac
}

use_stalwart() {
  SERVER=$1 SERVER_IMAGE=$2
  has_image "$2" && return
  if [[ $3 == 1 ]]; then
    REASON="offline, and the engine does not have it"
    return 1
  fi
  pull_image "$2"
}

no_stalwart() {
  fail_infra "the image $SERVER_IMAGE is not to be had: $REASON" \
    "load it into the engine (docker --host $DOCKER_HOST load --input FILE), or take SERVER=reference"
}

# made_here MAKER TITLE: sets MADE to the image that offline/MAKER makes, and plans its making where the engine lacks it.
made_here() {
  MADE=$("$OFFLINE/$1" --tag)
  if has_image "$MADE"; then return; fi
  "$KIND_CONFIG/prerequisites" offline
  step "$1" "$2" "" "$OFFLINE/$1" "$MADE"
}
