# Images: is one in the engine, can it be pulled. Sourced, not run; uses $DOCKER_HOST.
# shellcheck shell=bash

readonly PULL_SILENCE=45

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# pull_image IMAGE: tells in REASON why not. A registry that says nothing for 45 seconds counts as hanging.
pull_image() {
  local image=$1 log=$LOGS/pull.log pid size=-1 now quiet_since=$SECONDS
  mkdir -p "$LOGS"
  : >"$log"
  say "pulling $image"
  # On a terminal of its own: docker shows progress within a layer only on one.
  setsid script --quiet --return --flush --command "docker pull $(printf '%q' "$image")" "$log" </dev/null >/dev/null 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    now=$(stat -c %s "$log")
    if ((now != size)); then
      size=$now quiet_since=$SECONDS
    elif ((SECONDS - quiet_since >= PULL_SILENCE)); then
      kill -TERM -- "-$pid" 2>/dev/null || true
      REASON="the registry said nothing for $PULL_SILENCE s"
      return 1
    fi
    sleep 0.2
  done
  wait "$pid" && return
  REASON=$(grep -av '^Script ' "$log" | tr -d '\r' | grep -v '^[[:space:]]*$' | tail -n 1)
  return 1
}
