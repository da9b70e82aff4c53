#!/usr/bin/env python3
"""Shards of a selection, and the joining of their results, as a user meets them. No engine and no cluster."""
import json
import unittest
import xml.etree.ElementTree

from shipped_program import InFolder, run

SCENARIO = "name: {}\ninstall: {{wait: none}}\nsteps:\n  - kube.expect: {{object: deployment, match: {{}}}}\n"


class Shards(InFolder):
    def make(self, seconds):
        """A scenario for each, which took that long in a run that is recorded; None: it was not in that run."""
        for name in seconds:
            self.write(f"scenarios/suite/{name}.yaml", SCENARIO.format(name))
        self.write("before/report.json", json.dumps({"schema": 1, "scenarios": [
            {"id": f"suite/{name}", "seconds": s, "verdict": "PASS"} for name, s in seconds.items() if s is not None]}))

    def share(self, index, count, *more):
        done = run("list", "--scenarios", "scenarios", "--shard", f"{index}/{count}", *more, cwd=self.root)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [line.split()[0].removeprefix("suite/") for line in done.stdout.splitlines()]

    def shares(self, count, *more):
        return [self.share(index, count, *more) for index in range(1, count + 1)]

    def test_together_they_are_all_and_no_scenario_is_in_two(self):
        names = [f"s{n:02}" for n in range(23)]
        self.make({name: 1 + n % 7 for n, name in enumerate(names)})
        for more in ([], ["--durations", "before"], ["--durations", "before/report.json"]):
            for count in (1, 2, 5, 23):
                self.assertEqual(sorted(sum(self.shares(count, *more), [])), names, (count, more))

    def test_without_durations_they_are_alike_in_number(self):
        self.make({f"s{n}": 1 for n in range(8)})
        self.assertEqual(sorted(map(len, self.shares(3))), [2, 3, 3])

    def test_with_durations_they_take_about_as_long(self):
        seconds = {"long": 600, **{f"s{n:02}": 10 + n for n in range(30)}}
        self.make(seconds)
        loads = [sum(seconds[name] for name in share) for share in self.shares(2, "--durations", "before")]
        self.assertLessEqual(max(loads) - min(loads), 2 * max(s for s in seconds.values() if s < 600))
        self.assertIn(["long"], self.shares(3, "--durations", "before"))

    def test_what_was_not_in_that_run_counts_as_the_middle(self):
        seconds = {"a": 10, "b": 20, "c": 30, "new": None}
        self.make(seconds)
        self.assertEqual(self.shares(2, "--durations", "before"), [["a", "c"], ["b", "new"]])

    def test_every_machine_makes_the_same(self):
        self.make({name: 5 for name in "dbca"})
        self.assertEqual(self.shares(2), [["a", "c"], ["b", "d"]])
        self.assertEqual(self.shares(2), self.shares(2, "--durations", "before"))

    def test_only_what_is_selected_is_split(self):
        self.make({"a1": 1, "a2": 1, "b1": 1})
        self.assertEqual(self.shares(2, "--filter", "suite/a*"), [["a1"], ["a2"]])

    def test_mistakes(self):
        self.make({"a": 1, "b": 1})
        for shard, says in (("3/2", 'such as 2/3, not "3/2"'), ("0/2", "such as"), ("1", "such as"), ("x/2", "such as"), ("1/2/3", "such as"),
                            ("1/3", "2 scenarios can't be split into 3 parts")):
            done = run("list", "--scenarios", "scenarios", "--shard", shard, cwd=self.root)
            self.assertEqual(done.returncode, 2, shard)
            self.assertIn(says, done.stderr)
        done = run("list", "--scenarios", "scenarios", "--shard", "1/2", "--durations", "nowhere", cwd=self.root)
        self.assertEqual((done.returncode, "is not the record of a run" in done.stderr), (2, True), done.stderr)


def record(index, count=2, split="s", verdict="PASS", size=1, **other):
    return {"schema": 1, "run": f"run-{index}", "server": "fake", "server_image": "i:1", "standin": "", "standin_image": "", "kubernetes": "v1",
            "chart": "stalwart 1", "started": f"2026-11-2{index}T00:00:00.000Z", "sabotage": None,
            "shard": {"index": index, "count": count, "split": split, "size": size},
            "scenarios": [{"id": f"suite/s{index}", "title": "T", "where": "scenarios/suite/s.yaml:1:1", "seconds": 3.5, "verdict": verdict,
                           "message": "", "error": None, "artifacts": "a", "round": 1, "steps": []}],
            **other}


class Merge(InFolder):
    def merge(self, *records):
        folders = []
        for number, one in enumerate(records):
            shard = one.pop("shard", None)
            self.write(f"r{number}/report.json", json.dumps(one))
            if shard:
                self.write(f"r{number}/shard.json", json.dumps(shard))
            folders.append(f"r{number}")
        return run("merge", *folders, "--artifacts", "all", cwd=self.root)

    def refused(self, *records):
        done = self.merge(*records)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertFalse((self.root / "all").exists())
        return done.stderr

    def test_all_shards_make_one_run(self):
        done = self.merge(record(2), record(1))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("PASS: 2 shards", done.stdout)
        joined = json.loads((self.root / "all/report.json").read_text())
        self.assertEqual([s["id"] for s in joined["scenarios"]], ["suite/s1", "suite/s2"])
        self.assertEqual(([s["run"] for s in joined["shards"]], joined["started"][:10]), (["run-1", "run-2"], "2026-11-21"))
        cases = xml.etree.ElementTree.parse(self.root / "all/junit.xml").findall("testsuite/testcase")
        self.assertEqual([case.get("name") for case in cases], ["S1", "S2"])
        summary = (self.root / "all/summary.md").read_text()
        self.assertIn("suite/s2", summary)
        self.assertIn("suite/s2", (self.root / "all/report.html").read_text())
        again = run("report", "all", cwd=self.root)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual((self.root / "all/summary.md").read_text(), summary)

    def test_the_worst_decides(self):
        self.assertEqual(self.merge(record(1), record(2, verdict="FAIL")).returncode, 1)
        self.assertEqual(self.merge(record(1), record(2, verdict="INFRA")).returncode, 3)

    def test_a_problem_of_one_run_is_one_of_all(self):
        problem = {"what": "TearDown", "verdict": "INFRA", "message": "the cluster does not go", "error": "the cluster does not go"}
        done = self.merge(record(1), {**record(2), "problems": [problem]})
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn("the cluster does not go", (self.root / "all/summary.md").read_text())

    def test_a_missing_shard_is_named(self):
        self.assertIn("missing: shard 2/3, shard 3/3", self.refused(record(1, count=3)))

    def test_a_shard_that_is_there_twice_is_named(self):
        self.assertIn("shard 1/2 is there twice: r0 and r1", self.refused(record(1), record(1)))

    def test_a_shard_that_did_not_end_is_named(self):
        self.assertIn("shard 2/2 (r1) is not complete: it has results of 1 of its 4 scenarios", self.refused(record(1), record(2, size=4)))

    def test_shards_of_another_split_are_named(self):
        self.assertIn("shard 2/2 (r1) is of another split", self.refused(record(1), record(2, split="t")))
        self.assertIn("shard 2/3 (r1) is of another split", self.refused(record(1), record(2, count=3)))

    def test_shards_of_another_server_are_named(self):
        self.assertIn('shard 2/2 (r1) has server_image "i:2", the first one has "i:1"', self.refused(record(1), record(2, server_image="i:2")))

    def test_a_run_that_was_not_split_is_named(self):
        whole = record(1)
        del whole["shard"]
        self.assertIn("r0 is not the run of a shard", self.refused(whole))


if __name__ == "__main__":
    unittest.main()
