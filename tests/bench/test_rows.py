#!/usr/bin/env python3
"""How benches judge values, and what becomes of them when they are joined."""
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from rows import Row, publish  # noqa: E402


class Rows(unittest.TestCase):
    def test_the_median_is_held_against_the_goal(self):
        self.assertEqual(Row("a", "ratio", [0.5, 1.0, 3.0], least=1.0).goal(), "goal met: at least 1")
        self.assertEqual(Row("a", "ratio", [0.5, 0.99, 3.0], least=1.0).goal(), "goal missed: at least 1")
        self.assertEqual(Row("a", "MB", [151, 149, 150], most=150).goal(), "goal met: at most 150")
        self.assertEqual(Row("a", "MB", [151, 149, 152], most=150).goal(), "goal missed: at most 150")
        self.assertEqual(Row("a", "MB", [1]).goal(), "")

    def test_a_row_shows_the_least_the_median_and_the_most(self):
        row = Row("name", "messages/s", [30.4, 10, 20])
        self.assertEqual(row.line().split(), ["name", "messages/s", "10", "20", "30"])
        self.assertEqual({key: row.record()[key] for key in ("min", "median", "max")}, {"min": 10, "median": 20, "max": 30.4})


class Join(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def join(self):
        return subprocess.run([HERE / "join.py", self.folder], capture_output=True, text=True)

    def test_tables_stand_together_and_missed_goals_are_named(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            publish(self.folder, "bench-a", "how a was taken", [Row("slow", "ms", [70], most=50)])
            publish(self.folder, "bench-b", "how b was taken", [Row("fine", "ms", [40], most=50), Row("free", "s", [1])])
        self.assertIn("goal missed: at most 50", said.getvalue())
        done = self.join()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 goals missed\nbench-a: slow 70 ms", done.stdout)
        self.assertEqual(list(json.loads((self.folder / "bench.json").read_text())), ["bench-a", "bench-b"])
        page = (self.folder / "bench.md").read_text()
        self.assertIn("how b was taken", page)
        self.assertIn("| slow | ms | 70 | 70 | 70 | goal missed: at most 50 |", page)

    def test_nothing_to_join_is_told(self):
        done = self.join()
        self.assertEqual(done.returncode, 1)
        self.assertIn("run: make bench", done.stderr)


if __name__ == "__main__":
    unittest.main()
