"""How soon others notice that a ConfigMap has changed: processes that wait as many scripts do. Times in ms from the request for the change."""
import os
import random
import subprocess
import sys
import threading
import time

WAITERS = 10
LONGEST = 120  # seconds
CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
# The sleep is what is measured here: scripts ask every second.
POLL = """until [ "$("$KUBECTL" get configmap "$NAME" -o jsonpath='{.data.round}')" = 1 ]; do echo asked; sleep 1; done"""


def by_kubectl(cluster):
    kubectl = cluster.kubectl()
    return noticed(cluster, "kubectl", lambda name: [kubectl, "wait", "--for=jsonpath={.data.round}=1", f"configmap/{name}", "--timeout=60s", "-v=6"], "watch=true")


def by_polling(cluster):
    return noticed(cluster, "poll", lambda name: ["sh", "-c", POLL], "asked")


def noticed(cluster, prefix, command, begun):
    """`begun` is in a line that each process says once it waits."""
    kubectl = cluster.kubectl()
    names = [f"{prefix}-{number}" for number in range(WAITERS)]
    for name in names:
        cluster.request("POST", CONFIGMAPS, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}})
    ended = {}

    all_wait = threading.Barrier(WAITERS + 1, timeout=LONGEST)

    def wait(name):
        environment = {**os.environ, **cluster.environment(), "KUBECTL": kubectl, "NAME": name}
        with subprocess.Popen(command(name), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as process:
            said = []
            for line in process.stdout:
                said.append(line)
                if begun in line and not any(begun in before for before in said[:-1]):
                    all_wait.wait()
            if process.wait() == 0:
                ended[name] = time.monotonic()
            else:
                all_wait.abort()
                print("".join(said), file=sys.stderr)

    threads = [threading.Thread(target=wait, args=(name,), daemon=True) for name in names]
    for thread in threads:
        thread.start()
    all_wait.wait()
    sent = {}
    for name in random.Random(1).sample(names, len(names)):
        sent[name] = time.monotonic()
        cluster.request("PATCH", f"{CONFIGMAPS}/{name}", {"data": {"round": "1"}}, "application/merge-patch+json")
        # Spread over the second, so that a loop is caught in all its phases.
        time.sleep(random.Random(name).uniform(0.1, 0.6))
    for thread in threads:
        thread.join(LONGEST)
    if len(ended) < WAITERS:
        raise SystemExit(f"{WAITERS - len(ended)} of {WAITERS} processes did not see their change")
    for name in names:
        cluster.request("DELETE", f"{CONFIGMAPS}/{name}")
    return [(ended[name] - sent[name]) * 1000 for name in names]
