import subprocess
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent / "bin" / "stalwart"


class VersionTest(unittest.TestCase):
    def run_program(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=10, check=False)

    def test_version(self):
        done = self.run_program("--version")
        self.assertEqual((0, "0.15.5\n", ""), (done.returncode, done.stdout, done.stderr))

    def test_nothing_else(self):
        for arguments in ((), ("--config",), ("--version", "--config"), ("--init", "/opt/stalwart")):
            done = self.run_program(*arguments)
            self.assertEqual((2, ""), (done.returncode, done.stdout))
            self.assertIn("reference server", done.stderr)


if __name__ == "__main__":
    unittest.main()
