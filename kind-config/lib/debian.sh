# A small Debian root folder out of Debian's packages. Sourced, not run; needs root.
# shellcheck shell=bash

# debian_root FOLDER PACKAGE...: the essential packages and these, without documentation and translations.
debian_root() {
  local root=$1 packages
  shift
  packages=$(IFS=,; printf '%s' "$*")
  command -v debootstrap >/dev/null || fail_infra "no debootstrap on PATH" "run: kind-config/prerequisites cluster"
  mkdir -p "$CACHE/debs"
  # stderr of the packages' scripts is wanted in the log as well as debootstrap's own lines.
  DEBIAN_FRONTEND=noninteractive LC_ALL=C debootstrap --variant=minbase --cache-dir="$CACHE/debs" \
    --include="$packages" "$DEBIAN_SUITE" "$root" $(debian_mirror) || {
    tail -n 20 "$root/debootstrap/debootstrap.log" 2>/dev/null
    return 1
  }
  rm -rf "$root"/usr/share/{doc,man,info,locale,lintian,bash-completion}/* "$root"/var/{lib/apt/lists,cache/apt,cache/debconf,log}/*
}

# The mirror that this machine's apt uses for the suite; nothing where it uses none, and debootstrap then has its own.
debian_mirror() {
  # shellcheck disable=SC2016 # the names are apt's
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -v suite="$DEBIAN_SUITE" '$1 == suite && $2 ~ /^http/ {print $2; exit}'
}
