import json
import re
import unittest

import helm

ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| `(?P<default>[^`]*)` \| (?P<what>.+) \|$")


def leaves(values, path=""):
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


class ReadmeTest(unittest.TestCase):
    def test_the_table_is_values_yaml(self):
        text = (helm.CHART / "README.md").read_text().split("## Values", 1)[1]
        rows = [row for line in text.splitlines() if (row := ROW.match(line))]
        documented = {row["name"]: row["default"] for row in rows}
        self.assertEqual(len(rows), len(documented), "a value has two rows")
        self.assertEqual(documented, {name: json.dumps(value) for name, value in leaves(helm.values())})
