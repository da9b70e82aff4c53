"""Every render is valid for the oldest and the newest Kubernetes, without a field or an API version that they do not know."""

import json
import pathlib
import subprocess
import unittest

import helm

SUFFIX = "-standalone-strict"

# Removed from the API server, and in which version. What an API server no longer has is no schema either; this says why.
REMOVED = [
    ("apps/v1beta2", "Deployment", "1.16"),
    ("extensions/v1beta1", "Deployment", "1.16"),
    ("extensions/v1beta1", "NetworkPolicy", "1.16"),
    ("extensions/v1beta1", "Ingress", "1.22"),
    ("networking.k8s.io/v1beta1", "Ingress", "1.22"),
    ("rbac.authorization.k8s.io/v1beta1", "Role", "1.22"),
    ("rbac.authorization.k8s.io/v1beta1", "RoleBinding", "1.22"),
    ("batch/v1beta1", "CronJob", "1.25"),
    ("discovery.k8s.io/v1beta1", "EndpointSlice", "1.25"),
    ("policy/v1beta1", "PodDisruptionBudget", "1.25"),
    ("policy/v1beta1", "PodSecurityPolicy", "1.25"),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", "1.25"),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26"),
]
# Still served, but not for new work, and since when.
DEPRECATED = [("v1", "ComponentStatus", "1.19"), ("v1", "Endpoints", "1.33")]

VALID = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: mail}
spec:
  selector: {matchLabels: {app: mail}}
  strategy: {type: Recreate, rollingUpdate: null}
  template:
    metadata: {labels: {app: mail}}
    spec:
      containers:
      - name: mail
        image: mail:1
        ports: [{containerPort: 25}]
        resources: {limits: {cpu: 1, memory: 1Gi}}
        readinessProbe: {tcpSocket: {port: smtp}}
        livenessProbe: {tcpSocket: {port: 25}}
"""
BREAKS = [
    ("- name: mail\n", "- name: null\n", "got null, want string"),
    ("image: mail:1", "imagee: mail:1", "additional properties 'imagee' not allowed"),
    ("containerPort: 25", 'containerPort: "25"', "got string, want integer"),
    ("memory: 1Gi", "memory: 1GiB", "/resources/limits/memory"),
    ("selector: {matchLabels: {app: mail}}", "replicas: 1", "missing property 'selector'"),
    ("apiVersion: apps/v1", "apiVersion: apps/v2", "could not find schema"),
    ("apiVersion: apps/v1", "apiVersion: apps.example.com/v1", "value must be 'apps/v1'"),
    ("kind: Deployment", "kind: Deplyment", "could not find schema"),
    ("image: mail:1", "image: mail:1\n        image: mail:2", "already set in map"),
]


def versions():
    """The Kubernetes versions that there are schemas for, oldest first, as `1.34.4`."""
    folders = pathlib.Path(helm.tool("E2E_SCHEMAS")).glob(f"*{SUFFIX}")
    return sorted((f.name.removesuffix(SUFFIX).removeprefix("v") for f in folders), key=lambda v: [int(n) for n in v.split(".")])


def has_schema(kubernetes, api_version, kind):
    group, _, version = api_version.rpartition("/")
    name = "-".join([kind.lower(), *([group.split(".")[0]] if group else []), version])
    return (pathlib.Path(helm.tool("E2E_SCHEMAS")) / f"v{kubernetes}{SUFFIX}" / f"{name}.json").exists()


def complaints(text, kubernetes):
    """What kubeconform has against the manifests. It has to see each of them."""
    command = [helm.tool("E2E_KUBECONFORM"), "-strict", "-schema-location", helm.tool("E2E_SCHEMAS"),
               "-kubernetes-version", kubernetes, "-output", "json", "-verbose"]
    done = subprocess.run(command, env={}, input=text, capture_output=True, text=True, timeout=60)
    if done.stderr:
        raise helm.HelmError(f"{' '.join(command)}\n{done.stderr}")
    seen = [r for r in json.loads(done.stdout)["resources"] if r["status"] != "statusEmpty"]
    found = [f"{r['kind']} {r['name']}: {r['status']} {r['msg']}" for r in seen if r["status"] != "statusValid"]
    if len(seen) != len(helm.split(text)):
        found.append(f"{len(seen)} of {len(helm.split(text))} manifests were looked at")
    return found


def outdated(objects, newest):
    """A line for each object of an API version that is gone or on its way out."""
    for made in objects:
        use = (made["apiVersion"], made["kind"])
        removed = [since for *row, since in REMOVED if use == tuple(row)]
        deprecated = [since for *row, since in DEPRECATED if use == tuple(row)]
        if removed:
            yield f"{use[0]} {use[1]}: removed in Kubernetes {removed[0]}"
        elif deprecated:
            yield f"{use[0]} {use[1]}: deprecated since Kubernetes {deprecated[0]}"
        elif not has_schema(newest, *use):
            yield f"{use[0]} {use[1]}: unknown to Kubernetes {newest}"


class ConformTest(unittest.TestCase):
    def test_there_are_cases_and_two_versions(self):
        self.assertTrue(list((helm.CHART / "ci").glob("*-values.yaml")), "chart/ci has no *-values.yaml")
        self.assertEqual(len(versions()), 2)

    def test_every_case_is_valid_in_the_oldest_and_the_newest_version(self):
        for case, args in helm.cases().items():
            with self.subTest(case):
                text = helm.template(*args)
                for version in versions():
                    with self.subTest(kubernetes=version):
                        if found := complaints(text, version):
                            self.fail("\n".join(["", *found]))

    def test_broken_manifests_are_refused(self):
        for version in versions():
            self.assertEqual(complaints(VALID, version), [])
            for part, broken, complaint in BREAKS:
                with self.subTest(broken, version=version):
                    self.assertIn(part, VALID)
                    self.assertIn(complaint, "\n".join(complaints(VALID.replace(part, broken), version)))


class ApiVersionTest(unittest.TestCase):
    def test_no_case_uses_an_outdated_api(self):
        for case, args in helm.cases().items():
            with self.subTest(case):
                self.assertEqual(list(outdated(helm.objects(*args), versions()[-1])), [])

    def test_the_tables_agree_with_the_api_server(self):
        for *use, since in REMOVED:
            self.assertFalse(has_schema(versions()[-1], *use), f"{use} is there, the table says removed in {since}")
        for *use, since in DEPRECATED:
            self.assertTrue(has_schema(versions()[-1], *use), f"{use} is gone: move it to REMOVED")

    def test_outdated_apis_are_found(self):
        def report(api_version, kind):
            return list(outdated([{"apiVersion": api_version, "kind": kind}], versions()[-1]))

        self.assertEqual(report("batch/v1", "Job"), [])
        self.assertEqual(report("batch/v1beta1", "CronJob"), ["batch/v1beta1 CronJob: removed in Kubernetes 1.25"])
        self.assertEqual(report("v1", "Endpoints"), ["v1 Endpoints: deprecated since Kubernetes 1.33"])
        self.assertIn("unknown to Kubernetes", report("batch/v7", "Job")[0])
