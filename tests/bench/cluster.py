"""A kind cluster for a bench, brought up by `stalwart-e2e up` and deleted when the bench is over, and a way to change its objects."""
import base64
import http.client
import json
import os
import pathlib
import re
import ssl
import subprocess
import tempfile

LONGEST = 600  # seconds, for bring-up and deletion each


class Cluster:
    """`with Cluster(…) as cluster:`. The images come out of the environment that kind-config/prepare has made."""

    def __init__(self, program, tell):
        self.program, self.tell = os.path.abspath(program), tell
        self.folder = tempfile.TemporaryDirectory(prefix="bench-cluster-")

    def __enter__(self):
        self.tell("bringing a cluster up")
        done = subprocess.run([self.program, "up"], capture_output=True, text=True, timeout=LONGEST)
        said = done.stdout + done.stderr
        found = re.search(r"kept: cluster (\S+)\s+look at it:\s+export KUBECONFIG=(\S+)", said)
        if done.returncode != 0 or not found:
            raise SystemExit(f"no cluster came up: {said.strip()[-2000:]}")
        self.name, self.kubeconfig = found[1], pathlib.Path(found[2])
        try:
            self._read_kubeconfig()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run([self.program, "down", self.name], timeout=LONGEST, capture_output=True)
        self.folder.cleanup()

    def _read_kubeconfig(self):
        text = self.kubeconfig.read_text()
        for key, file in (("certificate-authority-data", "ca"), ("client-certificate-data", "cert"), ("client-key-data", "key")):
            content = base64.b64decode(re.search(rf"{key}: (\S+)", text)[1])
            descriptor = os.open(f"{self.folder.name}/{file}", os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
        self.address = re.search(r"server: https://(\S+)", text)[1]
        self.tls = ssl.create_default_context(cafile=f"{self.folder.name}/ca")
        self.tls.load_cert_chain(f"{self.folder.name}/cert", f"{self.folder.name}/key")

    def environment(self):
        """For kubectl, helm and client-go, which keep what they learn of the cluster with the bench then."""
        return {"KUBECONFIG": str(self.kubeconfig), "KUBECACHEDIR": f"{self.folder.name}/kube"}

    def kubectl(self):
        """The program, out of the node, wherever its image has it. Not for several threads at once."""
        place = f"{self.folder.name}/kubectl"
        if not os.path.exists(place):
            docker = os.environ.get("E2E_DOCKER") or "docker"
            with open(place, "wb") as out:
                subprocess.run([docker, "exec", f"{self.name}-control-plane", "sh", "-c", 'cat "$(command -v kubectl)"'], check=True, stdout=out)
            os.chmod(place, 0o700)
        return place

    def request(self, method, path, body=None, kind="application/json"):
        connection = http.client.HTTPSConnection(self.address, context=self.tls, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": kind})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 300:
                raise SystemExit(f"{method} {path}: {answer.status} {text.decode(errors='replace')[:300]}")
            return json.loads(text)
        finally:
            connection.close()
