#!/usr/bin/env python3
"""`replay`: each run that tests/replay keeps comes to what it came to, and one that was meddled with does not."""
import json
import unittest

from shipped_program import SOURCE, InFolder, run

KEPT = sorted((SOURCE / "tests" / "replay").glob("*/events.jsonl"))


class Replay(InFolder):
    def test_every_kept_run_comes_to_what_it_came_to(self):
        self.assertTrue(KEPT)
        for events in KEPT:
            done = run("replay", str(events.parent))
            self.assertEqual(done.returncode, 0, f"{events}\n{done.stdout}{done.stderr}")
            self.assertRegex(done.stdout, r"[1-9]\d* scenarios, [1-9]\d* attempts .*as recorded")

    def meddled(self, change):
        """What is said of the first kept run after `change` of each of its events."""
        lines = [json.loads(line) for line in KEPT[0].read_text().splitlines()]
        for line in lines:
            change(line)
        self.write("run/events.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        return run("replay", str(self.root / "run"))

    def test_a_pass_with_a_failed_step_is_told(self):
        def fail(event):
            if event["event"] == "step.end" and event["step"]["kind"] != "install":
                event["step"]["failure"] = {"kind": "expectation", "message": "m", "where": None, "context": [], "reason": "", "detail": ""}

        done = self.meddled(fail)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r": recorded PASS, decided FAIL\n")
        self.assertIn("decisions differ", done.stdout)

    def test_what_is_no_run_is_told(self):
        done = run("replay", str(self.root))
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no run", done.stderr)
        (self.root / "run").mkdir()
        self.write("run/events.jsonl", "{}\n")
        self.assertEqual(run("replay", str(self.root / "run")).returncode, 2)


if __name__ == "__main__":
    unittest.main()
