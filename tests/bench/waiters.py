"""How soon others notice that a ConfigMap has changed: processes that wait as many scripts do. Times in ms from the request for the change."""
import os
import random
import subprocess
import threading
import time

WAITERS = 10
CONFIGMAPS = "/api/v1/namespaces/default/configmaps"
POLL = """until [ "$("$KUBECTL" get configmap "$NAME" -o jsonpath='{.data.round}')" = 1 ]; do sleep 1; done"""


def by_kubectl(cluster):
    kubectl = cluster.kubectl()
    return noticed(cluster, "kubectl", lambda name: [kubectl, "wait", "--for=jsonpath={.data.round}=1", f"configmap/{name}", "--timeout=60s"])


def by_polling(cluster):
    return noticed(cluster, "poll", lambda name: ["sh", "-c", POLL])


def noticed(cluster, prefix, command):
    kubectl = cluster.kubectl()
    names = [f"{prefix}-{number}" for number in range(WAITERS)]
    for name in names:
        cluster.request("POST", CONFIGMAPS, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}})
    ended = {}

    def wait(name):
        subprocess.run(command(name), check=True, capture_output=True, timeout=120,
                       env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "KUBECTL": kubectl, "NAME": name})
        ended[name] = time.monotonic()

    threads = [threading.Thread(target=wait, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    time.sleep(5)  # all of them have begun
    sent = {}
    for name in random.Random(1).sample(names, len(names)):
        sent[name] = time.monotonic()
        cluster.request("PATCH", f"{CONFIGMAPS}/{name}", {"data": {"round": "1"}}, "application/merge-patch+json")
        time.sleep(random.Random(name).uniform(0.1, 0.6))
    for thread in threads:
        thread.join()
    for name in names:
        cluster.request("DELETE", f"{CONFIGMAPS}/{name}")
    return [(ended[name] - sent[name]) * 1000 for name in names]
