#!/usr/bin/python3
"""The JSON Schema of scenarios against an independent validator: it agrees with the parser on every file.

Run by Debian's own Python, whose packages kind-config/prerequisites installs.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import jsonschema
import yaml

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parent.parent
SCENARIOS = SOURCE / "scenarios"
COMMITTED = SCENARIOS / "scenario.schema.json"
MODELINE = "# yaml-language-server: $schema=%sscenario.schema.json"

# Mistakes that the parser tells and a schema cannot see, each with the reason.
UNSEEN = {
    "check-id": "which letters a name may have is the field's own check",
    "dialogue-capture": "a schema does not read regular expressions",
    "dialogue-filler": "a pattern does not tell one size from a range",
    "dialogue-login": "what the other fields allow is the port's matter",
    "dialogue-pattern": "a schema does not read regular expressions",
    "dialogue-raw": "a schema does not read escapes",
    "dialogue-not-kept": "which step saves a name is not of one place in the file",
    "find-octets": "a schema does not read escapes",
    "tls-secret": "what goes together is the step's own matter",
    "http-burst-status": "what the step needs as a whole is its own matter",
    "http-request-body": "what the step needs as a whole is its own matter",
    "denied-ledger": "which step saves a name is not of one place in the file",
    "release-same": "which step saves a name is not of one place in the file",
    "drain-exclusive": "the rule is between a step and the whole scenario",
    "manage-body": "a schema does not read JSON within a text",
    "node-kill-exclusive": "the rule is between a step and the whole scenario",
    "read-only-volume": "the rule is between a step and the whole scenario",
    "power-loss-volume": "the rule is between a step and the whole scenario",
    "reference-not-saved": "which step saves a name is not of one place in the file",
    "reference-open": "a schema does not read references",
    "reference-unknown": "a schema does not read references",
    "fill-disk": "the rule is between a step and the whole scenario",
    "fill-leave": "a pattern does not compare the ends of a range",
    "fingerprint-not-saved": "which step saves a name is not of one place in the file",
    "imap-expect-nothing": "what the step needs as a whole is its own matter",
    "imap-flag-nothing": "what the step needs as a whole is its own matter",
    "imap-move-not-saved": "which step saves a name is not of one place in the file",
    "install-volume-chart": "what goes together is the fields' own matter",
    "install-volume-range": "a pattern does not compare the ends of a range",
    "install-volume-small": "a pattern does not compare sizes with units",
    "kill-in-data-signal": "what goes together is the fields' own matter",
    "kill-ledger": "which step saves a name is not of one place in the file",
    "kill-when": "what goes together is the fields' own matter",
    "load-sizes": "a size that is a key is not looked at",
    "ledger-as-message": "which step saves a name is not of one place in the file",
    "ledger-not-saved": "which step saves a name is not of one place in the file",
    "ledger-saved-later": "the order of steps is not of one place in the file",
    "step-size": "a pattern does not compare the ends of a range",
    "traffic-sessions": "what goes together is the fields' own matter",
    "traffic-not-begun": "which step saves a name is not of one place in the file",
    "node-restart-exclusive": "the rule is between a step and the whole scenario",
    "same-not-saved": "which step saves a name is not of one place in the file",
    "outage-not-watched": "which step saves a name is not of one place in the file",
    "yaml-alias": "a YAML reader resolves aliases before the schema is asked",
    "yaml-duplicate-key": "a YAML reader keeps one of the keys",
    "yaml-tag": "a YAML reader takes the tag for the type",
}


class Loader(yaml.SafeLoader):
    """Plain scalars as YAML 1.2's core schema reads them, as editors do: yes is text."""
    yaml_implicit_resolvers = {}


for tag, pattern, first in [
        ("bool", r"^(?:true|false)$", "tf"),
        ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
        ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$", "-+.0123456789"),
        ("null", r"^(?:~|null|)$", ["~", "n", ""])]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def program(*args):
    return subprocess.run([PROGRAM, *args], cwd=SOURCE, capture_output=True, text=True, timeout=30)


def scenarios():
    found = [*SCENARIOS.glob("*/*.yaml"), *SCENARIOS.glob("*/*/*.yaml")]
    return sorted(p for p in found if p.relative_to(SCENARIOS).parts[0] not in ("values", "manifests", "sabotage"))


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = program("schema").stdout
        cls.schema = json.loads(cls.text)
        cls.validator = jsonschema.Draft202012Validator(cls.schema)

    def refusal(self, path):
        """Why the validator refuses the file; nothing when it takes it."""
        try:
            document = yaml.load(path.read_text(), Loader)
        except yaml.YAMLError as problem:
            return f"broken YAML: {problem}"
        return "\n".join(f"{list(e.path)}: {e.message}" for e in self.validator.iter_errors(document))

    def test_is_a_valid_schema_of_its_draft(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_the_committed_copy_is_what_the_program_prints(self):
        self.assertEqual(COMMITTED.read_text(), self.text, "run `make schema`")

    def test_takes_every_scenario_and_every_scenario_names_it(self):
        self.assertTrue(scenarios())
        for path in scenarios():
            with self.subTest(path.relative_to(SOURCE)):
                self.assertEqual(self.refusal(path), "")
                up = "../" * (len(path.relative_to(SCENARIOS).parts) - 1)
                self.assertEqual(path.read_text().split("\n")[0], MODELINE % up)

    def test_the_schema_of_mutants_takes_every_one_of_them(self):
        text = program("schema", "--mutants").stdout
        self.assertEqual((SCENARIOS / "mutant.schema.json").read_text(), text, "run `make schema`")
        schema = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for path in sorted(set(SCENARIOS.glob("sabotage/*.yaml")) - {SCENARIOS / "sabotage" / "unguarded.yaml"}):
            with self.subTest(path.name):
                mutant = yaml.load(path.read_text(), Loader)
                self.assertEqual([error.message for error in validator.iter_errors(mutant)], [])
                self.assertEqual(path.read_text().split("\n")[0], "# yaml-language-server: $schema=../mutant.schema.json")
                self.assertTrue(list(validator.iter_errors({**mutant, "patches": []})))

    def test_agrees_with_the_parser_on_every_invalid_file(self):
        files = sorted((SOURCE / "tests/invalid").glob("*.yaml"))
        self.assertLessEqual(UNSEEN.keys(), {p.stem for p in files})
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            shutil.copytree(SCENARIOS / "values", root / "values")
            for path in files:
                (root / "invalid").mkdir(exist_ok=True)
                shutil.copy(path, root / "invalid")
            told = program("lint", "--scenarios", folder).stderr
        for path in files:
            with self.subTest(path.name):
                self.assertRegex(told, rf"(?m)/{re.escape(path.name)}:\d+:\d+: error: ")
                refused = self.refusal(path) != ""
                self.assertEqual(refused, path.stem not in UNSEEN, UNSEEN.get(path.stem, "the schema takes it"))

    def test_every_kind_of_step_has_an_example_an_invalid_file_and_a_unit_test(self):
        texts = {
            "an example in scenarios/": scenarios(),
            "a file in tests/invalid/": (SOURCE / "tests/invalid").glob("*.yaml"),
            "a test in tests/unit/steps/": (SOURCE / "tests/unit/steps").glob("*.cpp"),
        }
        for what, paths in texts.items():
            text = "\n".join(path.read_text() for path in paths)
            for kind in self.schema["$defs"]["step"]["properties"]:
                with self.subTest(what, kind=kind):
                    self.assertRegex(text, rf'(?<![\w.]){re.escape(kind)}(:|", ")')

    def test_describes_every_field_and_closes_every_map_of_the_language(self):
        steps = self.schema["$defs"]["step"]["properties"]
        for kind in [self.schema, self.schema["properties"]["install"], *steps.values()]:
            self.assertIs(kind["additionalProperties"], False)
            for name, field in kind["properties"].items():
                self.assertTrue(field["description"], name)
        self.assertEqual(steps["wait.usable"]["properties"]["within"]["default"], "5m")


if __name__ == "__main__":
    unittest.main()
