"""A golden run of `qualify`: a chart, a release before it, and one lane."""
import json

from golden_world import GoldenWorld

LANE = """name: An upgrade from the last release
install: {chart: released, wait: none}
steps:
  - helm.upgrade: {}
  - kube.expect: {object: deployment, match: {spec: {replicas: %d}}}
"""
CLAIM = """apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: %s
  labels: {app: stalwart%s}
spec:
  resources: {requests: {storage: 10Gi}}
"""


class QualifyWorld(GoldenWorld):
    def setUp(self):
        super().setUp()
        self.write("chart/Chart.yaml", "apiVersion: v2\nname: stalwart\nversion: 0.2.0\n")
        self.write("chart/releases/0.1.0/Chart.yaml", "apiVersion: v2\nname: stalwart\nversion: 0.1.0\n")
        self.write("scenarios/qualify/upgrade.yaml", LANE % 1)
        self.before = {"tool": "helm", "call": "template stalwart *chart/releases/0.1.0*", "stdout": CLAIM % ("stalwart", "")}
        self.after = {"tool": "helm", "call": "template stalwart chart *", "stdout": CLAIM % ("stalwart", "")}
        upgrade = {**self.rule("helm", "install *"), "call": "upgrade *"}
        self.calls += [self.before, self.after, upgrade, {"tool": "helm", "call": "version *", "stdout": "v3.22.0\n"},
                       {"tool": "kind", "call": "version", "stdout": "kind v0.32.0\n"}]

    def qualify(self, *more, **variables):
        code, self.said = self.ended(self.start("qualify", "--node-image", "node:1", "--server-image", "server:1", "--cluster-config",
                                                "cluster.yaml", "--artifacts", "artifacts", "--lanes", "1", *more, **variables))
        return code, self.said.splitlines()[-1]

    def record(self):
        return json.loads((self.root / "artifacts/latest/report.json").read_text())["qualification"]

    def kept(self, name):
        return (self.root / "artifacts/latest" / name).read_text()
