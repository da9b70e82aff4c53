#!/usr/bin/env python3
"""The qualification of a chart by the shipped program, with tools and an API that are made up: each verdict, and what it leaves."""
import unittest

from qualify_world import CLAIM, LANE, QualifyWorld


class Qualify(QualifyWorld):
    def test_a_chart_with_one_label_more_is_qualified(self):
        self.after["stdout"] = CLAIM % ("stalwart", ", team: mail")
        code, last = self.qualify()
        self.assertEqual(code, 0, self.said)
        self.assertIn("QUALIFIED: chart 0.2.0", last)
        self.assertNotIn("NOT", last)
        self.assertIn("metadata.labels.team", self.kept("qualification.md"))
        self.assertIn("metadata.labels.team", self.kept("report.html"))
        self.assertEqual([chart["version"] for chart in self.record()["from"]], ["0.1.0"])
        self.assertIn({"name": "Helm", "version": "v3.22.0"}, self.record()["versions"])
        # The lane began with the release, and went on to the chart.
        self.assertTrue(any("releases/0.1.0" in word for word in self.called("helm", "install")[0]["args"]))
        self.assertIn("chart", self.called("helm", "upgrade")[0]["args"])
        self.assert_nothing_left()

    def test_a_chart_that_renames_the_claim_is_not_and_the_claim_is_named(self):
        self.after["stdout"] = CLAIM % ("stalwart-data", "")
        code, last = self.qualify()
        self.assertEqual(code, 1, self.said)
        self.assertIn("NOT QUALIFIED: chart 0.2.0", last)
        self.assertIn("PersistentVolumeClaim stalwart", last)
        for kept in "qualification.md", "report.html", "summary.md":
            self.assertIn("PersistentVolumeClaim stalwart", self.kept(kept))
        self.assert_nothing_left()

    def test_a_lane_that_fails_is_named(self):
        self.write("scenarios/qualify/upgrade.yaml", LANE % 2)
        code, last = self.qualify()
        self.assertEqual(code, 1, self.said)
        self.assertIn("NOT QUALIFIED", last)
        self.assertIn("qualify/upgrade", last)
        self.assert_nothing_left()

    def test_what_is_left_out_or_cannot_be_run_decides_nothing(self):
        self.write("scenarios/qualify/hops.yaml", (LANE % 1).replace("chart: released,", "chart: released-before,"))
        code, last = self.qualify()
        self.assertEqual(code, 4, self.said)
        self.assertIn("INCONCLUSIVE", last)
        self.assertIn("qualify/hops: INCONCLUSIVE", last)
        self.assertIn("knows 1 released charts", last)
        code, last = self.qualify("--only", "upgrade")
        self.assertEqual(code, 4, self.said)
        self.assertIn("qualify/hops was left out", last)
        self.assert_nothing_left()

    def test_a_cluster_that_does_not_come_up_decides_nothing(self):
        self.rule("kind", "create cluster *").update(status=1, stderr="ERROR: no space left on device\n")
        code, last = self.qualify()
        self.assertEqual(code, 4, self.said)
        self.assertIn("INCONCLUSIVE", last)
        self.assertIn("no space left on device", self.said)
        self.assert_nothing_left()

    def test_a_cluster_that_does_not_go_decides_nothing(self):
        self.rule("kind", "delete cluster *").update(status=1, stderr="ERROR: daemon is gone\n")
        code, last = self.qualify()
        self.assertEqual(code, 4, self.said)
        self.assertIn("INCONCLUSIVE: chart 0.2.0 | TearDown: INFRA", last)
        self.assertIn("INCONCLUSIVE", self.kept("qualification.md"))

    def test_without_a_release_nothing_is_started(self):
        for more in ("--from", "0.0.9"), ("--releases", "nowhere"):
            code, _ = self.qualify(*more)
            self.assertEqual(code, 2, self.said)
            self.assertIn("there is no release", self.said)
        self.assertEqual(self.called("kind", "create"), [])
        self.assert_nothing_left()

    def test_an_ordinary_run_knows_no_lanes(self):
        code, said = self.ended(self.start_run())
        self.assertEqual(code, 0, said)
        self.assertIn("1 of 1 scenarios passed", said)


if __name__ == "__main__":
    unittest.main()
