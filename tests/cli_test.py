#!/usr/bin/env python3
"""The shipped program as a user meets it: help, mistakes, missing tools. No engine and no cluster."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parent.parent
IMAGES = ["--node-image", "node:none", "--server-image", "server:none"]


def run(*args, cwd=SOURCE):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("E2E_", "GTEST_", "DOCKER_"))}
    return subprocess.run([PROGRAM, *args], cwd=cwd, env=env, capture_output=True, text=True, timeout=30)


class Cli(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_help_is_the_programs_own_and_shows_examples(self):
        for args in (["--help"], ["run", "--help"]):
            done = run(*args)
            self.assertEqual(done.returncode, 0)
            self.assertIn("Examples:", done.stdout)
            self.assertIn("Exit codes:", done.stdout)
            self.assertNotIn("Google Test.", done.stdout)

    def test_all_mistakes_at_once_with_their_places_and_nothing_started(self):
        self.write("smoke/a.yaml", "name: a\nsteps:\n  - mail.lod: {count: 1, save: x}\n")
        self.write("smoke/b.yaml", "name: b\nstepz: []\nsteps:\n  - fault.kill: {}\n")
        done = run("run", "--scenarios", str(self.root), "--artifacts", str(self.root / "artifacts"), *IMAGES)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn('a.yaml:3:5: error: there is no step "mail.lod" (did you mean "mail.load"?)', done.stderr)
        self.assertIn('b.yaml:2:1: error: a scenario has no field "stepz" (did you mean "steps"?)', done.stderr)
        self.assertIn("nothing was started", done.stderr)
        self.assertFalse((self.root / "artifacts").exists())

    def test_lint_and_list(self):
        done = run("lint")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^\d+ scenarios are fine\n$")
        self.assertIn("persistence/none", run("list", "--filter", "persistence/*").stdout)
        self.assertNotIn("smoke/ports", run("list", "--filter", "persistence/*").stdout)

    def test_googletest_lists_the_scenarios_as_its_own(self):
        done = run("run", "--gtest_list_tests", *IMAGES)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Persistence.\n  ContainerKill\n", done.stdout)

    def test_a_filter_that_matches_nothing_is_no_pass(self):
        done = run("run", "--filter", "smoke/prots", *IMAGES)
        self.assertEqual(done.returncode, 2)
        self.assertIn('no scenario matches "smoke/prots"', done.stderr)

    def test_unknown_server(self):
        done = run("run", "--server", "stalward", "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 2)
        self.assertIn("reference, stalwart-0.15", done.stderr)

    def test_a_stand_in_is_another_layouts_and_is_named(self):
        standin = ["--standin", "fake-0.16", "--standin-image", "fake:none"]
        done = run("run", *standin, "--kind", "/nowhere/kind", "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        for line in (done.stdout.splitlines()[0], done.stdout.splitlines()[-1]):
            self.assertIn("stand-in: fake server", line)
            self.assertIn("for layout v0.16", line)
        same = ["--server", "stalwart-0.16", *standin]
        done = run("run", *same, "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 2)
        self.assertIn("layout v0.16, which stalwart-0.16 has already", done.stderr)

    def test_a_missing_tool_is_named_as_infrastructure(self):
        done = run("run", "--kind", "/nowhere/kind", "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("/nowhere/kind", done.stdout)
        self.assertIn("INFRA: 0 of 0 scenarios passed", done.stdout.splitlines()[-1])
        self.assertIn("NOT Stalwart", done.stdout.splitlines()[0])
        self.assertIn("/nowhere/kind", next(self.root.glob("2*/junit.xml")).read_text())

    def test_artifacts_that_cannot_be_made(self):
        self.write("taken", "")
        done = run("run", "--artifacts", str(self.root / "taken"), *IMAGES)
        self.assertEqual(done.returncode, 3)
        self.assertIn("--artifacts", done.stderr)


if __name__ == "__main__":
    unittest.main()
