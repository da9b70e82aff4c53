#!/bin/sh
# layout-guard.sh LAYOUT VOLUME DATA ACKNOWLEDGED
# Lets the server start only where the image is of the layout that the chart was rendered for, and the volume is empty or
# of that layout too. Stalwart 0.16 damages the data of 0.15 even when it refuses it, so nothing may open the volume before.
# When it refuses, the volume stays byte for byte as it was. LAYOUT is v0.15 or v0.16; DATA is the folder of the data store.
set -eu

layout=$1 volume=$2 data=$3 acknowledged=$4
marker=$volume/.stalwart-layout

refuse() {
  echo "layout-guard: REFUSED: $1"
  shift
  for line; do echo "layout-guard:   $line"; done
  echo "layout-guard: nothing on the volume was changed."
  exit 1
} >&2

# The layout that the image's own version means. A tag may say anything.
image_layout() {
  case $1 in
    0.[0-9] | 0.[0-9].* | 0.1[0-5] | 0.1[0-5].*) echo v0.15 ;;
    0.* | [1-9]*) echo v0.16 ;;
  esac
}

check_image() {
  command -v stalwart >/dev/null || refuse "this image has no program stalwart, so its version can't be told." \
    "Use an image of Stalwart 0.12 or newer, or set layoutGuard.enabled=false if you know what it is."
  printed=$(stalwart --version 2>&1) || refuse "stalwart --version failed: $printed" \
    "With \"operation not permitted\": add NET_BIND_SERVICE to securityContext.capabilities.add."
  version=$(printf '%s\n' "$printed" | sed -n 's/^[^0-9]*\([0-9][0-9]*\.[0-9][0-9.]*\).*/\1/p' | head -n 1)
  found=$(image_layout "$version")
  [ "$found" = "$layout" ] || refuse "the image is Stalwart ${version:-of an unknown version}, the chart was rendered for layout $layout." \
    "Set layout=${found:-…} or image.tag so that both agree. The tag may have moved: pin one, or a digest." \
    "A volume of the other layout needs a migration first: see UPGRADING.md."
}

# Prints which layout's data is on the volume: v0.15, v0.16, unknown, or nothing when it is empty.
volume_layout() {
  for folder in "$volume" "$volume/etc" "$data"; do
    if [ -d "$folder" ] && ! { [ -r "$folder" ] && [ -x "$folder" ]; }; then
      echo unreadable
      return
    fi
  done
  if [ -e "$marker" ]; then
    head -n 1 "$marker"
  elif [ -e "$volume/etc/config.toml" ]; then
    echo v0.15
  elif [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
    echo unknown
  fi
}

check_volume() {
  found=$(volume_layout)
  case $found in
    "" | "$layout") return 0 ;;
    unreadable)
      refuse "user $(id -u) can't look into $volume, so what is there can't be told." \
        "Let volumePermissions.enabled=true give the files to the server's user, or correct their owner."
      ;;
  esac
  [ "$acknowledged" != true ] || return 0
  case $found in
    v0.15 | v0.16)
      refuse "the volume holds data of Stalwart's layout $found, the server is of layout $layout." \
        "To go on with this data: use an image of the layout $found (image.tag, layout=$found)." \
        "To change the layout: migrate as UPGRADING.md says, then set migration.acknowledge=true."
      ;;
    *)
      refuse "$data has data, but neither a marker of this chart nor etc/config.toml says whose." \
        "If it is of layout $layout, set migration.acknowledge=true for this start; otherwise see UPGRADING.md."
      ;;
  esac
}

write_marker() {
  [ "$(head -n 1 "$marker" 2>/dev/null)" != "$layout" ] || return 0
  printf '%s\n' "$layout" >"$marker" || refuse "user $(id -u) can't write to $volume." \
    "Let volumePermissions.enabled=true give the files to the server's user, or correct their owner."
}

check_image
check_volume
write_marker
echo "layout-guard: Stalwart $version, layout $layout: the volume fits"
