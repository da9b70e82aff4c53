#!/usr/bin/env python3
"""The diagnostics of a failure: they are told of in an index, and no secret is in them, wherever it was planted."""
import base64
import json
import unittest

from golden_world import GoldenWorld

POD = {
    "metadata": {"name": "stalwart-0", "uid": "u"},
    "spec": {"containers": [{"name": "mail", "image": "server:1"}]},
    "status": {"phase": "Running", "containerStatuses": [{"name": "mail", "restartCount": 0, "containerID": "containerd://1", "state": {"running": {}}}]},
}


class Bundle(GoldenWorld):
    def setUp(self):
        super().setUp()
        self.planted = {}
        self.rule("helm", "install *").update(status=1, stderr="Error: INSTALLATION FAILED: timed out\n")

    def secret(self, place):
        """One that no other place has, and of which the run knows nothing."""
        self.planted[place] = f"hunter2-{len(self.planted)}-{self.mark}"
        return self.planted[place]

    def tells(self, tool, call, stdout):
        self.calls.insert(0, {"tool": tool, "call": call, "stdout": stdout})

    def plant(self):
        pod = json.loads(json.dumps(POD))
        pod["spec"]["containers"][0]["env"] = [{"name": "ADMIN_PASSWORD", "value": self.secret("env")}]
        pod["spec"]["containers"][0]["args"] = [f"--api-token={self.secret('argument')}"]
        pod["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"password": self.secret("annotation")})}
        self.api.lists = {
            "pods": [pod],
            "configmaps": [{"metadata": {"name": "c"}, "data": {"config.toml": f"secret = \"{self.secret('configuration')}\"\nurl = \"db://u:{self.secret('address')}@h\"\n"}}],
            "events": [{"type": "Warning", "reason": "Failed", "message": f"Authorization: Bearer {self.secret('event')}", "involvedObject": {"kind": "Pod", "name": "stalwart-0"}}],
            "secrets": [{"metadata": {"name": "s"}, "data": {"k": base64.b64encode(self.secret("Secret").encode()).decode()}}],
        }
        self.api.logs = {"stalwart-0": f"starting\nlogin with password={self.secret('log')}\n-----BEGIN PRIVATE KEY-----\n{self.secret('key')}\n-----END PRIVATE KEY-----\nready\n"}
        encoded = base64.b64encode(self.secret("manifest").encode()).decode()
        self.planted["manifest in base64"] = encoded
        self.tells("helm", "get values *", f"admin:\n  password: {self.secret('values')}\n  user: admin\ntoken: |\n  {self.secret('block of values')}\n")
        self.tells("helm", "get manifest *", f"---\nkind: Secret\ndata:\n  opaque: {encoded}\nstringData:\n  other: {self.secret('stringData')}\n---\nkind: Service\n")
        self.tells("docker", "exec *-control-plane sh -c *journalctl*", f"pulled with password: {self.secret('node')}\n")

    def run_failing(self, **variables):
        code, said = self.ended(self.start_run(**variables))
        self.assertEqual(code, 1, said)
        self.folder = next((self.root / "artifacts").resolve().glob("2*/scenarios/*/diagnostics"))
        return said

    def test_no_secret_is_in_it(self):
        self.plant()
        said = self.run_failing(GITHUB_TOKEN=self.secret("environment of the run"))
        files = [file for file in (self.root / "artifacts").rglob("*") if file.is_file()]
        for place, secret in self.planted.items():
            self.assertNotIn(secret, said, place)
            for file in files:
                self.assertNotIn(secret, file.read_text(errors="replace"), f"{place}: {file}")
        # What stands beside them is there.
        for name, words in (("objects/pods.json", "ADMIN_PASSWORD"), ("objects/configmaps.json", "config.toml"), ("events.txt", "Failed"),
                            ("logs/stalwart-0.mail.log", "ready"), ("helm/values.yaml", "user: admin"), ("helm/manifest.yaml", "kind: Service"), ("node/kubelet.log", "pulled")):
            self.assertIn(words, (self.folder / name).read_text())

    def test_the_index_names_every_file(self):
        self.plant()
        self.run_failing()
        index = (self.folder / "index.md").read_text()
        for file in (f for f in self.folder.rglob("*") if f.is_file() and f.name != "index.md"):
            name = str(file.relative_to(self.folder))
            self.assertRegex(index, rf"(?m)^\| \[{name}\]\({name}\) \| \w")


if __name__ == "__main__":
    unittest.main()
