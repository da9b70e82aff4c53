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

# take_kubernetes VERSION: that one of versions.env instead of its first, with what its kubeadm asks for; false where it is none.
take_kubernetes() {
  local row
  [[ $1 != "$KUBERNETES_VERSION" ]] || return 0
  for row in $OTHER_KUBERNETES; do
    if [[ ${row%%:*} == "$1" ]]; then
      IFS=: read -r KUBERNETES_VERSION ETCD_VERSION COREDNS_VERSION <<<"$row"
      CLUSTER_MODULE=cluster-$1
      return 0
    fi
  done
  return 1
}

# take_helm VERSION: likewise.
take_helm() {
  [[ $1 != "$HELM_VERSION" ]] || return 0
  [[ " $OTHER_HELM " == *" $1 "* ]] || return 1
  HELM_VERSION=$1 HELM_MODULE=helm-$1
}

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

# The folders of offline/go/ that pin what is built; the versions that `prepare` was asked for reach all that it calls.
CLUSTER_MODULE=cluster HELM_MODULE=helm
[[ -z ${E2E_WITH_KUBERNETES:-} ]] || take_kubernetes "$E2E_WITH_KUBERNETES" ||
  fail_infra "versions.env has no Kubernetes $E2E_WITH_KUBERNETES" "it has $KUBERNETES_VERSION and$(printf ' %s' $OTHER_KUBERNETES | sed 's/:[^ ]*//g')"
[[ -z ${E2E_WITH_HELM:-} ]] || take_helm "$E2E_WITH_HELM" ||
  fail_infra "versions.env has no Helm $E2E_WITH_HELM" "it has $HELM_VERSION and $OTHER_HELM"
