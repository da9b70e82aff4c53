# What was made once is kept below $CACHE/<kind>/ under a name that ends in the hash of everything it was made of.
# It appears under that name only when it is whole. Sourced, not run.
# shellcheck shell=bash

# content_key ARGUMENT...: a short hash of the contents of files, of all files in folders, and of anything else as it stands.
# "name: value" keeps a word from being taken for a path.
content_key() {
  local input
  for input in "$@"; do
    if [[ -d $input ]]; then
      (cd "$input" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
    elif [[ -f $input ]]; then
      sha256sum <"$input"
    else
      printf '%s\n' "$input"
    fi
  done | sha256sum | cut -c1-12
}

# with_lock NAME COMMAND...: one at a time on this machine; says for whom it waits.
with_lock() {
  local name=$1 file=$CACHE/locks/$1 lock status=0
  shift
  mkdir -p "$CACHE/locks"
  exec {lock}<>"$file"
  if ! flock -n "$lock"; then
    say "waiting: $name is being made by process $(cat "$file" 2>/dev/null || echo '?')"
    flock "$lock"
  fi
  printf '%s' "$BASHPID" >"$file"
  "$@" || status=$?
  exec {lock}>&-
  return "$status"
}

# keep_whole TARGET PROGRAM ARGUMENT...: runs the program with an empty folder as its last argument and moves that to TARGET
# when it succeeds. A program, not a function: inside a condition bash would ignore `set -e` and keep a half-made thing.
keep_whole() {
  local target=$1 draft
  shift
  [[ ! -e $target ]] || return 0
  mkdir -p "$CACHE/tmp" "$(dirname "$target")"
  # What a killed run left: nobody else makes this target now, because the caller holds its lock.
  discard "$CACHE/tmp/$(basename "$target")".*
  draft=$(mktemp -d "$CACHE/tmp/$(basename "$target").XXXXXX")
  if "$@" "$draft"; then
    chmod 0755 "$draft"
    mv -T "$draft" "$target"
  else
    discard "$draft"
    return 1
  fi
}

# A Debian root that was being made may still have its /proc mounted.
discard() {
  local folder
  for folder; do
    unmount_below "$folder"
    rm -rf --one-file-system "$folder"
  done
}

# part MODE NAME FOLDER PROGRAM ARGUMENT...: prints FOLDER; unless MODE is --path or it is there, PROGRAM makes it first.
part() {
  local mode=$1 name=$2 folder=$3
  shift 3
  [[ $mode == --path || -d $folder ]] || with_lock "$name" keep_whole "$folder" "$@" >&2
  printf '%s\n' "$folder"
}
