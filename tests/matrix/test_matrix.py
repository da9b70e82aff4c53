#!/usr/bin/python3
"""kind-config/matrix in a repository of its own, with a fake `prepare`, docker and program; and the real matrix.yaml, by the
real program's lint. argv[1] is that program."""
import itertools
import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(SOURCE / "kind-config/lib"))
import matrix_cell  # noqa: E402
import matrix_plan  # noqa: E402
import matrix_table  # noqa: E402

MATRIX = """\
kubernetes: [v1.2.0, v1.1.0]
helm: [v3.0.0]
servers: {auto: v0.15, auto-0.16: v0.16}
run: [smoke/ports]
cases: {default: {}, old: {layout: v0.15, set: {tls: off}}}
steps: [{endpoints.greet: {}}]
elsewhere: {gateway: a gateway}
"""
A, B, C = "v1.2.0_v3.0.0_auto_default", "v1.2.0_v3.0.0_auto-0.16_default", "v1.1.0_v3.0.0_auto_old"


class MatrixTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "kind-config").mkdir()
        shutil.copy(SOURCE / "kind-config/matrix", self.root / "kind-config/matrix")
        shutil.copytree(SOURCE / "kind-config/lib", self.root / "kind-config/lib")
        for name, text in {"scenarios/matrix.yaml": MATRIX, "scenarios/smoke/ports.yaml": "name: ports\n",
                           "scenarios/values/ci.yaml": "a: 1\n", "chart/Chart.yaml": "version: 1\n", "chart/ci/default-values.yaml": "{}\n",
                           "chart/ci/old-values.yaml": "image: old\n", "chart/ci/gateway-values.yaml": "{}\n", "fake/rules.json": "{}",
                           "fake/kind": "1", "fake/helm": "1", "fake/cluster.yaml": "1"}.items():
            self.write(name, text)
        for name in ("docker", "prepare", "program"):
            shutil.copy(SOURCE / "tests/matrix/fake_tool", self.root / "fake" / name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def rules(self, **rules):
        self.write("fake/rules.json", json.dumps(rules))

    def command(self, *args):
        fake = self.root / "fake"
        return [self.root / "kind-config/matrix", "--artifacts", self.root / "out", "--program", fake / "program", "--prepare",
                fake / "prepare", *args]

    def matrix(self, *args):
        (self.root / "fake/calls.jsonl").unlink(missing_ok=True)
        env = os.environ | {"E2E_FILTER": "nothing/*", "E2E_ONLY": "nothing", "E2E_WITH_HELM": "v9", "E2E_LANES": "2"}
        done = subprocess.run(self.command(*args), capture_output=True, text=True, timeout=200, cwd=self.root, env=env)
        self.assertEqual(done.stderr if done.returncode != 2 else "", "")
        return done

    def calls(self, name):
        file = self.root / "fake/calls.jsonl"
        calls = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [call for call in calls if call["name"] == name]

    def rows(self):
        return {row["id"]: row for row in json.loads((self.root / "out/matrix/matrix.json").read_text())["cells"]}

    def ran(self):
        return [call["cell"] for call in self.calls("program")]

    # The plan.

    def test_the_list_has_every_pair_that_fits_and_starts_nothing(self):
        done = self.matrix("--list")
        cells = [line.split("_") for line in done.stdout.split()]
        self.assertEqual([done.returncode, len(cells)], [0, 5])
        met = {pair for cell in cells for pair in itertools.combinations(cell, 2)}
        for pair in (("v1.1.0", "auto-0.16"), ("v1.2.0", "old"), ("v1.1.0", "old"), ("auto-0.16", "default"), ("auto", "default")):
            self.assertIn(pair, met)
        self.assertNotIn(("auto-0.16", "old"), met)
        self.assertEqual(done.stdout, self.matrix("--list").stdout)
        self.assertFalse((self.root / "out").exists())

    def test_mistakes_are_told_and_nothing_is_started(self):
        for args, change, words in (
            (("--cells", "v1.2.0_v3.0.0_auto_defalt"), None, f"no cell fits v1.2.0_v3.0.0_auto_defalt; the nearest are {A}"),
            ((), ("run:", "runs:"), "missing or unknown: run, runs"),
            ((), ("helm: [v3.0.0]", "helm: []"), "helm is no list with anything in it"),
            ((), ("gateway: a gateway", "gate: a gateway"), "gateway-values.yaml is neither in cases nor in elsewhere"),
            ((), ("{gateway", "{old: twice, gateway"), "case old is named twice"),
            ((), ("{gateway", "{new: none, gateway"), "case new is not in chart/ci"),
            ((), ("layout: v0.15, set", "layout: v0.14, set"), "no server has layout v0.14"),
            ((), ("default: {}", "default: {values: 1}"), "case default may have layout and set"),
            ((), ("kubernetes: [", "kubernetes: {["), "while parsing"),
        ):
            self.write("scenarios/matrix.yaml", MATRIX.replace(*change) if change else MATRIX)
            done = self.matrix(*args)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(words, done.stderr)
        self.assertFalse((self.root / "out").exists())

    # A cell.

    def test_a_cell_is_prepared_and_run_with_its_own_scenarios(self):
        done = self.matrix("--cells", C)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.calls("prepare")[0]["args"][:6], ["--server", "auto", "--kubernetes", "v1.1.0", "--helm", "v3.0.0"])
        folder = self.root / "out/matrix/cells" / C
        self.assertEqual(self.calls("program")[0]["args"],
                         ["run", "--scenarios", str(folder / "scenarios"), "--chart", str(self.root / "chart"), "--artifacts", str(folder)])
        env = self.calls("program")[0]["env"]
        self.assertEqual((env["E2E_SERVER"], env["E2E_KUBERNETES_VERSION"], env["E2E_LANES"]), ("server-auto", "v1.1.0", "2"))
        self.assertFalse({"E2E_FILTER", "E2E_ONLY", "E2E_WITH_HELM"} & set(env), env)
        self.assertEqual((folder / "scenarios/values/case.yaml").read_text(), "image: old\n")
        self.assertEqual((folder / "scenarios/smoke/ports.yaml").read_text(), "name: ports\n")
        text = (folder / "scenarios/matrix/old.yaml").read_text()
        for words in ("endpoints.greet", "values/case.yaml", "tls:", "wait: usable"):
            self.assertIn(words, text)
        self.assertIn("the last words", (folder / "run.log").read_text())

    def test_each_exit_code_has_its_verdict(self):
        cells = self.matrix("--list").stdout.split()
        for statuses in ((4, 1, 2, 3, 0), (5, 6, 77, 130, 0)):
            self.rules(**{cell: {"exit": status} for cell, status in zip(cells, statuses)})
            done = self.matrix()
            verdicts = [self.rows()[cell]["verdict"] for cell in cells]
            self.assertEqual((verdicts, done.returncode), {
                4: (["INCONCLUSIVE", "FAIL", "INCONCLUSIVE", "INFRA", "PASS"], 1),
                5: (["SKIPPED", "FLAKY", "INFRA", "INTERRUPTED", "PASS"], 130)}[statuses[0]], done.stdout)

    def test_the_worst_cell_decides(self):
        first, second = (matrix_plan.Cell(*name.split("_")) for name in (A, B))
        for one, other, whole in (("PASS", "PASS", "PASS"), ("SKIPPED", "PASS", "SKIPPED"), ("SKIPPED", "FLAKY", "FLAKY"),
                                  ("INCONCLUSIVE", "FLAKY", "INCONCLUSIVE"), ("INCONCLUSIVE", "INFRA", "INFRA"), ("FAIL", "INFRA", "FAIL"),
                                  ("INTERRUPTED", "FAIL", "INTERRUPTED")):
            table = matrix_table.Table(self.root / "out", [first, second])
            table.put(first, verdict=one)
            self.assertEqual(table.verdict([first, second]), "INTERRUPTED")
            table.put(second, verdict=other)
            self.assertEqual(table.verdict([first, second]), whole)

    def test_the_table_says_what_failed(self):
        self.rules(**{A: {"exit": 1, "report": [{"id": "smoke/ports", "verdict": "PASS"}, {"id": "matrix/default", "verdict": "FAIL"}]},
                      B: {"exit": 3}})
        done = self.matrix("--cells", f"{A},{B}")
        page = (self.root / "out/matrix/matrix.md").read_text()
        self.assertIn("# Matrix: FAIL\n", page)
        self.assertRegex(page, r"\| v1.2.0 \| v3.0.0 \| auto \| default \| server-auto, server:1 \| FAIL \| \d+ \| matrix/default FAIL \|")
        self.assertIn("| exit status 3: the last words |", page)
        self.assertIn("| v1.1.0 | v3.0.0 | auto | old |  | not run |  |  |", page)
        self.assertIn(page, done.stdout)

    def test_a_cell_that_this_machine_cannot_make_is_named_and_the_whole_is_inconclusive(self):
        self.rules(**{B: {"cannot": "only root can make it"}})
        done = self.matrix("--cells", f"{A},{B}")
        self.assertEqual(done.returncode, 4)
        self.assertEqual(self.ran(), [A])
        self.assertRegex(done.stdout, rf"{B} INCONCLUSIVE in \d+ s: this machine can't make it: only root can make it \(exit status 3")
        self.assertEqual(self.rows()[B]["verdict"], "INCONCLUSIVE")
        self.rules(**{B: {"gets": "v1.2.9"}})
        self.assertIn("asked for v1.2.0, and got v1.2.9", self.matrix("--cells", B).stdout)
        self.assertEqual(self.ran(), [])

    # What is kept.

    def test_what_passed_is_not_run_again_and_a_changed_input_runs_it_again(self):
        self.rules(**{B: {"exit": 1}})
        self.matrix("--cells", f"{A},{B}")
        self.assertEqual(self.ran(), [A, B])
        again = self.matrix("--cells", f"{A},{B}")
        self.assertEqual((self.ran(), again.returncode), ([B], 1))
        self.assertIn(f"{A} PASS as in an earlier run", again.stdout)
        self.write("chart/Chart.yaml", "version: 2\n")
        self.matrix("--cells", A)
        self.assertEqual(self.ran(), [A])

    def test_the_key_is_of_every_input(self):
        fake, cell = self.root / "fake", matrix_plan.Cell(*A.split("_"))
        world = matrix_cell.World(self.root, fake / "program", fake / "prepare", self.root / "out")
        self.matrix("--cells", A)
        found = dict(line.split("=", 1) for line in (self.root / "out/matrix/cells" / A / "prepared.env").read_text().splitlines())

        def key(more=None):
            plan = matrix_plan.read(self.root / "scenarios/matrix.yaml", self.root / "chart")
            return matrix_cell.key_of(world, matrix_cell.write_scenarios(world, cell, plan), found | (more or {}))

        keys = [key()]
        self.assertEqual(key(), keys[0])
        for name in ("chart/Chart.yaml", "scenarios/smoke/ports.yaml", "scenarios/values/ci.yaml", "fake/kind", "fake/helm",
                     "fake/cluster.yaml", "chart/ci/default-values.yaml", "fake/program"):
            self.write(name, (self.root / name).read_text() + "# changed\n")
            keys.append(key())
        self.write("scenarios/matrix.yaml", MATRIX.replace("endpoints.greet", "helm.test"))
        keys.append(key())
        for images in ({"node:1": "a"}, {"node:1": "a", "server:1": "b"}):
            self.rules(images=images)
            keys.append(key())
        for name in ("E2E_KUBERNETES_VERSION", "E2E_SERVER", "E2E_STANDIN", "E2E_STANDIN_IMAGE"):
            keys.append(key({name: "another"}))
        self.assertEqual(len(set(keys)), 1 + 8 + 1 + 2 + 4)

    def test_an_image_that_the_engine_has_not_makes_no_key(self):
        with self.assertRaisesRegex(matrix_cell.Unprepared, "does not tell what image server:1 is"):
            matrix_cell.image_id({"E2E_DOCKER": "/bin/false", "DOCKER_HOST": "unix:///fake"}, "server:1")

    def test_rows_of_cells_that_were_not_chosen_stay_and_do_not_count(self):
        self.rules(**{B: {"exit": 1}})
        self.matrix("--cells", B)
        self.assertEqual(self.matrix("--cells", A).returncode, 0)
        self.assertIn("| FAIL, of an earlier run |", (self.root / "out/matrix/matrix.md").read_text())
        self.matrix("--cells", A)
        self.assertEqual(self.ran(), [])

    def test_a_table_that_cannot_be_read_is_as_none(self):
        for text in ("", "[]", '{"cells": [{}]}', '{"cells": 3}', "\0"):
            self.write("out/matrix/matrix.json", text)
            self.assertEqual(self.matrix("--cells", A).returncode, 0)
            self.assertEqual(self.ran(), [A], text)

    def test_ctrl_c_ends_the_cell_and_keeps_what_is_done(self):
        self.rules(**{C: {"hold": True}})
        os.mkfifo(self.root / "fake/holding")
        child = subprocess.Popen(self.command("--cells", f"{A},{B},{C}"), stdout=subprocess.PIPE, text=True, cwd=self.root)
        self.addCleanup(child.kill)
        self.assertEqual((self.root / "fake/holding").read_text(), "now")
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=200)
        self.assertEqual(child.returncode, 130, rest)
        self.assertEqual([self.rows()[A]["verdict"], self.rows()[C]["verdict"]], ["PASS", "INTERRUPTED"])
        self.assertNotIn(B, self.rows())
        self.assertIn("taken down", (self.root / "out/matrix/cells" / C / "run.log").read_text())
        self.assertEqual(self.ran(), [A, C])
        self.rules()
        self.assertEqual(self.matrix("--cells", f"{A},{B},{C}").returncode, 0)
        self.assertEqual(self.ran(), [C, B])

    def test_a_terminal_has_one_line_that_is_drawn_again(self):
        ours, theirs = pty.openpty()
        done = subprocess.run(self.command("--cells", A), stdout=theirs, timeout=200, cwd=self.root)
        os.close(theirs)
        shown = os.read(ours, 65536).decode()
        os.close(ours)
        self.assertEqual(done.returncode, 0)
        self.assertIn(f"\r\033[K[1/1] {A} PASS in", shown)


class RealMatrixTest(unittest.TestCase):
    def setUp(self):
        self.plan = matrix_plan.read(SOURCE / "scenarios/matrix.yaml", SOURCE / "chart")

    def test_versions_are_those_that_prepare_knows(self):
        known = subprocess.run(["bash", "-c", '. "$0"; printf "%s\\n" $KUBERNETES_VERSION $OTHER_KUBERNETES; echo; '
                                'printf "%s\\n" $HELM_VERSION $OTHER_HELM', SOURCE / "kind-config/versions.env"],
                               capture_output=True, text=True, check=True).stdout
        kubernetes, helm = known.split("\n\n")
        self.assertEqual([self.plan.kubernetes, self.plan.helm],
                         [[row.split(":")[0] for row in kubernetes.split()], helm.split()])

    def test_lint_takes_the_scenarios_of_each_case(self):
        with tempfile.TemporaryDirectory() as folder:
            world = matrix_cell.World(SOURCE, None, None, pathlib.Path(folder))
            for case in self.plan.cases:
                cell = next(cell for cell in self.plan.cells() if cell.case == case)
                scenarios = matrix_cell.write_scenarios(world, cell, self.plan)
                done = subprocess.run([PROGRAM, "lint", "--scenarios", scenarios], cwd=SOURCE, capture_output=True, text=True, timeout=200)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertTrue((scenarios / "matrix" / f"{case}.yaml").is_file())


if __name__ == "__main__":
    unittest.main()
