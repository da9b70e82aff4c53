#!/usr/bin/env python3
"""Every case renders what golden/<case>.yaml holds. `--accept` writes these files from what is rendered now."""

import difflib
import pathlib
import re
import sys
import tempfile
import unittest

import helm

GOLDEN = helm.HERE / "golden"
HINT = "run: make golden-accept, and see in `git diff` that every change is wanted"


def rendered(case):
    return helm.stable(helm.template(*helm.cases()[case]))


def documents(text):
    """The documents by kind and name, as far as two have the same, numbered."""
    found = {}
    for document in helm.split(text):
        kind, name = (re.search(pattern, document, re.MULTILINE) for pattern in (r"^kind: (.*)$", r"^  name: (.*)$"))
        label = f"{kind[1] if kind else '?'} {name[1] if name else '?'}"
        same = sum(known == label or known.startswith(f"{label} #") for known in found)
        found[f"{label} #{same + 1}" if same else label] = document
    return found


def differences(golden, now):
    """A unified diff of every document that changed, came or went."""
    before, after = documents(golden), documents(now)
    for label in dict.fromkeys([*before, *after]):
        diff = difflib.unified_diff(before.get(label, "").splitlines(), after.get(label, "").splitlines(),
                                    f"{label}, golden", f"{label}, rendered", lineterm="")
        if text := "\n".join(diff):
            yield text
    if golden != now and before == after:
        yield "the documents are in another order, or differ in comments only"


def complaints(case, folder):
    file = folder / f"{case}.yaml"
    if not file.exists():
        return [f"golden/{case}.yaml is missing"]
    return list(differences(file.read_text(), rendered(case)))


def stale(folder):
    return sorted(f.name for f in folder.iterdir() if f.name not in {f"{case}.yaml" for case in helm.cases()})


def accept(folder):
    texts = {f"{case}.yaml": rendered(case) for case in helm.cases()}
    folder.mkdir(exist_ok=True)
    for name in stale(folder):
        (folder / name).unlink()
    for name, text in texts.items():
        (folder / name).write_text(text)


class GoldenTest(unittest.TestCase):
    def test_every_case_renders_its_golden_file(self):
        if not GOLDEN.is_dir():
            self.fail(f"tests/chart/golden is missing\n{HINT}")
        for case in helm.cases():
            with self.subTest(case):
                if found := complaints(case, GOLDEN):
                    self.fail("\n".join([f"case {case}", *found, HINT]))

    def test_every_golden_file_has_a_case(self):
        self.assertEqual(stale(GOLDEN) if GOLDEN.is_dir() else [], [], f"golden files without a case\n{HINT}")


class DifferenceTest(unittest.TestCase):
    def test_what_was_accepted_is_a_match_and_nothing_else(self):
        with tempfile.TemporaryDirectory(prefix="chart-test-") as name:
            folder = pathlib.Path(name)
            (folder / "gone.yaml").write_text("kind: Service\n")
            self.assertEqual(stale(folder), ["gone.yaml"])
            accept(folder)
            self.assertEqual(stale(folder), [])
            self.assertEqual({case: complaints(case, folder) for case in helm.cases()}, {case: [] for case in helm.cases()})
            golden = folder / "default.yaml"
            golden.write_text(golden.read_text().replace("type: NodePort", "type: ClusterIP"))
            self.assertIn("-  type: ClusterIP\n+  type: NodePort", complaints("default", folder)[0])
            golden.unlink()
            self.assertEqual(complaints("default", folder), ["golden/default.yaml is missing"])

    def test_documents_that_come_go_and_change_places(self):
        one, two = "---\nkind: Service\nmetadata:\n  name: a\n", "---\nkind: Secret\nmetadata:\n  name: b\n"
        self.assertEqual(list(differences(one, one)), [])
        self.assertIn("+kind: Secret", list(differences(one, one + two))[0])
        self.assertIn("-kind: Secret", list(differences(one + two, one))[0])
        self.assertIn("another order", list(differences(one + two, two + one))[0])

    def test_only_the_drawn_password_is_masked(self):
        secret = "---\nkind: Secret\nmetadata:\n  name: {}\ndata:\n  admin-password: {}\n  other: {}\n"
        self.assertEqual(helm.stable(secret.format("x-admin", 1, 2)), helm.stable(secret.format("x-admin", 3, 2)))
        self.assertNotEqual(helm.stable(secret.format("x-admin", 1, 2)), helm.stable(secret.format("x-admin", 1, 3)))
        self.assertNotEqual(helm.stable(secret.format("x", 1, 2)), helm.stable(secret.format("x", 3, 2)))


if __name__ == "__main__":
    if sys.argv[1:] != ["--accept"]:
        sys.exit("usage: test_golden.py --accept; the tests run with run.py golden")
    try:
        accept(GOLDEN)
    except helm.HelmError as error:
        sys.exit(str(error))
