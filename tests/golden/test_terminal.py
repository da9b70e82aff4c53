#!/usr/bin/env python3
"""What a person sees on a terminal while the shipped program runs, and what is left of it at the end; and how quiet it can be."""
import os
import re
import subprocess
import unittest

from golden_world import PROGRAM, GoldenWorld
from terminal import Screen, open_terminal, watch

WAITS = """name: A release that nobody serves
install: {wait: none}
steps:
  - wait.usable: {within: 4s}
"""


class Terminal(GoldenWorld):
    def run_on_terminal(self, *more, columns=100, stdout_too=True, **variables):
        """Its exit code and its screen."""
        self.prepare_calls()
        ours, theirs = open_terminal(columns)
        screen = Screen(columns)
        process = subprocess.Popen([PROGRAM, *self.run_words(*more)], cwd=self.root, stdin=subprocess.DEVNULL, start_new_session=True,
                                   env={**self.environment(), "TERM": "xterm", **variables},
                                   stdout=theirs if stdout_too else subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        try:
            watch(process, ours, screen)
        finally:
            os.close(ours)
            code = process.wait(timeout=60)
        return code, screen

    def test_the_board_shows_what_the_lane_waits_for_and_is_gone_at_the_end(self):
        self.write("scenarios/smoke/waits.yaml", WAITS)
        code, screen = self.run_on_terminal()
        self.assertEqual(code, 1, screen.lines)
        self.assertTrue(any("smoke/waits  " in seen and "of 2 done" in seen for seen in screen.seen), screen.seen[-1])
        self.assertTrue(any("1 of 2 done, 1 PASS" in seen or "1 of 2 done, 1 FAIL" in seen for seen in screen.seen))
        self.assertTrue(any(re.search(r"smoke/waits  \d+ s  .*: .* \(\d+ s of \d+ s\)", seen) for seen in screen.seen), "the wait, its reason and its time")
        end = "\n".join(screen.lines)
        self.assertNotIn("done, ", end)
        self.assertIn("[  FAILED  ] Smoke.Waits", end)
        self.assertIn("stalwart-e2e: FAIL: 1 of 2 scenarios passed", end.replace("\n", ""))
        for line in screen.lines:
            self.assertLessEqual(line.count("[ RUN"), 1, line)
            self.assertFalse(line.startswith("[") and "smoke/" in line, f"a rest of the board: {line!r}")

    def test_a_narrow_terminal_is_respected(self):
        code, screen = self.run_on_terminal("--gtest_brief=1", columns=40, stdout_too=False)
        self.assertEqual(code, 0)
        boards = [line for seen in screen.seen for line in seen.splitlines() if line.startswith("smoke/nothing  ")]
        self.assertTrue(boards)
        self.assertLess(max(map(len, boards)), 40)

    def test_a_dumb_terminal_has_plain_lines(self):
        code, screen = self.run_on_terminal(TERM="dumb")
        self.assertEqual(code, 0)
        self.assertFalse(any(" done, " in seen for seen in screen.seen))
        self.assertIn("smoke/nothing: kube.expect", "".join(screen.lines))

    def test_no_color_means_none(self):
        def coloured(**variables):
            self.prepare_calls()
            ours, theirs = open_terminal(100)
            process = subprocess.Popen([PROGRAM, *self.run_words()], cwd=self.root, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
                                       env={**self.environment(), "TERM": "xterm", **variables}, start_new_session=True)
            os.close(theirs)
            text = []

            class Keep:
                seen = text
                write = text.append
            watch(process, ours, Keep)
            os.close(ours)
            self.assertEqual(process.wait(timeout=60), 0)
            return "\x1b[0;3" in "".join(text)
        self.assertTrue(coloured())
        self.assertFalse(coloured(NO_COLOR="1"))


class Quiet(GoldenWorld):
    def test_a_pass_is_two_lines(self):
        for words, variables in (["--quiet"], {}), ([], {"E2E_QUIET": "1"}):
            code, said = self.ended(self.start_run(*words, **variables))
            self.assertEqual(code, 0, said)
            first, last = said.strip().splitlines()
            self.assertTrue(first.startswith("stalwart-e2e: server under test: "), first)
            self.assertTrue(last.startswith("stalwart-e2e: PASS: 1 of 1 scenarios passed"), last)

    def test_a_failure_is_told_with_its_cause(self):
        self.rule("helm", "install *").update(status=1, stderr="Error: INSTALLATION FAILED: no such value\n")
        code, said = self.ended(self.start_run("--quiet"))
        self.assertEqual(code, 1)
        self.assertIn("no such value", said)
        self.assertIn("only this one again: make e2e ONLY=smoke/nothing", said)
        self.assertNotIn("[ RUN", said)

    def test_verbose_tells_more_than_without(self):
        code, plain = self.ended(self.start_run())
        self.assertEqual(code, 0, plain)
        code, verbose = self.ended(self.start_run("--verbose"))
        self.assertEqual(code, 0, verbose)
        self.assertGreater(verbose.count("smoke/nothing:"), plain.count("smoke/nothing:"))

    def test_quiet_and_verbose_exclude_each_other(self):
        code, said = self.ended(self.start_run("--quiet", "--verbose"))
        self.assertEqual(code, 2)
        self.assertIn("--quiet", said)


if __name__ == "__main__":
    unittest.main()
