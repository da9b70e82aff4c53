# Which mail server is under test, and its image. Sourced, not run; needs registry.sh and progress.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034 # results, for the script that sources this file

# resolve_server PROFILE IMAGE OFFLINE: sets SERVER and SERVER_IMAGE, and plans what is to be made.
resolve_server() {
  local profile=$1 image=$2 offline=$3
  if [[ -n $image ]]; then
    SERVER=$profile SERVER_IMAGE=$image
    [[ $profile != auto ]] || SERVER=$(profile_of "$image")
    # Never pulled: whoever names an image means the one that is there.
    has_image "$image" || fail_infra "the engine at $DOCKER_HOST does not have the image $image" \
      "load it there: docker --host $DOCKER_HOST load --input FILE, or docker --host $DOCKER_HOST pull $image"
    return
  fi
  case $profile in
    reference) use_reference ;;
    stalwart-0.15) use_stalwart "$profile" "$STALWART_015_IMAGE" "$offline" || no_stalwart ;;
    stalwart-0.16) use_stalwart "$profile" "$STALWART_016_IMAGE" "$offline" || no_stalwart ;;
    auto)
      if ! use_stalwart stalwart-0.15 "$STALWART_015_IMAGE" "$offline"; then
        say "server: the reference server, because $STALWART_015_IMAGE is not to be had ($REASON)"
        use_reference
      fi
      ;;
  esac
}

profile_of() {
  local repository=${1%:*} tag=${1##*:}
  case $repository:$tag in
    *stalwart-reference:*) echo reference ;;
    *:v0.15*) echo stalwart-0.15 ;;
    *:v0.16* | *:latest) echo stalwart-0.16 ;;
    *) fail_infra "which server $1 is cannot be told from its tag" "add SERVER=stalwart-0.15, stalwart-0.16 or reference" ;;
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

use_reference() {
  SERVER=reference
  SERVER_IMAGE=$("$OFFLINE/mail-image" --tag)
  has_image "$SERVER_IMAGE" || step mail-image "reference mail server" "" "$OFFLINE/mail-image" "$SERVER_IMAGE"
}
