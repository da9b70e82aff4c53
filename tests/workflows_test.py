#!/usr/bin/python3
"""GitHub's workflows: what actionlint knows, and this repository's own rules, each shown to bite.

Run by Debian's own Python, whose packages kind-config/prerequisites installs.
"""
import os
import pathlib
import re
import subprocess
import unittest

import yaml

SOURCE = pathlib.Path(__file__).resolve().parent.parent
FILES = sorted([*SOURCE.glob(".github/workflows/*.y*ml"), *SOURCE.glob(".github/actions/*/action.y*ml")])
WORKFLOWS = [file for file in FILES if file.parent.name == "workflows"]
TARGETS = set(re.findall(r"^\.PHONY: (.*)$", (SOURCE / "Makefile").read_text(), re.MULTILINE))
TARGETS = {name for line in TARGETS for name in line.split()}
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def steps_of(document):
    """The steps of a workflow's jobs, or of a composite action."""
    for part in document.get("jobs", {"": document.get("runs", {})}).values():
        yield from part.get("steps", [])


def unpinned(text):
    """Each foreign action that is not named by its commit, with the version in a comment."""
    for line in re.findall(r"^[\s-]*uses:\s*(.*?)\s*$", text, re.MULTILINE):
        if not line.startswith("./") and not PINNED.fullmatch(line):
            yield f"not pinned by commit with its version beside it: {line}"


def strange_commands(document):
    """Each command that is not one target of the Makefile."""
    for step in steps_of(document):
        words = step.get("run", "make help").split()
        if words[0] != "make" or "\n" in step.get("run", "").strip() or re.search(r"[;&|<>`]|\$\(", step.get("run", "")):
            yield f"not a make target: {step['run']}"
        elif words[1:2] == [] or words[1] not in TARGETS:
            yield f"the Makefile has no such target: {step['run']}"


def too_much(document):
    """What a workflow may do beyond reading the repository."""
    if document.get("permissions") != {"contents": "read"}:
        yield "permissions are not contents: read"
    for name, job in document["jobs"].items():
        if "permissions" in job:
            yield f"job {name} has permissions of its own"
        if "timeout-minutes" not in job:
            yield f"job {name} may take GitHub's six hours"
    for step in steps_of(document):
        if step.get("uses", "").startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
            yield "the checkout leaves the token behind"


def lost_results(document):
    """Jobs whose artifacts, the summary among them, are not uploaded when they fail."""
    for name, job in document["jobs"].items():
        if not any("actions/upload-artifact@" in step.get("uses", "") and step.get("if") == "always()" and
                   step["with"]["path"] == "artifacts" for step in job["steps"]):
            yield f"job {name} does not upload artifacts/ when it fails"


class ActionlintTest(unittest.TestCase):
    def lint(self, *arguments, **more):
        if not os.environ.get("E2E_ACTIONLINT"):
            self.fail("E2E_ACTIONLINT is not set; run: make test, or: export $(kind-config/chart-tools)")
        # Whether this machine has shellcheck or pyflakes must not matter.
        command = [os.environ["E2E_ACTIONLINT"], "-no-color", "-shellcheck=", "-pyflakes=", *map(str, arguments)]
        return subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, timeout=60, **more)

    def test_every_workflow_passes(self):
        done = self.lint(*WORKFLOWS)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_a_mistake_is_found(self):
        done = self.lint("-", input=WORKFLOWS[0].read_text().replace("runs-on:", "runs-in:"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("runs-in", done.stdout)


class RulesTest(unittest.TestCase):
    def each(self, rule, files, read):
        self.assertTrue(files)
        for file in files:
            self.assertEqual(list(rule(read(file.read_text()))), [], file)

    def broken(self, rule, change):
        """What the rule says of the first workflow after the change."""
        document = yaml.safe_load(WORKFLOWS[0].read_text())
        job = next(iter(document["jobs"].values()))
        change(document, job)
        return "\n".join(rule(document))

    def test_actions_are_pinned(self):
        self.each(unpinned, FILES, str)
        commit = "0123456789" * 4
        self.assertEqual(list(unpinned(f"- uses: a/b@{commit} # v1.2.3\n  uses: ./.github/actions/x\n")), [])
        for bad in ("a/b@v4", f"a/b@{commit}", f"a/b@{commit[1:]} # v1.2.3", "docker://a:1"):
            self.assertEqual(len(list(unpinned(f"  - uses: {bad}\n"))), 1, bad)

    def test_commands_are_make_targets(self):
        self.each(strange_commands, FILES, yaml.safe_load)
        for bad in ("make", "make nothing-of-the-kind", "kind-config/prepare", "make test; ls", "make test\nls", "make test $(id)"):
            said = self.broken(strange_commands, lambda _, job, bad=bad: job["steps"].append({"run": bad}))
            self.assertIn(bad, said)

    def test_permissions_are_minimal(self):
        self.each(too_much, WORKFLOWS, yaml.safe_load)
        for change, words in (
            (lambda d, _: d.pop("permissions"), "permissions are not"),
            (lambda d, _: d.update(permissions="write-all"), "permissions are not"),
            (lambda _, j: j.update(permissions={"packages": "write"}), "of its own"),
            (lambda _, j: j.pop("timeout-minutes"), "six hours"),
            (lambda _, j: j["steps"][0].pop("with"), "token"),
        ):
            self.assertIn(words, self.broken(too_much, change))

    def test_results_are_kept(self):
        self.each(lost_results, WORKFLOWS, yaml.safe_load)
        self.assertIn("does not upload", self.broken(lost_results, lambda _, j: j["steps"].pop()))
        self.assertIn("does not upload", self.broken(lost_results, lambda _, j: j["steps"][-1].pop("if")))

    def test_go_is_the_minimum_of_the_versions(self):
        minimum = re.search(r"^GO_MINIMUM=(\d+\.\d+)", (SOURCE / "kind-config/versions.env").read_text(), re.MULTILINE)[1]
        ready = yaml.safe_load((SOURCE / ".github/actions/ready/action.yml").read_text())
        used = [step["with"]["go-version"] for step in steps_of(ready) if "setup-go@" in step.get("uses", "")]
        self.assertEqual(used, [minimum])


if __name__ == "__main__":
    unittest.main()
