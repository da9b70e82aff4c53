#!/usr/bin/env python3
"""What of mail-bench needs no server, on few messages, and how bench-mail judges values. Nothing is timed.

Usage: test_mail_bench.py MAIL-BENCH
"""
import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
BENCH = sys.argv.pop()
DRIVER = pathlib.Path(__file__).resolve().parent.parent / "bench-mail"


def driver():
    loader = importlib.machinery.SourceFileLoader("bench_mail", str(DRIVER))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


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


class Rows(unittest.TestCase):
    def test_the_median_is_held_against_the_goal(self):
        row = driver().Row
        self.assertEqual(row("a", "ratio", [0.5, 1.0, 3.0], least=1.0).goal(), "goal met: at least 1")
        self.assertEqual(row("a", "ratio", [0.5, 0.99, 3.0], least=1.0).goal(), "goal missed: at least 1")
        self.assertEqual(row("a", "MB", [151, 149, 150], most=150).goal(), "goal met: at most 150")
        self.assertEqual(row("a", "MB", [151, 149, 152], most=150).goal(), "goal missed: at most 150")
        self.assertEqual(row("a", "MB", [1]).goal(), "")

    def test_a_row_shows_the_least_the_median_and_the_most(self):
        row = driver().Row("name", "messages/s", [30.4, 10, 20])
        self.assertEqual(row.line().split(), ["name", "messages/s", "10", "20", "30"])
        self.assertEqual({key: row.record()[key] for key in ("min", "median", "max")}, {"min": 10, "median": 20, "max": 30.4})


if __name__ == "__main__":
    unittest.main()
