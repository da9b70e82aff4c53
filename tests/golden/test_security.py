#!/usr/bin/env python3
"""What a run gives away, and what it takes: files, descriptors, arguments, addresses, other people's clusters."""
import json
import os
import pathlib
import re
import stat
import unittest

from golden_world import GoldenWorld

PLANTED = "apiVersion: v1\nkind: Config\ncurrent-context: production\nclusters: [{name: production, cluster: {server: 'https://127.0.0.1:1'}}]\n"
HOSTILE = "a b; rm -rf x $(touch y) `touch z` 'q\" & |\nnew"


class Security(GoldenWorld):
    def run_whole(self, *more, **variables):
        code, self.said = self.ended(self.start_run(*more, **variables))
        self.assertEqual(code, 0, self.said)

    def held_at_install(self):
        self.rule("helm", "install *")["hold"] = "install"
        process = self.start_run()
        self.assertEqual(self.await_held(), "install")
        self.addCleanup(process.kill)
        return process

    def values(self):
        """What helm is given, by file."""
        args = self.called("helm", "install")[0]["args"]
        files = [pathlib.Path(args[at + 1]) for at, word in enumerate(args) if word in ("-f", "--values")]
        return {file: file.read_text() for file in files}

    def test_what_holds_a_secret_is_the_owners_alone(self):
        process = self.held_at_install()
        values = self.values()
        passwords = re.findall(r'"?password"?: "?([^",}\s]+)', "\n".join(values.values()))
        self.assertTrue(passwords, values)
        holders = [f for f in self.root.rglob("*") if f.is_file() and self.world not in f.parents
                   and any(p in f.read_text(errors="replace") for p in passwords)]
        kubeconfig = next((self.root / "artifacts").rglob("kubeconfig"))
        for file in [*holders, kubeconfig]:
            self.assertEqual(stat.S_IMODE(file.stat().st_mode) & 0o077, 0, file)
        self.release()
        code, said = self.ended(process)
        self.assertEqual(code, 0, said)
        for password in passwords:
            self.assertNotIn(password, said)
            for call in self.called():
                self.assertNotIn(password, json.dumps([call["args"], call["env"]]), call["args"])
            for file in (f for f in (self.root / "artifacts").rglob("*") if f.is_file()):
                self.assertNotIn(password, file.read_text(errors="replace"), file)

    def test_ports_are_opened_on_the_loopback_alone(self):
        process = self.held_at_install()
        mappings = json.loads(next((self.root / "artifacts").rglob("kind-config.yaml")).read_text())["nodes"][0]["extraPortMappings"]
        self.assertGreaterEqual(len(mappings), 8)
        self.assertEqual({mapping.get("listenAddress") for mapping in mappings}, {"127.0.0.1"})
        self.release()
        self.ended(process)

    def test_no_descriptor_goes_to_a_tool(self):
        self.run_whole()
        self.assertEqual({tuple(call["descriptors"]) for call in self.called()}, {()})

    def test_another_cluster_is_neither_used_nor_changed(self):
        self.write("home/.kube/config", PLANTED)
        self.write("planted", PLANTED)
        self.run_whole(KUBECONFIG=str(self.root / "planted"))
        for name in "home/.kube/config", "planted":
            self.assertEqual((self.root / name).read_text(), PLANTED, name)
        for call in self.called():
            at = call["args"].index("--kubeconfig") + 1 if "--kubeconfig" in call["args"] else None
            used = call["args"][at] if at else call["env"].get("KUBECONFIG", "")
            if call["tool"] == "helm" or at:
                self.assertTrue(used.startswith(str(self.root / "artifacts")), (call["args"], used))
        self.assertTrue(self.api.requests, "it is its own API that was asked")

    def test_words_reach_the_tools_as_they_are(self):
        (self.root / f"chart {HOSTILE}").mkdir()
        self.write(f"chart {HOSTILE}/Chart.yaml", "apiVersion: v2\nname: stalwart\nversion: 0.0.1\n")
        before = set(os.listdir(self.root))
        self.run_whole("--chart", f"chart {HOSTILE}", image=f"server:{HOSTILE}", artifacts=f"results {HOSTILE}")
        self.assertIn(f"chart {HOSTILE}", [word.removeprefix(f"{self.root}/") for word in self.called("helm", "install")[0]["args"]])
        self.assertIn(f"server:{HOSTILE}", self.called("kind", "load")[0]["args"])
        self.assertEqual(set(os.listdir(self.root)) - before, {f"results {HOSTILE}"})
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
