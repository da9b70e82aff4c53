"""One cell of the matrix: what the machine has for it, what it is made of, and its run."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
from typing import NamedTuple

import yaml

# The program's exit codes; any other is an end that it did not choose.
VERDICTS = {0: "PASS", 1: "FAIL", 2: "INCONCLUSIVE", 3: "INFRA", 4: "INCONCLUSIVE", 5: "SKIPPED", 6: "FLAKY", 130: "INTERRUPTED"}
# What E2E_* settings of the caller reach the program; the others choose scenarios or are what `prepare` finds.
KEPT_SETTINGS = ("E2E_LANES", "E2E_OFFLINE")


class Ended(NamedTuple):
    """How a cell ended, and where that can be read."""
    verdict: str
    reason: str
    log: str


class Unprepared(Exception):
    """Why this machine has not what the cell needs."""


class World(NamedTuple):
    """Where everything is."""
    root: pathlib.Path
    program: pathlib.Path
    prepare: pathlib.Path
    results: pathlib.Path

    @property
    def chart(self):
        return self.root / "chart"

    def folder(self, cell):
        return self.results / "cells" / cell.id


def clean_environment(more=None):
    env = {name: value for name, value in os.environ.items() if not name.startswith("E2E_") or name in KEPT_SETTINGS}
    return env | (more or {})


def prepare(world, cell, children):
    """What kind-config/prepare found or made for the cell, as the variables of its result."""
    folder = world.folder(cell)
    folder.mkdir(parents=True, exist_ok=True)
    result = folder / "prepared.env"
    result.unlink(missing_ok=True)
    log = folder / "prepare.log"
    command = [world.prepare, "--server", cell.server, "--kubernetes", cell.kubernetes, "--helm", cell.helm, "--out", result]
    status = children.run(command, log, clean_environment())
    if status != 0:
        lines = log.read_text(errors="replace").splitlines()
        said = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")] or lines[-1:] or ["nothing"]
        raise Unprepared(f"{said[0]} (exit status {status}, {log})")
    found = dict(line.split("=", 1) for line in result.read_text().splitlines())
    if found["E2E_KUBERNETES_VERSION"] != cell.kubernetes:
        raise Unprepared(f"asked for {cell.kubernetes}, and got {found['E2E_KUBERNETES_VERSION']} ({log})")
    return found


def write_scenarios(world, cell, plan):
    """The folder of the cell's scenarios: its case, and copies of what runs beside it."""
    source, folder = world.root / "scenarios", world.folder(cell) / "scenarios"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source / "values", folder / "values")
    shutil.copy(world.chart / "ci" / f"{cell.case}-values.yaml", folder / "values" / "case.yaml")
    for name in plan.run:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(source / f"{name}.yaml", folder / f"{name}.yaml")
    install = {"values": ["values/ci.yaml", "values/case.yaml"], "wait": "usable"}
    if plan.cases[cell.case].set:
        install["set"] = plan.cases[cell.case].set
    scenario = {"name": f"Mail works with the values of chart/ci/{cell.case}-values.yaml", "tags": ["matrix"], "timeout": "10m",
                "install": install, "steps": plan.steps}
    (folder / "matrix").mkdir()
    (folder / "matrix" / f"{cell.case}.yaml").write_text(yaml.safe_dump(scenario, sort_keys=False))
    return folder


def key_of(world, scenarios, found):
    """A hash over all that decides how the cell ends: program, clients, images, chart, scenarios, cluster."""
    total = hashlib.sha256()
    for path in (world.program, found["E2E_KIND"], found["E2E_HELM"], found["E2E_CLUSTER_CONFIG"], world.chart, scenarios):
        path = pathlib.Path(path)
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                total.update(f"{file.relative_to(path)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    for name in ("E2E_KUBERNETES_VERSION", "E2E_SERVER", "E2E_STANDIN"):
        total.update(f"{name}={found[name]}\n".encode())
    for name in ("E2E_NODE_IMAGE", "E2E_SERVER_IMAGE", "E2E_STANDIN_IMAGE"):
        total.update(f"{name}={image_id(found, found[name])}\n".encode())
    return total.hexdigest()[:16]


def image_id(found, image):
    """A tag may come to mean another image; the engine's own name of it can't. Empty where there is no such server."""
    if not image:
        return ""
    done = subprocess.run([found["E2E_DOCKER"], "image", "inspect", "--format", "{{.Id}}", image], capture_output=True, text=True,
                          env=clean_environment({"DOCKER_HOST": found["DOCKER_HOST"]}))
    if done.returncode != 0:
        raise Unprepared(f"the engine does not tell what image {image} is: {done.stderr.strip()}")
    return done.stdout.strip()


def run(world, cell, scenarios, found, children):
    """The program on a cluster of the cell's own."""
    folder = world.folder(cell)
    log = folder / "run.log"
    latest = folder / "latest"
    latest.unlink(missing_ok=True)
    command = [world.program, "run", "--scenarios", scenarios, "--chart", world.chart, "--artifacts", folder]
    status = children.run(command, log, clean_environment(found))
    verdict = VERDICTS.get(status, "INFRA")
    return Ended(verdict, "" if verdict == "PASS" else reason_of(status, latest / "report.json", log), str(log))


def reason_of(status, report, log):
    """What did not pass, in the words of the run's report, or else the last line that the program said."""
    try:
        scenarios = json.loads(report.read_text())["scenarios"]
        bad = [f"{scenario['id']} {scenario['verdict']}" for scenario in scenarios if scenario["verdict"] != "PASS"]
    except (OSError, ValueError, LookupError, TypeError):
        bad = []
    if bad:
        return ", ".join(bad)
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return f"exit status {status}: {lines[-1] if lines else 'it said nothing'}"
