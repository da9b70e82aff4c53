#!/usr/bin/env python3
"""Files made to harm whoever reads them: refused with a place, in little memory.

With $E2E_SANITIZE the memory is not limited: sanitizers take terabytes of address space for themselves."""
import os
import resource
import subprocess
import unittest

from shipped_program import PROGRAM, InFolder

MEBIBYTE = 1 << 20
# Of address space, the program's own libraries included.
LIMIT = resource.RLIM_INFINITY if os.environ.get("E2E_SANITIZE") else 256 * MEBIBYTE


class HostileFiles(InFolder):
    def lint(self, text):
        self.write("scenarios/smoke/hostile.yaml", text)
        return subprocess.run([PROGRAM, "lint", "--scenarios", str(self.root / "scenarios")], capture_output=True, text=True, timeout=30,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT)))

    def refused(self, text, why):
        done = self.lint(text)
        self.assertEqual(done.returncode, 2, (done.stderr or done.stdout)[-300:])
        self.assertIn("smoke/hostile.yaml:", done.stdout + done.stderr)
        self.assertIn(why, done.stdout + done.stderr)
        self.assertLess(len(done.stdout + done.stderr), 4000, "the file's text is not repeated")

    def test_aliases_that_multiply(self):
        rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
        self.refused("\n".join(rows) + "\n", "aliases")

    def test_a_text_of_ten_megabytes(self):
        self.refused("name: x\nsteps:\n  - " + "x" * (10 * MEBIBYTE) + ": {}\n", "MiB")

    def test_lists_in_lists(self):
        for opening, closing in ("[", "]"), ("{a: ", "}"), ("- ", ""):
            self.refused("steps: \n" + opening * 100_000 + closing * 100_000 + "\n", "deep")

    def test_octets_that_are_no_text(self):
        (self.root / "scenarios/smoke").mkdir(parents=True)
        (self.root / "scenarios/smoke/hostile.yaml").write_bytes(b"name: \xff\xfe\x00\n")
        done = subprocess.run([PROGRAM, "lint", "--scenarios", str(self.root / "scenarios")], capture_output=True, timeout=30)
        self.assertEqual(done.returncode, 2, done.stderr[-300:])


if __name__ == "__main__":
    unittest.main()
