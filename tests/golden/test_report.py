#!/usr/bin/env python3
"""What a run leaves to be read: valid JUnit files with the cause of whatever went wrong, and views that tell of it, too."""
import json
import subprocess
import unittest
import xml.etree.ElementTree as xml

from golden_world import HERE, GoldenWorld

HOSTILE = "]]> <b>\"'&\x01\x7f\u0085\ufffe\uffff\U0001f4e7\r\n"


class Report(GoldenWorld):
    def run_whole(self, expected, *more, **variables):
        code, said = self.ended(self.start_run(*more, **variables))
        self.assertEqual(code, expected, said)
        return said, self.junit((self.root / "artifacts/latest").resolve())

    def junit(self, folder):
        """The file's root, once it is as it has to be."""
        checked = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", HERE / "junit.xsd", folder / "junit.xml"], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        root = xml.parse(folder / "junit.xml").getroot()
        for one in [root, *root]:
            cases = list(one.iter("testcase"))
            counted = [len(cases)] + [sum(1 for case in cases if case.find(kind) is not None) for kind in ("failure", "error", "skipped")]
            self.assertEqual([int(one.get(name)) for name in ("tests", "failures", "errors", "skipped")], counted, one.attrib)
        return root

    def report_on(self, scenarios, **more):
        folder = self.root / "recorded"
        folder.mkdir()
        (folder / "report.json").write_text(json.dumps({"schema": 1, "run": "r", "started": "2026-11-27T00:00:00Z", "scenarios": scenarios, **more}))
        code, said = self.ended(self.start("report", str(folder)))
        self.assertEqual(code, 0, said)
        return self.junit(folder)

    def test_a_pass_has_its_real_time(self):
        _, root = self.run_whole(0)
        case, = root.iter("testcase")
        self.assertEqual((case.get("classname"), case.get("name"), case.get("file")), ("Smoke", "Nothing", "scenarios/smoke/nothing.yaml"))
        record = json.loads((self.root / "artifacts/latest/report.json").read_text())
        self.assertGreater(float(case.get("time")), 0)
        self.assertAlmostEqual(float(case.get("time")), record["scenarios"][0]["seconds"], places=3)

    def test_a_failure_has_its_cause(self):
        self.rule("helm", "install *").update(status=1, stderr="Error: INSTALLATION FAILED: no <such> \"value\" & more\n")
        _, root = self.run_whole(1)
        failure = root.find("testsuite/testcase/failure")
        self.assertEqual(failure.get("type"), "FAIL")
        for words in 'no <such> "value" & more', "scenarios/smoke/nothing.yaml:", "only this one again: make e2e ONLY=smoke/nothing", "artifacts: ":
            self.assertIn(words, failure.text)

    def test_a_cluster_that_does_not_come_up_is_an_error_with_its_cause(self):
        self.rule("kind", "create cluster *").update(status=1, stderr="ERROR: failed to create cluster: no space left on device\n")
        said, root = self.run_whole(3, GITHUB_ACTIONS="true")
        error = root.find("testsuite[@name='Run']/testcase[@name='BringUp']/error")
        self.assertEqual(error.get("type"), "INFRA")
        self.assertIn("no space left on device", error.text)
        skipped = root.find("testsuite[@name='Smoke']/testcase[@name='Nothing']/skipped")
        self.assertEqual(skipped.get("message"), "there is no cluster to run it on")
        self.assertIn("::error title=INFRA BringUp::", said)
        for view in "report.html", "summary.md":
            text = (self.root / "artifacts/latest" / view).read_text()
            self.assertIn("no space left on device", text)
            self.assertIn("INFRA", text)

    def test_a_cluster_that_does_not_go_is_an_error(self):
        self.rule("kind", "delete cluster *").update(status=1, stderr="ERROR: failed to delete cluster: daemon is gone\n")
        _, root = self.run_whole(3)
        self.assertIn("daemon is gone", root.find("testsuite[@name='Run']/testcase[@name='TearDown']/error").text)

    def test_rounds_are_cases_of_their_own(self):
        _, root = self.run_whole(0, "--repeat", "2")
        self.assertEqual([case.get("name") for case in root.iter("testcase")], ["Nothing", "Nothing/2"])

    def test_each_check_is_a_case(self):
        def check(number, **more):
            return {"kind": "smtp.session", "where": "scenarios/a/b.yaml:9:5", "seconds": 0.25, "note": "", "error": None,
                    "check": {"id": f"S{number}", "rfc": "RFC 1", "says": HOSTILE, "finding": ""}, **more}

        failed = {"error": f"wrong {HOSTILE}", "failure": {"message": "wrong"}}
        root = self.report_on([{"id": "conformance/smtp/a", "title": HOSTILE, "verdict": "FAIL", "seconds": 2, "where": "scenarios/a/b.yaml:1:1", "round": 1,
                                "message": "1 of 2 checks failed", "error": f"1 of 2 {HOSTILE}", "artifacts": HOSTILE, "steps": [check(1), check(2, **failed)]}])
        cases = {(case.get("classname"), case.get("name")): case for case in root.iter("testcase")}
        self.assertEqual(set(cases), {("ConformanceSmtp", "A"), ("ConformanceSmtp.A", "S1"), ("ConformanceSmtp.A", "S2")})
        self.assertIsNone(cases["ConformanceSmtp.A", "S1"].find("failure"))
        self.assertEqual(cases["ConformanceSmtp.A", "S2"].get("time"), "0.250")
        self.assertIn("]]> <b>\"'&\x7f\u0085\U0001f4e7\n", cases["ConformanceSmtp.A", "S2"].find("failure").text)
        self.assertEqual(root.get("time"), "2.000", "a check's time is within its scenario's")

    def test_every_verdict_is_one_of_four_outcomes(self):
        verdicts = {"PASS": None, "FAIL": "failure", "FLAKY": "failure", "INFRA": "error", "INCONCLUSIVE": "error", "SKIPPED": "skipped", "INTERRUPTED": "skipped"}
        root = self.report_on([{"id": f"a/{verdict.lower()}", "verdict": verdict, "seconds": 1, "where": "x.yaml:1:1", "message": "why", "error": "why"} for verdict in verdicts])
        for verdict, outcome in verdicts.items():
            case = root.find(f"testsuite/testcase[@name='{verdict.capitalize()}']")
            self.assertEqual([child.tag for child in case if child.tag != "properties"], [outcome] if outcome else [], verdict)

    def test_the_schema_refuses_what_is_wrong(self):
        good = ('<testsuites name="a" {0}><testsuite name="b" {0}><testcase name="c" classname="d" time="1"><skipped message="e"/></testcase>'
                '</testsuite></testsuites>').format('tests="1" failures="0" errors="0" skipped="1" time="1"')
        (self.root / "junit.xml").write_text(good)
        self.junit(self.root)
        for right, wrong in ('time="1"><', 'time="-1"><'), (' message="e"', ""), ('classname="d"', 'class="d"'), ("<skipped", "<!-- --><skip"), ('tests="1"', 'tests="2"'):
            (self.root / "junit.xml").write_text(good.replace(right, wrong, 1))
            with self.assertRaises(AssertionError, msg=wrong):
                self.junit(self.root)


if __name__ == "__main__":
    unittest.main()
