#!/usr/bin/env python3
"""The shipped program, interrupted and killed at each place of a run: what it says, and that nothing is left."""
import os
import signal
import unittest

from golden_world import GoldenWorld

# Each call of a run is a place, in its order; the last two are the clean-up.
PLACES = [("kind", "get clusters"), ("kind", "create cluster *"), ("docker", "image inspect *"), ("kind", "load docker-image *"),
          ("helm", "install *"), ("helm", "uninstall *")]
CLEANUP = [("kind", "delete cluster *"), ("docker", "network rm *")]


class Signals(GoldenWorld):
    """Ctrl-C goes to the whole group, as a terminal has it."""

    def start_held(self, tool, call):
        self.rule(tool, call)["hold"] = call
        process = self.start_run()
        self.assertEqual(self.await_held(), call)
        return process

    def at_each(self, places, test):
        for tool, call in places:
            with self.subTest(f"{tool} {call}"):
                self.doCleanups()
                self.setUp()
                test(tool, call)

    def interrupted_once(self, tool, call):
        process = self.start_held(tool, call)
        os.killpg(process.pid, signal.SIGINT)
        self.release()
        code, said = self.ended(process)
        self.assertEqual(code, 130, said)
        self.assertIn("INTERRUPTED", said)
        self.assert_nothing_left()

    def test_ctrl_c_once(self):
        self.at_each(PLACES, self.interrupted_once)

    def interrupted_twice(self, tool, call):
        """The second one while the cluster is deleted: it ends at once, and reap does what is left to do."""
        self.rule("kind", "delete cluster *")["hold"] = "delete"
        process = self.start_held(tool, call)
        os.killpg(process.pid, signal.SIGINT)
        if self.rule(tool, call)["hold"] != "delete":
            self.release()
        self.assertEqual(self.await_held(), "delete")
        os.killpg(process.pid, signal.SIGINT)
        code, said = self.ended(process)
        self.assertIn(code, (130, -signal.SIGINT), said)
        self.reaped()

    def test_ctrl_c_twice(self):
        self.at_each(PLACES[1:], self.interrupted_twice)

    def killed(self, tool, call):
        process = self.start_held(tool, call)
        process.kill()
        self.ended(process)
        self.reaped()

    def test_kill(self):
        self.at_each(PLACES + CLEANUP, self.killed)

    def reaped(self):
        for rule in self.calls:
            rule.pop("hold", None)
        code, said = self.ended(self.start("reap"))
        self.assertEqual(code, 0, said)
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
