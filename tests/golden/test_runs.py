#!/usr/bin/env python3
"""The shipped program from its start to its end, with tools and an API that are made up: good runs, and each way to fail."""
import unittest

from golden_world import SCENARIO, GoldenWorld


class Runs(GoldenWorld):
    def run_whole(self, *more):
        code, said = self.ended(self.start_run(*more))
        self.said = said
        return code, said.splitlines()[-1]

    def test_a_run_that_passes(self):
        code, last = self.run_whole()
        self.assertEqual(code, 0, self.said)
        self.assertIn("PASS: 1 of 1 scenarios passed", last)
        self.assertEqual([(call["tool"], call["args"][0]) for call in self.called()],
                         [(call["tool"], call["call"].split()[0]) for call in self.calls])
        self.assertEqual(list(self.root.glob("artifacts/*/cluster/helm")), [], "what helm keeps for itself")
        self.assert_nothing_left()

    def test_a_cluster_that_does_not_come_up(self):
        self.rule("kind", "create cluster *").update(status=1, stderr="ERROR: failed to create cluster: no space left on device\n")
        code, last = self.run_whole()
        self.assertEqual(code, 3, self.said)
        self.assertIn("no space left on device", self.said)
        self.assertIn("INFRA", last)
        self.assertTrue(self.called("kind", "export", "logs"))
        self.assertEqual(self.called("helm"), [])
        self.assert_nothing_left()

    def test_images_that_cannot_be_loaded(self):
        self.rule("kind", "load docker-image *").update(status=1, stderr='ERROR: image: "server:1" not present locally\n')
        code, last = self.run_whole()
        self.assertEqual(code, 3, self.said)
        self.assertIn("server:1", self.said)
        self.assertIn("INFRA", last)
        self.assert_nothing_left()

    def test_a_chart_that_helm_refuses(self):
        self.rule("helm", "install *").update(status=1, stderr="Error: INSTALLATION FAILED: values don't meet the specifications of the schema\n")
        code, last = self.run_whole()
        self.assertEqual(code, 1, self.said)
        self.assertIn("values don't meet the specifications", self.said)
        self.assertIn("FAIL: 0 of 1", last)
        self.assert_nothing_left()

    def test_a_fault_that_strikes_nothing_decides_nothing(self):
        """No pod fits the selector: what follows would pass, and prove nothing."""
        for fault in "fault.delete: {}", "fault.kill: {}", "fault.oom: {}":
            self.write("scenarios/smoke/nothing.yaml", SCENARIO.replace("steps:\n", f"steps:\n  - {fault}\n"))
            code, last = self.run_whole()
            self.assertEqual(code, 4, self.said)
            self.assertIn("INCONCLUSIVE: 0 of 1", last)
            self.assertIn("pod", self.said)
            self.assert_nothing_left()

    def test_a_cluster_that_does_not_go(self):
        self.rule("kind", "delete cluster *").update(status=1, stderr="ERROR: failed to delete cluster: daemon is gone\n")
        code, _ = self.run_whole()
        self.assertEqual(code, 3, self.said)
        self.assertIn("daemon is gone", self.said)
        self.assertIn("kind delete cluster --name", self.said, "the way to do it by hand")
        # Whoever comes next does it.
        self.rule("kind", "delete cluster *").update(status=0, stderr="")
        before = len(self.called("kind", "delete"))
        code, said = self.ended(self.start("reap"))
        self.assertEqual(code, 0, said)
        self.assertEqual(len(self.called("kind", "delete")), before + 1)
        self.assert_nothing_left()

    def test_a_tool_that_says_what_it_never_says(self):
        self.rule("kind", "get clusters").update(stdout="\x1b[31m\xff{}\n\n" * 1000)
        self.assertEqual(self.run_whole()[0], 0, self.said[-2000:])
        self.assert_nothing_left()

    def test_an_engine_that_does_not_answer(self):
        self.rule("kind", "get clusters").update(status=1, stderr="Cannot connect to the Docker daemon\n")
        code, last = self.run_whole()
        self.assertEqual(code, 3, self.said)
        self.assertIn("Cannot connect to the Docker daemon", self.said)
        self.assertEqual(self.called("kind", "create"), [])
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
