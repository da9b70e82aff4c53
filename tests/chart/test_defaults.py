#!/usr/bin/env python3
"""templates/_defaults.tpl holds values.yaml, for upgrades with --reuse-values from a chart that had less; `--accept` writes it."""

import difflib
import json
import sys
import unittest

import helm

FILE = helm.CHART / "templates" / "_defaults.tpl"


def text():
    values = json.dumps(helm.values(), indent=1, ensure_ascii=False)
    return ("{{/* values.yaml as JSON, made by `make docs`: change that. See stalwart.init. */}}\n"
            f'{{{{- define "stalwart.defaults" -}}}}\n{values}\n{{{{- end -}}}}\n')


class DefaultsTest(unittest.TestCase):
    def test_the_file_is_values_yaml(self):
        found = "".join(difflib.unified_diff(FILE.read_text().splitlines(True), text().splitlines(True), FILE.name, "values.yaml"))
        self.assertEqual(found, "", "run: make docs")


if __name__ == "__main__":
    if sys.argv[1:] != ["--accept"]:
        sys.exit("usage: test_defaults.py --accept")
    FILE.write_text(text())
    print(f"{FILE} written")
