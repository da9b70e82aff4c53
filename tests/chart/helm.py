"""Helm for the chart's tests: finds it, renders charts, and reads YAML with it, so that no YAML library is needed."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
CHART = pathlib.Path(os.environ.get("E2E_CHART", REPOSITORY / "chart"))
RELEASES = REPOSITORY / "chart" / "releases"
SEED_CHART = RELEASES / "0.1.0"
SEED_VALUES = SEED_CHART / "values.yaml"
PORTS = ("http", "https", "smtp", "submission", "smtps", "imap", "imaps", "sieve")

YAML_READER = "json: {{ $all := list }}{{ range .Values.documents }}{{ $all = append $all (fromYaml .) }}{{ end }}{{ toJson $all }}\n"


class HelmError(Exception):
    """Helm refused; the text is what it said."""


def tool(variable):
    """What kind-config/chart-tools made, under its name there."""
    path = os.environ.get(variable, "")
    if not pathlib.Path(path).is_absolute() or not os.access(path, os.X_OK):
        raise HelmError(f"{variable} names nothing that can be used: {path!r}\n"
                        "run: make test\nor: export $(kind-config/chart-tools); tests/chart/run.py MODULE.CLASS")
    return path


def cases():
    """Every set of values that the chart is tested with: its name, and helm's arguments."""
    found = {"seed": ("-f", str(SEED_VALUES))}
    for file in sorted((CHART / "ci").glob("*-values.yaml")):
        found[file.name.removesuffix("-values.yaml")] = ("-f", str(file))
    return found


def run(*args):
    """Runs helm away from the caller's own Helm settings and kubeconfig; returns what it printed."""
    with tempfile.TemporaryDirectory(prefix="chart-test-") as home:
        env = {k: v for k, v in os.environ.items() if not k.startswith("HELM_")}
        env |= {f"HELM_{part}_HOME": home for part in ("CACHE", "CONFIG", "DATA")}
        env["KUBECONFIG"] = os.devnull
        done = subprocess.run([tool("E2E_HELM"), *map(str, args)], env=env, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise HelmError(f"helm {' '.join(map(str, args))}\n{done.stdout}{done.stderr}")
    return done.stdout


def template(*args, chart=CHART, release="stalwart"):
    """The rendered text."""
    return run("template", release, chart, "--namespace", "mail", *args)


def stable(text):
    """A render without the one thing in it that is drawn by lot: the administrator's password."""
    def mask(document):
        admin = re.search(r'^  name: "?[^ "]+-admin"?$', document, re.MULTILINE)
        if not admin or not re.search(r"^kind: Secret$", document, re.MULTILINE):
            return document
        return re.sub(r"^(  admin-password: ).*$", r"\1(masked)", document, flags=re.MULTILINE)

    return "".join(mask(part) for part in re.split(r"^(?=---\s*$)", text, flags=re.MULTILINE))


def read_yaml(*documents):
    """Each text parsed, in order."""
    with tempfile.TemporaryDirectory(prefix="chart-test-") as folder:
        chart = pathlib.Path(folder)
        (chart / "templates").mkdir()
        (chart / "Chart.yaml").write_text("apiVersion: v2\nname: reader\nversion: 0.0.0\n")
        (chart / "values.yaml").write_text(json.dumps({"documents": documents}))
        (chart / "templates" / "out.yaml").write_text(YAML_READER)
        printed = run("template", "reader", chart)
    line = next(line for line in printed.splitlines() if line.startswith("json: "))
    parsed = json.loads(line.removeprefix("json: "))
    for text, value in zip(documents, parsed):
        if isinstance(value, dict) and set(value) == {"Error"}:
            raise HelmError(f"no valid YAML: {value['Error']}\n{text}")
    return parsed


def split(text):
    """The documents of a render that hold anything but comments."""
    documents = re.split(r"^---\s*\n", text, flags=re.MULTILINE)
    return [d for d in documents if any(line.strip() and not line.startswith("#") for line in d.splitlines())]


def objects(*args, **where):
    """The rendered objects, in helm's order."""
    return read_yaml(*split(template(*args, **where)))


def is_hook(thing):
    return "helm.sh/hook" in thing["metadata"].get("annotations", {})


def render(*args, **where):
    """The rendered objects by kind, without hooks, where there is one of each kind."""
    found = [o for o in objects(*args, **where) if not is_hook(o)]
    by_kind = {o["kind"]: o for o in found}
    if len(by_kind) != len(found):
        raise HelmError(f"several objects of one kind: {[o['kind'] for o in found]}")
    return by_kind


def values(path=CHART / "values.yaml"):
    return read_yaml(pathlib.Path(path).read_text())[0]


def pod(objects):
    return objects["Deployment"]["spec"]["template"]["spec"]


def with_values(values):
    """Helm's arguments for values by their paths."""
    return [arg for name, value in values.items() for arg in ("--set-json", f"{name}={json.dumps(value)}")]


def container(objects):
    return pod(objects)["containers"][0]


def init(objects):
    """The init containers by name."""
    return {c["name"]: c for c in pod(objects).get("initContainers", [])}
