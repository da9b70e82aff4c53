"""What a golden run happens in: a home, fake tools, a fake API, and a scenario; and the look whether anything is left of it."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from shipped_program import PROGRAM, InFolder  # noqa: E402
from certificates import kubeconfig, make_certificates  # noqa: E402
from fake_api import FakeApi  # noqa: E402

SCENARIO = """name: A Deployment with one replica
install: {wait: none}
steps:
  - kube.expect: {object: deployment, match: {spec: {replicas: 1}}}
"""
CLUSTER = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane}]\n"
# In the order in which a run makes them.
CALLS = [
    {"tool": "kind", "call": "get clusters"},
    {"tool": "kind", "call": "create cluster *", "kubeconfig": True},
    {"tool": "docker", "call": "image inspect *", "stdout": "sha256:1\n"},
    {"tool": "kind", "call": "load docker-image *"},
    {"tool": "helm", "call": "install *", "stdout": json.dumps({"version": 1, "info": {"status": "deployed"}, "chart": {"metadata": {"name": "x", "version": "1"}}})},
    {"tool": "helm", "call": "uninstall *"},
    {"tool": "kind", "call": "delete cluster *"},
    {"tool": "docker", "call": "network rm *"},
]
# Made where something failed, for whoever looks into it.
LOOKS = [{"tool": "helm", "call": call} for call in ("get *", "status *", "history *", "template *")] + [
    {"tool": "kind", "call": "export logs *"}, {"tool": "docker", "call": "exec *-control-plane sh -c *journalctl*"}]


class GoldenWorld(InFolder):
    def setUp(self):
        super().setUp()
        self.mark = uuid.uuid4().hex
        for name in ("bin", "home", "world", "tmp"):
            (self.root / name).mkdir()
        for tool in ("kind", "helm", "docker"):
            (self.root / "bin" / tool).symlink_to(HERE / "fake_tool")
        self.world = self.root / "world"
        for name in ("reached", "released"):
            os.mkfifo(self.world / name)
        self.calls = [dict(call) for call in CALLS]
        self.write("scenarios/smoke/nothing.yaml", SCENARIO)
        self.write("cluster.yaml", CLUSTER)
        self.write("chart/Chart.yaml", "apiVersion: v2\nname: stalwart\nversion: 0.0.1\n")
        self.api = self.start_api()
        self.addCleanup(self.api.close)

    def start_api(self):
        make_certificates(self.world)
        api = FakeApi(self.world / "server.pem", self.world / "server.key", self.world / "ca.pem")
        (self.world / "kubeconfig").write_text(kubeconfig(self.world, api.port))
        return api

    def environment(self):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("E2E_", "GTEST_", "DOCKER_", "GITHUB_", "KUBE"))}
        return {**kept, "PATH": f"{self.root / 'bin'}:/usr/bin:/bin", "HOME": str(self.root / "home"), "TMPDIR": str(self.root / "tmp"),
                "XDG_CACHE_HOME": str(self.root / "home/cache"), "GOLDEN_WORLD": str(self.world), "GOLDEN_MARK": self.mark}

    def prepare_calls(self):
        (self.world / "calls.json").write_text(json.dumps(self.calls + LOOKS))

    def start(self, *args, **variables):
        self.prepare_calls()
        return subprocess.Popen([PROGRAM, *args], cwd=self.root, env={**self.environment(), **variables}, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def run_words(self, *more, image="server:1", artifacts="artifacts", lanes=1):
        return ["run", "--node-image", "node:1", "--server-image", image, "--cluster-config", "cluster.yaml",
                "--artifacts", artifacts, "--lanes", str(lanes), *more]

    def start_run(self, *more, image="server:1", artifacts="artifacts", lanes=1, **variables):
        return self.start(*self.run_words(*more, image=image, artifacts=artifacts, lanes=lanes), **variables)

    def ended(self, process, within=60):
        """Its exit status, and what it said; the result comes last."""
        try:
            out, err = process.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            self.fail(f"it hangs\n{out[-2000:]}\n{err[-2000:]}\n{[call['args'] for call in self.called()]}")
        return process.returncode, err + out

    def rule(self, tool, call):
        return next(rule for rule in self.calls if (rule["tool"], rule["call"]) == (tool, call))

    def await_held(self):
        """The place that is held."""
        return (self.world / "reached").read_text()

    def release(self):
        """Whoever is held goes on, unless it was killed."""
        threading.Thread(target=(self.world / "released").write_text, args=("",), daemon=True).start()

    def called(self, tool=None, *start):
        log = self.world / "calls.jsonl"
        calls = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return [call for call in calls if tool in (None, call["tool"]) and call["args"][:len(start)] == list(start)]

    def assert_nothing_left(self):
        self.assertEqual([call["args"] for call in self.called() if call.get("unexpected")], [])
        made = {call["args"][call["args"].index("--name") + 1] for call in self.called("kind", "create")}
        gone = {call["args"][call["args"].index("--name") + 1] for call in self.called("kind", "delete")}
        self.assertLessEqual(made, gone, "clusters")
        self.assertEqual(processes_with(self.mark), [])
        self.assertEqual(list((self.root / "tmp").iterdir()), [])
        strange = [f for f in (self.root / "home").rglob("*") if f.is_file() and self.root / "home/cache/stalwart-e2e" not in f.parents]
        self.assertEqual(strange, [])
        self.assertEqual([str(f) for f in (self.root / "home").rglob("*") if f.is_file() and "leases" in str(f) and f.suffix == ".json"], [])


def processes_with(mark):
    """Command lines of the processes that carry the mark in their environment."""
    found = []
    for process in pathlib.Path("/proc").iterdir():
        try:
            if process.name.isdigit() and mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found
