"""The shipped program, run by the tests that see it as a user does: argv[1] is its path."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parent.parent


def run(*args, cwd=SOURCE, **variables):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("E2E_", "GTEST_", "DOCKER_", "GITHUB_"))}
    env.update(variables)
    return subprocess.run([PROGRAM, *args], cwd=cwd, env=env, capture_output=True, text=True, timeout=30)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(folder.name)
        self.addCleanup(folder.cleanup)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
