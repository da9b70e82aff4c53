#!/usr/bin/env python3
"""The chart's surface against the catalogue of mutants: green as it is, and red with the name of what is added."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parent.parent


def surface(*args):
    return subprocess.run([PROGRAM, "surface", *args], cwd=SOURCE, capture_output=True, text=True, timeout=280)


class Surface(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.access(os.environ.get("E2E_HELM", ""), os.X_OK):
            raise AssertionError("E2E_HELM names no program; run: make test")

    def test_all_is_guarded_or_listed(self):
        done = surface()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"surface: \d+ of \d+ items broken by a mutant, \d+ on the reviewed list, red 0\n$")

    def test_a_new_port_and_a_new_value_are_red_with_their_names(self):
        with tempfile.TemporaryDirectory() as folder:
            chart = pathlib.Path(folder) / "chart"
            shutil.copytree(SOURCE / "chart", chart)
            service = chart / "templates" / "_service.tpl"
            text = service.read_text()
            self.assertEqual(text.count("  ports:\n"), 1)
            service.write_text(text.replace("  ports:\n", "  ports:\n  - name: pop3\n    port: 110\n    targetPort: 110\n"))
            values = chart / "values.yaml"
            values.write_text(values.read_text() + "extraEnvToo: []\n")
            schema = chart / "values.schema.json"
            schema.unlink()
            done = surface("--chart", str(chart))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("red: Service: port pop3: no mutant breaks it (defaults)\n", done.stdout)
        self.assertIn("red: value extraEnvToo: no mutant breaks it\n", done.stdout)


if __name__ == "__main__":
    unittest.main()
