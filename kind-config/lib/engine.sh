# The container engine in use: the machine's own where one answers, otherwise a private dockerd. Sourced, not run.
# shellcheck shell=bash

# Sockets live in /run: their paths may not be longer than 107 characters, and a restart of the machine clears them away.
ENGINE_RUN=/run/stalwart-e2e-$(printf '%s' "$CACHE" | sha256sum | cut -c1-8)
ENGINE_DATA=$CACHE/engine
ENGINE_LOG=$LOGS/engine.log
ENGINE_HOST=unix://$ENGINE_RUN/docker.sock
readonly ENGINE_RUN ENGINE_DATA ENGINE_LOG ENGINE_HOST

docker_at() { timeout -k 1 10 docker --host "$@"; }

answers() { docker_at "$1" version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# The address that a plain `docker` would use: DOCKER_HOST, or the chosen context.
own_host() {
  if [[ -n ${DOCKER_HOST:-} ]]; then
    printf '%s\n' "$DOCKER_HOST"
  else
    timeout 5 docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || echo unix:///var/run/docker.sock
  fi
}

# engine_host: prints the address of the engine that answers, or fails.
engine_host() {
  command -v docker >/dev/null || return 1
  local host
  for host in "$(own_host)" "$ENGINE_HOST"; do
    if answers "$host"; then
      printf '%s\n' "$host"
      return 0
    fi
  done
  return 1
}

# The pid in the file, where it is a live process of this engine and not a later stranger with the same number.
engine_pid() {
  local pid
  pid=$(cat "$ENGINE_RUN/$1" 2>/dev/null) && grep -qaF -- "$ENGINE_RUN/" "/proc/$pid/cmdline" 2>/dev/null && printf '%s\n' "$pid"
}

# True where the kernel knows a capability that no process here can get.
capability_missing() {
  local bounding last
  bounding=$((16#$(awk '/^CapBnd:/ {print $2}' /proc/self/status)))
  last=$(cat /proc/sys/kernel/cap_last_cap)
  (((bounding & ((1 << (last + 1)) - 1)) != (1 << (last + 1)) - 1))
}
