#!/usr/bin/env python3
"""What of mail-bench needs no server, on few messages. Nothing is timed.

Usage: test_mail_bench.py MAIL-BENCH
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
BENCH = sys.argv.pop()


class MailBench(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_bench(self, *words) -> dict:
        done = subprocess.run([BENCH, *map(str, words)], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def test_lays_messages_and_their_ledger(self):
        self.assertEqual(self.run_bench("lay", "a@example.org", 3, 2048, self.folder), {"messages": 3})
        self.assertEqual(len(list((self.folder / "cur").iterdir())), 3)
        self.assertEqual((self.folder / "ledger.jsonl").read_text().count("\n"), 6)

    def test_checks_messages(self):
        self.assertEqual(self.run_bench("check", 50, 2048, self.folder)["messages"], 50)

    def test_fills_a_ledger(self):
        result = self.run_bench("ledger", 100, self.folder)
        self.assertEqual(result["messages"], 100)
        self.assertGreater(result["megabytes"], 1)
        self.assertEqual((self.folder / "ledger.jsonl").read_text().count("\n"), 100 + 100 + 75)

    def test_wrong_usage_is_told(self):
        done = subprocess.run([BENCH, "check"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("wrong usage", done.stderr)


if __name__ == "__main__":
    unittest.main()
