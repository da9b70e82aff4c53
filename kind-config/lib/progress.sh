# Long work as numbered steps: some at once, each with a log, with a line on stderr that says what is going on. Sourced, not run.
# shellcheck shell=bash

readonly AT_ONCE=2 PLAIN_INTERVAL=15 LOG_TAIL=15

STEPS=()
declare -A TITLE=() NEEDS=() COMMAND=() STARTED=() PID=() FINISHED=()

# step NAME TITLE NEEDS COMMAND...: plans a step; NEEDS are the names of steps to be finished before it.
step() {
  local name=$1
  STEPS+=("$name")
  TITLE[$name]=$2 NEEDS[$name]=$3
  shift 3
  COMMAND[$name]=$(printf '%q ' "$@")
}

# run_steps: carries them all out in their order, as far as their needs allow; ends the program where one fails.
run_steps() {
  ((${#STEPS[@]} > 0)) || return 0
  local begun=$SECONDS name status last_plain=$SECONDS
  mkdir -p "$LOGS"
  find "$LOGS" -name '*-[0-9]*.log' -mtime +7 -delete
  open_channel
  while ((${#FINISHED[@]} < ${#STEPS[@]})); do
    start_ready_steps
    if read -r -t 1 -u "$CHANNEL" name status; then
      finish_step "$name" "$status"
    elif [[ -t 2 ]]; then
      printf '\r\033[K%s' "$(running_line)" >&2
    elif ((SECONDS - last_plain >= PLAIN_INTERVAL)); then
      last_plain=$SECONDS
      say "$(running_line)"
    fi
  done
  say "done in $(duration $((SECONDS - begun)))"
}

# Finished steps report here, so that waiting for any of them and for the next tick is one read.
open_channel() {
  local pipe
  pipe=$(mktemp -u)
  mkfifo -m 0600 "$pipe"
  exec {CHANNEL}<>"$pipe"
  rm "$pipe"
  trap stop_steps EXIT
  trap 'say; say "interrupted"; exit 130' INT
  trap 'exit 143' TERM
}

start_ready_steps() {
  local name
  for name in "${STEPS[@]}"; do
    ((${#STARTED[@]} - ${#FINISHED[@]} < AT_ONCE)) || return 0
    if [[ -z ${STARTED[$name]:-} ]] && needs_met "$name"; then start_step "$name"; fi
  done
}

# Two runs at once do not share a log.
log_of() { printf '%s/%s-%s.log' "$LOGS" "$1" "$$"; }

needs_met() {
  local need
  for need in ${NEEDS[$1]}; do
    # A step that was not planned had nothing left to do.
    [[ -z ${TITLE[$need]:-} || -n ${FINISHED[$need]:-} ]] || return 1
  done
}

start_step() {
  local name=$1
  STARTED[$name]=$SECONDS
  # A session of its own can be ended as a whole, with every compiler in it.
  setsid bash -c "$(printf '%s</dev/null >%q 2>&1; echo %q $? >&%d' "${COMMAND[$name]}" "$(log_of "$name")" "$name" "$CHANNEL")" &
  PID[$name]=$!
  [[ -t 2 ]] || say "$(step_line "$name")"
}

finish_step() {
  local name=$1 status=$2
  FINISHED[$name]=$status
  [[ ! -t 2 ]] || printf '\r\033[K' >&2
  if ((status == 0)); then
    say "$(label "$name") done in $(duration $((SECONDS - STARTED[$name])))"
    return
  fi
  say "$(label "$name") failed after $(duration $((SECONDS - STARTED[$name]))); the log ends with:"
  tail -n "$LOG_TAIL" "$(log_of "$name")" | sed 's/^/  | /' >&2
  fail_infra "${TITLE[$name]} could not be made" "the whole log: $(log_of "$name")" \
    "what is finished is kept: mend the cause and run the same command again"
}

stop_steps() {
  local name
  for name in "${!PID[@]}"; do
    [[ -n ${FINISHED[$name]:-} ]] || kill -TERM -- "-${PID[$name]}" 2>/dev/null || true
  done
}

running_line() {
  local name line='' separator=''
  for name in "${STEPS[@]}"; do
    [[ -n ${STARTED[$name]:-} && -z ${FINISHED[$name]:-} ]] || continue
    line+="$separator$(step_line "$name")"
    separator='   '
  done
  # A terminal's line is overwritten only while it does not wrap.
  if [[ -t 2 ]]; then line=${line:0:$(($(tput cols 2>/dev/null || echo 80) - 1))}; fi
  printf '%s' "$line"
}

step_line() {
  local waiting
  waiting=$(tail -n 1 "$(log_of "$1")" 2>/dev/null | grep '^waiting: ' || true)
  printf '%s … %s  %s' "$(label "$1")" "$(duration $((SECONDS - STARTED[$1])))" "${waiting:-log: $(log_of "$1")}"
}

label() {
  local name number=0
  for name in "${STEPS[@]}"; do
    number=$((number + 1))
    [[ $name != "$1" ]] || break
  done
  printf '[%d/%d] %s' "$number" "${#STEPS[@]}" "${TITLE[$1]}"
}

duration() {
  if (($1 < 60)); then printf '%ds' "$1"; else printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); fi
}
