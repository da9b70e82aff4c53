# Paths, versions and the way to fail, for every script of kind-config/. Sourced, not run.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts that source this file

KIND_CONFIG=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
OFFLINE=$KIND_CONFIG/offline
REPOSITORY=$(dirname "$KIND_CONFIG")
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/stalwart-e2e
LOGS=$CACHE/logs

# shellcheck source=../versions.env
. "$KIND_CONFIG/versions.env"

readonly EXIT_INFRA=3

say() { printf '%s\n' "$*" >&2; }

# fail_infra WHAT [WHAT TO DO]...: the machine, not the product, is in the way.
fail_infra() {
  printf 'error: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit "$EXIT_INFRA"
}

# poll SECONDS CONDITION...: until the condition holds, or false when the time is over.
poll() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# unmount_below FOLDER: innermost first.
unmount_below() {
  local target
  awk -v below="$1/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo | tac | while read -r target; do
    umount -l "$(printf '%b' "$target")" 2>/dev/null || say "could not unmount $target"
  done
}
