#!/usr/bin/env bash
# What bench-peers measures as the plain script: install, ready, MAILS in, pod deleted, ready, MAILS out, uninstall. Written as such
# scripts are: helm and kubectl wait, swaks sends a message a call, curl fetches one a call.
set -euo pipefail
readonly RELEASE=stalwart SENDER=sender@example.org RECEIVER=receiver@example.org PASSWORD=a-user-password

kube() { "$KUBECTL" --namespace "$NAMESPACE" "$@"; }
principal() {
  curl -sS --fail --retry 20 --retry-connrefused --retry-delay 1 --noproxy '*' -u "admin:$ADMIN_PASSWORD" \
    -H 'Content-Type: application/json' -d "$1" "http://127.0.0.1:$HTTP_PORT/api/principal" >/dev/null
}
account() {
  principal "{\"type\":\"individual\",\"name\":\"$1\",\"secrets\":[\"$PASSWORD\"],\"emails\":[\"$1\"],\"roles\":[\"user\"]}"
}

"$HELM" install "$RELEASE" "$CHART" --namespace "$NAMESPACE" --create-namespace --values "$VALUES" --wait --timeout 5m >/dev/null
kube rollout status "deployment/$RELEASE" --timeout=5m
principal '{"type":"domain","name":"example.org"}'
account "$SENDER"
account "$RECEIVER"

for ((i = 1; i <= MAILS; ++i)); do
  swaks --server "127.0.0.1:$SUBMISSION_PORT" -tls --auth PLAIN --auth-user "$SENDER" --auth-password "$PASSWORD" \
    --from "$SENDER" --to "$RECEIVER" --h-Subject "mail $i" --body "body of mail $i" --silent 2
done

kube delete pod --selector "app.kubernetes.io/instance=$RELEASE" --wait=true >/dev/null
kube rollout status "deployment/$RELEASE" --timeout=5m
kube wait --for=condition=Ready pod --selector "app.kubernetes.io/instance=$RELEASE" --timeout=5m >/dev/null

for ((i = 1; i <= MAILS; ++i)); do
  curl -sSk --retry 20 --retry-all-errors --retry-delay 1 --noproxy '*' --user "$RECEIVER:$PASSWORD" \
    "imaps://127.0.0.1:$IMAPS_PORT/INBOX;MAILINDEX=$i"
done | tr -d '\r' | grep -c '^body of mail ' | grep -qx "$MAILS"

"$HELM" uninstall "$RELEASE" --namespace "$NAMESPACE" --wait --timeout 5m >/dev/null
"$KUBECTL" delete namespace "$NAMESPACE" --wait=true >/dev/null
