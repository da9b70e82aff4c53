#!/usr/bin/env python3
"""react-bench against the API of its own: every wait sees its change, and what is printed is what bench-react reads. Nothing is timed.

Usage: test_react_bench.py REACT-BENCH
"""
import asyncio
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

sys.dont_write_bytecode = True
BENCH = sys.argv.pop()
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "golden")]
from api_of_configmaps import ApiOfConfigMaps  # noqa: E402
from certificates import kubeconfig, make_certificates  # noqa: E402


class ReactBench(unittest.TestCase):
    def test_every_wait_sees_its_change(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        place = pathlib.Path(folder.name)
        make_certificates(place)
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        self.addCleanup(loop.call_soon_threadsafe, loop.stop)
        api = ApiOfConfigMaps(place)
        (place / "kubeconfig").write_text(kubeconfig(place, asyncio.run_coroutine_threadsafe(api.start(), loop).result(10)))
        done = subprocess.run([BENCH, place / "kubeconfig", "bench", "3", "2"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        rounds = json.loads(done.stdout)["rounds"]
        self.assertEqual([(one["at_once"], one["after_ms"]) for one in rounds], [(False, 2500), (True, 0)])
        for one in rounds:
            self.assertEqual(len(one["reactions"]), 3)
            for reaction in one["reactions"]:
                self.assertEqual(reaction["requests"], 2)  # a list and a watch
                self.assertGreater(reaction["from_request_ms"], 0)
        self.assertEqual(api.objects, {})
        # Making, waiting, changing and deleting; nobody asked for more.
        self.assertEqual(api.requests, 3 + 2 * 3 * 2 + 2 * 3 + 3)

    def test_wrong_usage_is_told(self):
        done = subprocess.run([BENCH], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("usage", done.stderr)


if __name__ == "__main__":
    unittest.main()
