#!/usr/bin/env python3
"""chart/README.md is what helm-docs makes of README.md.gotmpl and of the comments in values.yaml; `--accept` writes it."""

import difflib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import helm

ROWS = '{{ range .Values }}{{ dict "key" .Key "text" (coalesce .Description .AutoDescription) | toJson }}\n{{ end }}'
PAGE = '{{ template "chart.header" . }}\n{{ template "chart.valuesSection" . }}\n'
VALUES = """\
# -- Image of the server.
image:
  repository: a/b
  # what it is
  tag: latest
service:
  # -- Port of the Service.
  port: 25
  type: NodePort
# -- Passed on as it is.
whole:
  inner: {deep: 1}
list: [a]
"""


def document(chart, template="README.md.gotmpl"):
    """What helm-docs writes for the chart. It only warns where it fails, so that a warning is a failure here."""
    # Without a template it would take one of its own.
    if not (chart / template).exists():
        raise helm.HelmError(f"{chart.name}/{template} is missing: README.md is made from it")
    env = {k: v for k, v in os.environ.items() if not k.startswith("HELM_DOCS_")}
    command = [helm.tool("E2E_HELM_DOCS"), "--dry-run", "--log-level=warning", "--sort-values-order=file",
               f"--chart-search-root={chart}", f"--chart-to-generate={chart}", f"--template-files={template}"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    if done.returncode != 0 or done.stderr:
        raise helm.HelmError(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def drift(chart):
    """The difference between the README that is there and the one that should be, as a unified diff."""
    readme = chart / "README.md"
    written = readme.read_text() if readme.exists() else ""
    return "".join(difflib.unified_diff(written.splitlines(True), document(chart).splitlines(True),
                                        "README.md", "README.md as it should be"))


def leaves(values, path=""):
    for key, value in values.items():
        name = f"{path}{key}" if not set(". ") & set(key) else f'{path}"{key}"'
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{name}.")
        else:
            yield name


def undescribed(chart):
    """The values without a text of their own, below no map that is described as a whole."""
    with tempfile.NamedTemporaryFile("w", prefix="chart-test-", suffix=".gotmpl") as template:
        template.write(ROWS)
        template.flush()
        rows = [json.loads(line) for line in document(chart, template.name).splitlines() if line]
    described = {row["key"] for row in rows if row["text"]}
    whole = {name for name in described if not any(other.startswith(f"{name}.") for other in described)}
    for leaf in leaves(helm.values(chart / "values.yaml")):
        if leaf not in described and not any(leaf.startswith(f"{name}.") for name in whole):
            yield leaf


def small_chart(test, values=VALUES):
    folder = tempfile.TemporaryDirectory(prefix="chart-test-")
    test.addCleanup(folder.cleanup)
    chart = pathlib.Path(folder.name)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: small\nversion: 0.0.0\n")
    (chart / "values.yaml").write_text(values)
    (chart / "README.md.gotmpl").write_text(PAGE)
    return chart


class ReadmeTest(unittest.TestCase):
    def test_the_readme_is_what_helm_docs_makes(self):
        difference = drift(helm.CHART)
        if difference:
            self.fail(f"chart/README.md is not what helm-docs makes of it\n{difference}\nrun: make docs")

    def test_a_changed_comment_is_seen(self):
        chart = small_chart(self)
        (chart / "README.md").write_text(document(chart))
        self.assertEqual(drift(chart), "")
        (chart / "values.yaml").write_text(VALUES.replace("Port of the Service.", "Port of the mail."))
        self.assertIn("+| service.port | int | `25` | Port of the mail. |", drift(chart))

    def test_a_missing_template_function_is_no_empty_page(self):
        chart = small_chart(self)
        (chart / "README.md.gotmpl").write_text('{{ template "no.such" . }}')
        with self.assertRaises(helm.HelmError):
            document(chart)


class DescriptionTest(unittest.TestCase):
    def test_every_value_is_described(self):
        self.assertEqual(list(undescribed(helm.CHART)), [], "values without a `# -- ` comment")

    def test_values_without_a_description_are_found(self):
        self.assertEqual(list(undescribed(small_chart(self))), ["list", "service.type"])

    def test_one_described_child_hides_no_other(self):
        values = VALUES.replace("# what", "# -- What").replace("list: [a]\n", "")
        self.assertEqual(list(undescribed(small_chart(self, values))), ["image.repository", "service.type"])


if __name__ == "__main__":
    if sys.argv[1:] != ["--accept"]:
        sys.exit("usage: test_docs.py --accept; the tests run with run.py docs")
    try:
        (helm.CHART / "README.md").write_text(document(helm.CHART))
    except helm.HelmError as error:
        sys.exit(str(error))
