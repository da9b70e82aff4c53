#!/usr/bin/env python3
"""`compare`: what the shipped program says of two charts, with a helm that renders what it is told to."""
import json
import os
import shutil
import unittest

from shipped_program import SOURCE, InFolder, run

CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: %s
  labels: {app: mail%s}
spec: {resources: {requests: {storage: 10Gi}}}
"""
HELM = """\
#!/bin/sh
[ "$1 $2 $4 $5" = "template stalwart --values $V" ] || { echo "unexpected: $*" >&2; exit 9; }
case $3 in
  broken) echo "Error: no such chart" >&2; exit 1 ;;
  *) cat "$3" ;;
esac
"""


class Compare(InFolder):
    def compare(self, before, after):
        helm, values = self.root / "helm", self.root / "v.yaml"
        self.write("helm", HELM)
        helm.chmod(0o755)
        self.write("v.yaml", "{}\n")
        return run("compare", before, after, "--values", str(values), "--json", str(self.root / "out.json"), "--helm", str(helm),
                   V=str(values), XDG_CACHE_HOME=str(self.root))

    def chart(self, name, *words):
        self.write(name, CLAIM % words)
        return str(self.root / name)

    def test_a_label_can_be_added(self):
        done = self.compare(self.chart("a", "mail", ""), self.chart("b", "mail", ", team: post"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn('| `metadata.labels.team` |  | `"post"` |', done.stdout)
        self.assertEqual(json.loads((self.root / "out.json").read_text())["objects"][0]["fields"],
                         [{"path": "metadata.labels.team", "after": "post"}])

    def test_a_claim_cannot_be_renamed(self):
        done = self.compare(self.chart("a", "mail", ""), self.chart("b", "post", ""))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("can't do this:**\n- PersistentVolumeClaim mail: is gone", done.stdout)

    def test_the_same_is_told(self):
        chart = self.chart("a", "mail", "")
        done = self.compare(chart, chart)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("The manifests are the same.", done.stdout)

    def test_a_chart_that_helm_refuses_is_a_mistake_of_the_caller(self):
        done = self.compare(self.chart("a", "mail", ""), "broken")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("rendering broken", done.stderr)
        self.assertIn("no such chart", done.stderr)

    def test_without_helm_nothing_is_said_of_the_charts(self):
        done = run("compare", "a", "b", "--helm", str(self.root / "nothing"), XDG_CACHE_HOME=str(self.root))
        self.assertEqual((done.returncode, done.stdout), (3, ""))


class CompareOfTheChart(InFolder):
    """With the real helm and the real chart, changed as its author would."""

    def changed(self, file, old, new):
        """What is said of an upgrade from the chart to one with another text in one of its files."""
        if not os.environ.get("E2E_HELM"):
            self.fail("E2E_HELM is not set; run: make test, or: export $(kind-config/chart-tools)")
        chart = self.root / "chart"
        shutil.copytree(SOURCE / "chart", chart)
        text = (chart / file).read_text()
        self.assertEqual(text.count(old), 1, f"{file} has another text by now")
        (chart / file).write_text(text.replace(old, new))
        return run("compare", "chart", str(chart), "--helm", os.environ["E2E_HELM"], XDG_CACHE_HOME=str(self.root))

    def test_a_label_on_everything_can_be_added(self):
        labels = '{{- define "stalwart.labels" -}}\n'
        done = self.changed("templates/_helpers.tpl", labels, labels + "team: post\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for changed in ("Deployment stalwart", "PersistentVolumeClaim stalwart", "Service stalwart"):
            self.assertIn(f"**{changed}** changed", done.stdout)
        self.assertEqual({line for line in done.stdout.splitlines() if line.startswith("| `")},
                         {'| `metadata.labels.team` |  | `"post"` |'})

    def test_a_renamed_claim_is_named(self):
        done = self.changed("templates/pvc.yaml", '"name" (include "stalwart.claimName" .)', '"name" "post"')
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("can't do this:**\n- PersistentVolumeClaim stalwart: is gone", done.stdout)


if __name__ == "__main__":
    unittest.main()
