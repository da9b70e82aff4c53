#!/usr/bin/env python3
"""The shipped program as a user meets it: help, mistakes, missing tools. No engine and no cluster."""
import json
import re
import subprocess
import unittest
import xml.etree.ElementTree

from shipped_program import PROGRAM, SOURCE, InFolder, run

IMAGES = ["--node-image", "node:none", "--server-image", "server:none"]


class Cli(InFolder):
    def test_help_is_the_programs_own_and_shows_examples(self):
        for args in (["--help"], ["run", "--help"]):
            done = run(*args)
            self.assertEqual(done.returncode, 0)
            self.assertIn("Examples:", done.stdout)
            self.assertIn("Exit codes:", done.stdout)
            self.assertNotIn("Google Test.", done.stdout)

    def test_the_readme_has_every_command_with_its_help(self):
        listed = run("--help").stdout.split("Subcommands:\n")[1].split("\n\n")[0]
        names = re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE)
        expected = []
        for name in names:
            done = run(name, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stdout, rf"(?m)^Examples:\n  stalwart-e2e {name}")
            expected.append(f"| `{name}` | {done.stdout.splitlines()[0]} |")
        table = (SOURCE / "README.md").read_text().split("<!-- commands:")[1].split("\n\n")[0]
        self.assertEqual([line for line in table.splitlines() if line.startswith("| `")], expected)

    def test_selection_by_id_and_tag(self):
        listed = run("list", "--only", "smoke/ports,persistence/none").stdout
        self.assertEqual([line.split()[0] for line in listed.splitlines()], ["persistence/none", "smoke/ports"])
        self.assertIn("[smoke]", listed)
        done = run("list", "--tags", "chart,!guard")
        self.assertIn("chart/keep", done.stdout)
        self.assertNotIn("chart/guard-image", done.stdout)
        done = run("list", "--only", "smoke/prots")
        self.assertEqual(done.returncode, 2)
        self.assertIn('(did you mean "smoke/ports"?)', done.stderr)

    def test_only_what_failed_in_the_latest_run(self):
        artifacts = ["--rerun-failed", "--artifacts", str(self.root)]
        done = run("run", *artifacts, *IMAGES)
        self.assertEqual(done.returncode, 2)
        self.assertIn("has results", done.stderr)
        self.write("261124-023000-7/report.json", json.dumps({"schema": 1, "scenarios": [
            {"id": "smoke/ports", "verdict": "FAIL"}, {"id": "persistence/none", "verdict": "PASS"}]}))
        self.assertEqual(run("list", *artifacts).stdout.split()[0], "smoke/ports")
        self.assertNotIn("persistence/none", run("list", *artifacts).stdout)

    def test_down_deletes_only_what_is_kept(self):
        cache = {"XDG_CACHE_HOME": str(self.root)}
        done = run("down", **cache)
        self.assertEqual((done.returncode, done.stderr), (0, "stalwart-e2e: no cluster is kept\n"))
        done = run("down", "some-cluster", **cache)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no kept cluster has the name some-cluster", done.stderr)

    def test_up_leaves_nothing_when_a_tool_is_missing(self):
        done = run("up", "--kind", "/nowhere/kind", *IMAGES, XDG_CACHE_HOME=str(self.root))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("/nowhere/kind", done.stderr)
        self.assertEqual(list(self.root.glob("stalwart-e2e/leases/*.json")), [])

    def test_reports_again_what_a_run_recorded(self):
        self.write("261124-023000-7/report.json", json.dumps({"schema": 1, "run": "261124-023000-7", "scenarios": [
            {"id": "smoke/ports", "verdict": "FAIL", "where": "scenarios/smoke/ports.yaml:1:1", "seconds": 1.5,
             "message": "silent", "error": "scenarios/smoke/ports.yaml:9:5: silent"}]}))
        for name in ("latest", "261124-023000-7", str(self.root / "261124-023000-7")):
            done = run("report", name, "--artifacts", str(self.root))
            self.assertEqual(done.returncode, 0, done.stderr)
        folder = self.root / "261124-023000-7"
        self.assertIn("| smoke/ports |  | FAIL | 1.5 | silent |", (folder / "summary.md").read_text())
        case = xml.etree.ElementTree.parse(folder / "junit.xml").find("testsuite[@name='Smoke']/testcase")
        self.assertEqual((case.get("name"), case.get("line"), case.find("failure").text),
                         ("Ports", "1", "scenarios/smoke/ports.yaml:9:5: silent\nonly this one again: make e2e ONLY=smoke/ports"))
        done = run("report", "261124-000000-1", "--artifacts", str(self.root))
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no run 261124-000000-1", done.stderr)

    def test_the_doctor_says_what_to_do(self):
        done = run("doctor", "--kind", "/nowhere/kind", "--docker", "/nowhere/docker", XDG_CACHE_HOME=str(self.root))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^problem  kind .*/nowhere/kind.*\n.*-> run `make prepare`")
        self.assertRegex(done.stdout, r"(?m)^problem  engine .*\n.*-> start Docker")
        self.assertRegex(done.stdout, r"(?m)^ok       cache ")
        self.assertRegex(done.stdout, r"\d+ problems\n$")

    def test_a_github_workflow_gets_a_job_summary(self):
        summary = self.root / "job.md"
        github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
        done = run("run", "--kind", "/nowhere/kind", "--artifacts", str(self.root), *IMAGES, **github)
        self.assertEqual(done.returncode, 3)
        self.assertIn("# stalwart-e2e", summary.read_text())

    def test_all_mistakes_at_once_with_their_places_and_nothing_started(self):
        self.write("smoke/a.yaml", "name: a\nsteps:\n  - mail.lod: {count: 1, save: x}\n")
        self.write("smoke/b.yaml", "name: b\nstepz: []\nsteps:\n  - fault.kill: {}\n")
        done = run("run", "--scenarios", str(self.root), "--artifacts", str(self.root / "artifacts"), *IMAGES)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn('a.yaml:3:5: error: there is no step "mail.lod" (did you mean "mail.load"?)', done.stderr)
        self.assertIn('b.yaml:2:1: error: a scenario has no field "stepz" (did you mean "steps"?)', done.stderr)
        self.assertIn("nothing was started", done.stderr)
        self.assertFalse((self.root / "artifacts").exists())

    def test_lint_and_list(self):
        done = run("lint")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^\d+ scenarios, \d+ mutants and \d+ lanes are fine\n$")
        self.assertIn("persistence/none", run("list", "--filter", "persistence/*").stdout)
        self.assertNotIn("smoke/ports", run("list", "--filter", "persistence/*").stdout)

    def test_lists_checks_with_their_rules(self):
        (self.root / "s/part").mkdir(parents=True)
        (self.root / "s/part/a.yaml").write_text(
            "name: A\nsteps:\n  - check:\n      {id: S99, rfc: RFC 1, says: holds, steps: [{endpoints.greet: {}}]}\n")
        done = run("list", "--checks", "--scenarios", str(self.root))
        self.assertRegex(done.stdout, r"^S99 +RFC 1 +s/part/a +holds\n$")

    def test_a_mutant_that_is_not_there(self):
        done = run("prove", "--only", "mount-pat", *IMAGES)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn('"sabotage/mount-pat" (did you mean "sabotage/mount-path"?)', done.stderr)

    def test_a_mistake_in_a_mutant(self):
        self.write("smoke/a.yaml", "name: a\nsteps:\n  - fault.kill: {}\n")
        self.write("sabotage/m.yaml", "name: m\nvalues: {a: 1}\nkilled-by: {scenario: smoke/b, step: x, reason: y}\n")
        done = run("lint", "--scenarios", str(self.root))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn('m.yaml:1:1: error: there is no scenario "smoke/b" (did you mean "smoke/a"?)', done.stderr)

    def test_lists_mutants_with_the_check_that_must_notice_them(self):
        listed = run("list", "--mutants").stdout
        self.assertRegex(listed, r"(?m)^mount-path +chart/upgrade: wait.usable +The volume")
        self.assertRegex(listed, r"\nscenarios that no mutant names: ([a-z0-9-]+/[a-z0-9/-]+(, |\n$))+")
        self.assertNotIn("smoke/ports", listed.split("no mutant names")[1])

    def test_helm_calls_it_to_change_what_it_has_rendered(self):
        mutant = self.root / "m.yaml"
        mutant.write_text("name: m\npatch: [{kind: Service, replace: {/spec/type: ClusterIP}}]\n"
                          "killed-by: {scenario: smoke/b, step: x, reason: y}\n")
        service = "kind: Service\nmetadata: {name: a}\nspec: {type: NodePort}\n"
        done = subprocess.run([PROGRAM, "post-render", str(mutant), "install"], input=service, capture_output=True,
                              text=True, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn('"type": "ClusterIP"', done.stdout)
        done = subprocess.run([PROGRAM, "post-render", str(mutant), "install"], input="kind: Secret\n",
                              capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no object is any Service", done.stderr)

    def test_googletest_lists_the_scenarios_as_its_own(self):
        done = run("run", "--gtest_list_tests", *IMAGES)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Persistence.\n  Changes\n  ContainerKill\n", done.stdout)

    def test_a_filter_that_matches_nothing_is_no_pass(self):
        done = run("run", "--filter", "smoke/prots", *IMAGES)
        self.assertEqual(done.returncode, 2)
        self.assertIn('no scenario matches "smoke/prots" (the nearest are smoke/ports, ', done.stderr)

    def test_googletests_own_filter_that_matches_nothing_is_no_pass(self):
        done = run("run", "--gtest_filter=Smoke.Prots", "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("no scenario matches GoogleTest's own filter", done.stderr)

    def test_googletests_flags_pass_through(self):
        args = ["--kind", "/nowhere/kind", "--artifacts", str(self.root), *IMAGES]
        output = self.root / "other.xml"
        done = run("run", "--gtest_filter=Smoke.*:Probes.*", "--gtest_repeat=2", "--gtest_shuffle", "--gtest_random_seed=7",
                   f"--gtest_output=xml:{output}", *args)
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn("Note: Google Test filter = Smoke.*:Probes.*", done.stdout)
        self.assertIn("Note: Randomizing tests' orders with a seed of 7", done.stdout)
        self.assertIn("Repeating all tests (iteration 2)", done.stdout)
        self.assertIn("Smoke", output.read_text())
        done = run("run", "--gtest_repeat=-1", *args)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("--until-fail", done.stderr)

    def test_the_worker_is_no_command_for_users(self):
        self.assertNotIn("worker", run("--help").stdout)
        done = subprocess.run([PROGRAM, "worker"], input="{}", capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 3)
        self.assertIn("not a worker's task", done.stderr)

    def test_unknown_server(self):
        done = run("run", "--server", "stalward", "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 2)
        self.assertIn("reference, stalwart-0.15", done.stderr)

    def test_a_stand_in_is_another_layouts_and_is_named(self):
        standin = ["--standin", "fake-0.16", "--standin-image", "fake:none"]
        done = run("run", *standin, "--kind", "/nowhere/kind", "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        for line in (done.stdout.splitlines()[0], done.stdout.splitlines()[-1]):
            self.assertIn("stand-in: fake server", line)
            self.assertIn("for layout v0.16", line)
        same = ["--server", "stalwart-0.16", *standin]
        done = run("run", *same, "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 2)
        self.assertIn("layout v0.16, which stalwart-0.16 has already", done.stderr)

    def test_a_missing_tool_is_named_as_infrastructure(self):
        done = run("run", "--kind", "/nowhere/kind", "--artifacts", str(self.root), *IMAGES)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("/nowhere/kind", done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"INFRA: 0 of [1-9]\d* scenarios passed")
        self.assertIn("NOT Stalwart", done.stdout.splitlines()[0])
        self.assertIn("/nowhere/kind", next(self.root.glob("2*/junit.xml")).read_text())

    def test_artifacts_that_cannot_be_made(self):
        self.write("taken", "")
        done = run("run", "--artifacts", str(self.root / "taken"), *IMAGES)
        self.assertEqual(done.returncode, 3)
        self.assertIn("--artifacts", done.stderr)


if __name__ == "__main__":
    unittest.main()
