#!/usr/bin/python3
"""events.jsonl of the shipped program: every line fits the schema, all of a run is in it, and a killed run is reported from it."""
import json
import unittest
import xml.etree.ElementTree

import jsonschema

from golden_world import SCENARIO, GoldenWorld
from shipped_program import SOURCE, run


class Events(GoldenWorld):
    def folder(self):
        return (self.root / "artifacts" / "latest").resolve()

    def events(self, *names):
        lines = (self.folder() / "events.jsonl").read_text().splitlines()
        return [event for event in map(json.loads, lines) if not names or event["event"] in names]

    def run_whole(self, *more):
        code, self.said = self.ended(self.start_run(*more))
        return code

    def assert_all_fit(self):
        schema = json.loads(run("schema", "--events").stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        for event in self.events():
            self.assertEqual([f"{list(e.path)}: {e.message}" for e in validator.iter_errors(event)], [], event)
            self.assertTrue(list(validator.iter_errors({**event, "more": 1})), "a field that the schema does not know")
        self.assertTrue(list(validator.iter_errors({"event": "unheard", "at": "2026-11-27T00:00:00Z", "t": 1})))

    def test_the_schema_is_the_file_in_the_sources(self):
        self.assertEqual(run("schema", "--events").stdout, (SOURCE / "harness/run/events.schema.json").read_text())

    def test_a_run_is_told_from_its_begin_to_its_end(self):
        self.assertEqual(self.run_whole(), 0, self.said)
        self.assert_all_fit()
        events = self.events()
        self.assertEqual([events[0]["event"], events[-1]["event"]], ["run.begin", "run.end"])
        self.assertEqual(events[-1]["verdict"], "PASS")
        self.assertEqual(events[0]["server_image"], "server:1")
        order = [(e["event"], e.get("kind") or e.get("step", {}).get("kind")) for e in self.events(
            "scenario.begin", "step.begin", "step.end", "attempt.end", "scenario.end")]
        self.assertEqual(order, [("scenario.begin", None), ("step.begin", "install"), ("step.end", "install"), ("step.begin", "kube.expect"),
                                 ("step.end", "kube.expect"), ("attempt.end", None), ("scenario.end", None)])
        for event in self.events("scenario.begin", "step.begin", "step.end", "attempt.end", "scenario.end"):
            self.assertEqual((event["scenario"], event["round"]), ("smoke/nothing", 1))
        times = [event["t"] for event in events]
        self.assertEqual(times, sorted(times))

    def test_every_call_of_a_tool_is_told(self):
        self.run_whole()
        told = [event["argv"] for event in self.events("command") if event["argv"][0] in ("kind", "helm", "docker")]
        self.assertEqual(told, [[call["tool"], *call["args"]][:3] for call in self.called()])
        self.assertTrue(all(event["ok"] for event in self.events("command")))

    def test_a_failure_is_told_with_its_reason(self):
        self.rule("helm", "install *").update(status=1, stderr="Error: INSTALLATION FAILED: values don't meet the specifications\n")
        self.assertEqual(self.run_whole(), 1, self.said)
        self.assert_all_fit()
        install = self.events("step.end")[0]["step"]
        self.assertIn("values don't meet the specifications", install["error"])
        self.assertEqual([event["verdict"] for event in self.events("attempt.end", "scenario.end", "run.end")], ["FAIL"] * 3)
        self.assertEqual([e["ended"] for e in self.events("command") if e["argv"][:2] == ["helm", "install"]], ["exited with 1"])

    def test_a_wait_is_told_with_each_reason(self):
        self.write("scenarios/smoke/nothing.yaml", SCENARIO.replace("install: {wait: none}", "timeout: 3s"))
        self.assertNotEqual(self.run_whole(), 0, self.said)
        self.assert_all_fit()
        waits = self.events("wait")
        self.assertTrue(waits)
        self.assertTrue(waits[0]["reason"])
        self.assertGreater(waits[0]["limit"], waits[0]["from"])
        self.assertEqual([event["from"] for event in self.events("wait.end")], [waits[0]["from"]])

    def test_the_record_comes_back_out_of_the_events(self):
        self.rule("helm", "install *").update(status=1, stderr="Error: INSTALLATION FAILED: <values>\n")
        self.assertEqual(self.run_whole(), 1, self.said)
        written = {name: (self.folder() / name).read_text() for name in ("report.json", "report.html", "summary.md")}
        for name in written:
            (self.folder() / name).unlink()
        code, said = self.ended(self.start("report", str(self.folder())))
        self.assertEqual(code, 0, said)
        self.assertEqual({name: (self.folder() / name).read_text() for name in written}, written)

    def test_a_killed_run_is_reported_from_its_events(self):
        self.write("scenarios/smoke/second.yaml", SCENARIO)
        self.calls.insert(0, {"tool": "helm", "call": "install *second*", "hold": "second"})
        process = self.start_run()
        self.assertEqual(self.await_held(), "second")
        folder = self.folder()
        process.kill()
        self.ended(process)
        for name in ("report.json", "report.html", "summary.md", "junit.xml"):
            (folder / name).unlink(missing_ok=True)
        # The disk was full in the middle of a line.
        with open(folder / "events.jsonl", "a") as file:
            file.write('{"event":"step.e')
        code, said = self.ended(self.start("report", "--artifacts", "artifacts"))
        self.assertEqual(code, 0, said)
        record = json.loads((folder / "report.json").read_text())
        self.assertEqual([(s["id"], s["verdict"]) for s in record["scenarios"]], [("smoke/nothing", "PASS"), ("smoke/second", "INTERRUPTED")])
        self.assertIn("in the step install", record["scenarios"][1]["message"])
        self.assertIn("smoke/second", (folder / "summary.md").read_text())
        self.assertIn("INTERRUPTED", (folder / "report.html").read_text())
        cases = xml.etree.ElementTree.parse(folder / "junit.xml").getroot().iter("testcase")
        self.assertEqual(len(list(cases)), 2)
        self.calls.pop(0)
        code, said = self.ended(self.start("reap"))
        self.assertEqual(code, 0, said)
        self.assert_nothing_left()

    def test_a_cluster_that_does_not_come_up_is_told(self):
        self.rule("kind", "create cluster *").update(status=1, stderr="ERROR: no space left on device\n")
        self.assertEqual(self.run_whole(), 3, self.said)
        self.assert_all_fit()
        self.assertEqual([event["problem"]["what"] for event in self.events("problem")], ["BringUp"])
        self.assertEqual([(e["scenario"], e["verdict"]) for e in self.events("scenario.end")], [("smoke/nothing", "SKIPPED")])

    def test_events_of_a_newer_program_are_not_misread(self):
        self.write("new/events.jsonl", '{"event":"run.begin","schema":2,"at":"2026-11-27T00:00:00Z","t":1}\n')
        code, said = self.ended(self.start("report", "new"))
        self.assertEqual(code, 2, said)
        self.assertIn("another version", said)


if __name__ == "__main__":
    unittest.main()
