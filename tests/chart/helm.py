"""Helm for the chart's tests: finds it, renders charts, and reads YAML with it, so that no YAML library is needed."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CHART = pathlib.Path(os.environ.get("E2E_CHART", HERE.parent.parent / "chart"))
SEED_CHART = HERE / "seed"
SEED_VALUES = HERE / "seed-values.yaml"

YAML_READER = "json: {{ $all := list }}{{ range .Values.documents }}{{ $all = append $all (fromYaml .) }}{{ end }}{{ toJson $all }}\n"


class HelmError(Exception):
    """Helm refused; the text is what it said."""


def find():
    """The path of helm, or None. Newest first where the cache holds several."""
    named = os.environ.get("E2E_HELM")
    if named:
        if not os.access(named, os.X_OK):
            raise HelmError(f"E2E_HELM names {named}, which cannot be executed; correct or unset it")
        return named
    if found := shutil.which("helm"):
        return found
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    cached = [p for p in (cache / "stalwart-e2e" / "tools").glob("**/helm") if p.is_file() and os.access(p, os.X_OK)]
    return str(max(cached, key=lambda p: p.stat().st_mtime)) if cached else None


def run(*args):
    """Runs helm away from the caller's own Helm settings and kubeconfig; returns what it printed."""
    with tempfile.TemporaryDirectory(prefix="chart-test-") as home:
        env = {k: v for k, v in os.environ.items() if not k.startswith("HELM_")}
        env |= {f"HELM_{part}_HOME": home for part in ("CACHE", "CONFIG", "DATA")}
        env["KUBECONFIG"] = os.devnull
        done = subprocess.run([find(), *map(str, args)], env=env, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise HelmError(f"helm {' '.join(map(str, args))}\n{done.stdout}{done.stderr}")
    return done.stdout


def template(*args, chart=CHART, release="stalwart"):
    """The rendered text."""
    return run("template", release, chart, "--namespace", "mail", *args)


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


def render(*args, **where):
    """The rendered objects by kind. One of each kind is all that the chart makes."""
    documents = [d for d in template(*args, **where).split("---\n") if d.strip()]
    objects = read_yaml(*documents)
    by_kind = {o["kind"]: o for o in objects}
    if len(by_kind) != len(objects):
        raise HelmError(f"several objects of one kind: {[o['kind'] for o in objects]}")
    return by_kind


def values(path=CHART / "values.yaml"):
    return read_yaml(pathlib.Path(path).read_text())[0]


def pod(objects):
    return objects["Deployment"]["spec"]["template"]["spec"]


def container(objects):
    return pod(objects)["containers"][0]
