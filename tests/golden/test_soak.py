#!/usr/bin/env python3
"""tests/soak-harness with the shipped program and fake tools: it holds where nothing is left, and each kind of leftover is noticed."""
import os
import pathlib
import signal
import subprocess
import sys
import threading
import unittest

from golden_world import HERE, GoldenWorld, PROGRAM

sys.path.insert(0, str(HERE.parent))
import listeners  # noqa: E402

SOAK = HERE.parent / "soak-harness"
TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1
   1: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1
   2: 0100007F:1F90 0100007F:CAFE 01 00000000:00000000 00:00000000 00000000     0        0 13 1
"""
TABLE6 = """  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 21 1
   1: 0000000000000000FFFF00000100007F:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 22 1
   2: 00000000000000000000000000000000:1F92 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 23 1
"""


@unittest.skipUnless(sys.byteorder == "little", "the tables are of a little-endian machine")
class Listeners(unittest.TestCase):
    def test_who_waits_beyond_the_loopback(self):
        found = [*listeners.listeners_in("tcp", TABLE), *listeners.listeners_in("tcp6", TABLE6)]
        self.assertEqual([listener.port for listener in found], [8080, 25, 8080, 8081, 8082])
        self.assertEqual({listener.inode for listener in listeners.beyond_the_loopback(found)}, {"12", "23"})


class Soak(GoldenWorld):
    def setUp(self):
        super().setUp()
        self.calls += [{"tool": "docker", "call": "ps *"}, {"tool": "docker", "call": "network ls *"}]
        # Whatever a test has a tool leave behind.
        self.addCleanup(lambda: [os.kill(int(p.name), signal.SIGKILL) for p in pathlib.Path("/proc").iterdir() if self.carries_mark(p)])

    def carries_mark(self, process):
        try:
            return process.name.isdigit() and self.mark.encode() in (process / "environ").read_bytes()
        except OSError:
            return False

    def soak(self, rounds):
        self.prepare_calls()
        return subprocess.Popen([SOAK, str(rounds), PROGRAM, *self.run_words()], cwd=self.root, env=self.environment(), text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)

    def test_rounds_that_leave_nothing(self):
        code, said = self.ended(self.soak(2), within=120)
        self.assertEqual(code, 0, said)
        self.assertEqual(said.count("nothing left"), 2, said)
        self.assertTrue(said.endswith("soak-harness: 2 of 2 rounds held\n"), said)
        cluster = self.called("kind", "create")[0]["args"]
        cluster = cluster[cluster.index("--name") + 1]
        self.assertTrue(any(cluster in word for word in self.called("docker", "ps")[0]["args"]), "it is the run's cluster that is looked for")
        self.assertEqual(len(self.called("docker", "network", "ls")), 2)
        self.assert_nothing_left()

    def test_a_round_that_fails_lets_the_next_one_run(self):
        self.rule("kind", "get clusters").update(status=1, stderr="Cannot connect to the Docker daemon\n")
        code, said = self.ended(self.soak(2), within=120)
        self.assertEqual(code, 1, said)
        self.assertEqual(said.count("the run ended with 3"), 2, said)
        self.assertIn("0 of 2 rounds held", said)

    def test_containers_networks_and_leases_that_are_left(self):
        self.rule("docker", "ps *")["stdout"] = "x-control-plane\n"
        self.rule("docker", "network ls *")["stdout"] = "x\n"
        self.rule("kind", "delete cluster *").update(status=1, stderr="ERROR: daemon is gone\n")
        code, said = self.ended(self.soak(1), within=120)
        self.assertEqual(code, 1, said)
        for left in "container x-control-plane is left", "network x is left", "the lease of stalwart-e2e-":
            self.assertIn(left, said)

    def test_processes_and_files_that_are_left(self):
        self.rule("helm", "uninstall *").update(leave=["sleep", "600"], leave_file="rest")
        code, said = self.ended(self.soak(1), within=120)
        self.assertEqual(code, 1, said)
        self.assertIn("is left: sleep 600", said)
        self.assertIn("temporary file rest is left", said)
        self.assertIn("rest is left in its home", said)

    def test_a_socket_beyond_the_loopback(self):
        self.rule("helm", "install *").update(listen="0.0.0.0", hold="install")
        process = self.soak(1)
        # It says so at once, while the socket is open; without a word there is an end to this, too.
        guard = threading.Timer(120, os.killpg, (process.pid, signal.SIGKILL))
        guard.start()
        self.addCleanup(guard.cancel)
        self.assertEqual(self.await_held(), "install")
        self.assertIn("listens on tcp 0.0.0.0", next((line for line in process.stdout if "listens" in line), "it said nothing"))
        self.release()
        code, said = self.ended(process, within=120)
        self.assertEqual(code, 1, said)
        self.assertIn("listened on tcp 0.0.0.0", said)


if __name__ == "__main__":
    unittest.main()
