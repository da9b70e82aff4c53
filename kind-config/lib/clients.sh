# kind and Helm: those on PATH where their version is the wanted one, otherwise built from source. Sourced, not run.
# shellcheck shell=bash

# on_path kind|helm: prints the path of the program with exactly the wanted version, or fails.
on_path() {
  local path wanted found
  path=$(type -P "$1") || return 1
  case $1 in
    kind) wanted=$KIND_VERSION found=$(timeout 10 "$path" version 2>/dev/null | awk '{print $2}') ;;
    helm) wanted=$HELM_VERSION found=$(timeout 10 "$path" version --template '{{.Version}}' 2>/dev/null) ;;
  esac
  [[ $found == "$wanted" ]] && printf '%s\n' "$path"
}

client_path() { on_path "$1" || printf '%s/%s\n' "$("$OFFLINE/tools" --path "$1")" "$1"; }

# plan_client NAME TITLE: a step, where it has to be built.
plan_client() {
  [[ -x $(client_path "$1") ]] || step "$1" "$2" "" "$OFFLINE/tools" "$1"
}
