#!/bin/sh
# provision.sh DATA REQUEST SECONDS
# The first start of Stalwart 0.16: makes the data store in a folder beside DATA, has the server in recovery mode take the
# JMAP request in the file REQUEST, and only then moves it to DATA. A start that was cut short leaves nothing to build on.
# Environment: RECOVERY_PORT, and ADMIN_PASSWORD where the request makes an administrator.
set -eu

data=$1 request=$2 seconds=$3
draft=$(dirname "$data")/.data.new
config=/tmp/provision-config.json
server=

say() { echo "provision: $1"; }
fail() {
  say "FAILED: $1" >&2
  exit 1
}

# Recovery mode on a store that is in use could wipe it: never start it there.
if [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
  say "the data store is there already, nothing to do"
  exit 0
fi

stop_server() {
  [ -n "$server" ] || return 0
  kill -TERM "$server" 2>/dev/null || true
  status=0
  wait "$server" || status=$?
  server=
  return "$status"
}
trap 'stop_server || true' EXIT
trap 'exit 143' TERM INT

# JSON's own escapes; the password stays out of every argument list.
escaped_password() { printf '%s' "${ADMIN_PASSWORD:-}" | sed 's/[\\"]/\\&/g'; }

# A password for this start only.
recovery_password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

await_server() {
  until curl -fsS -o /dev/null --max-time 5 "http://127.0.0.1:$RECOVERY_PORT/healthz/ready" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || fail "the server ended before it answered; its messages are above"
    [ "$(date +%s)" -lt "$deadline" ] || fail "the server did not answer within $seconds s (provisioning.timeoutSeconds)"
    sleep 1
  done
}

send_request() {
  body=$(cat "$request")
  case $body in
    *@ADMIN_PASSWORD@*) body=${body%%@ADMIN_PASSWORD@*}$(escaped_password)${body#*@ADMIN_PASSWORD@} ;;
  esac
  (umask 077 && printf '%s' "$body" >/tmp/provision-request.json)
  printf 'user = "provision:%s"\n' "$password" |
    curl -sS --fail-with-body --max-time "$seconds" --config - -H 'Content-Type: application/json' \
      --data-binary @/tmp/provision-request.json "http://127.0.0.1:$RECOVERY_PORT/jmap"
}

deadline=$(($(date +%s) + seconds))
password=$(recovery_password)
rm -rf "$draft"
printf '{"@type":"RocksDb","path":"%s"}\n' "$draft" >"$config"
say "first start: making the settings"
STALWART_RECOVERY_ADMIN="provision:$password" STALWART_RECOVERY_MODE=1 STALWART_RECOVERY_MODE_PORT=$RECOVERY_PORT \
  stalwart --config "$config" &
server=$!
await_server
answer=$(send_request) || fail "the server refused the request: $answer"
rm -f /tmp/provision-request.json
case $answer in
  *'"notCreated"'* | *'"notUpdated"'* | *'["error"'*) fail "the server refused a part of the request: $answer" ;;
  *'"methodResponses"'*) ;;
  *) fail "the answer is not JMAP: $answer" ;;
esac
stop_server || fail "the server ended with status $?"
# An empty folder in its place would take the draft in.
[ ! -d "$data" ] || rmdir "$data"
mv "$draft" "$data"
sync
say "done"
