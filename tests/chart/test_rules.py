"""The rules of rules.py hold for every case and however its release is named, and each rule finds what breaks it."""

import copy
import functools
import unittest

import helm
import rules

# Values that name an object once and for all, which two releases then do share.
FREE_NAMES = ("--set", "fullnameOverride=,serviceAccount.name=")

APP, JOB = {"app": "mail"}, {"app": "mail-test"}
MAIN = {
    "name": "mail", "image": "example/mail:1",
    "ports": [{"name": "smtp", "containerPort": 25}, {"name": "web", "containerPort": 8080}],
    "livenessProbe": {"httpGet": {"path": "/", "port": "web"}},
    "readinessProbe": {"tcpSocket": {"port": 25}},
    "startupProbe": {"exec": {"command": ["check"]}},
    "env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "mail-admin", "key": "password"}}},
            {"name": "HOST", "value": "mail.example.org"}, {"name": "TOKEN_FILE", "value": "/run/token"}],
    "volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "config", "mountPath": "/etc/mail"}],
}
HOOK = {"name": "test", "image": "example/mail:1"}
VOLUMES = [{"name": "data", "persistentVolumeClaim": {"claimName": "mail"}}, {"name": "config", "configMap": {"name": "mail"}}]


def thing(kind, name, api_version="v1", **fields):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "labels": {"app.kubernetes.io/name": "mail"}}, **fields}


GOOD = {o["kind"]: o for o in (
    thing("Deployment", "mail", "apps/v1", spec={
        "selector": {"matchLabels": APP},
        "template": {"metadata": {"labels": APP}, "spec": {"containers": [MAIN], "volumes": VOLUMES}}}),
    thing("Job", "mail-test", "batch/v1", spec={"template": {"metadata": {"labels": JOB}, "spec": {"containers": [HOOK]}}}),
    thing("Service", "mail", spec={"selector": APP, "ports": [{"name": "smtp", "port": 25, "targetPort": "smtp"},
                                                              {"name": "web", "port": 80, "targetPort": 8080}]}),
    thing("NetworkPolicy", "mail", "networking.k8s.io/v1", spec={"podSelector": {"matchLabels": APP}}),
    thing("PersistentVolumeClaim", "mail", spec={}),
    thing("ConfigMap", "mail", data={"config": "host = mail.example.org"}),
    thing("Secret", "mail-admin", data={"password": "aHVudGVyMi1odW50ZXIy", "username": "bWFpbC5leGFtcGxl"}),
)}


def put(path, value):
    """A break: sets one field, `Kind.field.0.field`."""
    def change(objects):
        *way, last = (int(step) if step.isdecimal() else step for step in path.split("."))
        place = functools.reduce(lambda at, step: at[step], way, objects)
        place[last] = value
    return change


POD = "Deployment.spec.template.spec"
BREAKS = [
    (rules.selectors_match_the_server_only, put("Service.spec.selector", {"app": "other"}), "selects the pods of nothing"),
    (rules.selectors_match_the_server_only, put("Job.spec.template.metadata.labels", APP), "mail, Job mail-test"),
    (rules.selectors_match_the_server_only, put("NetworkPolicy.spec.podSelector", {}), "NetworkPolicy mail"),
    (rules.selectors_match_the_server_only, put("Service.spec.selector", JOB), "selects the pods of Job mail-test"),
    (rules.selectors_match_the_server_only, put("Deployment.spec.selector.matchLabels", {"app": "x"}), "Deployment mail: selects"),
    (rules.service_ports_lead_to_container_ports, put("Service.spec.ports.0.targetPort", "smpt"), "leads to smpt"),
    (rules.service_ports_lead_to_container_ports, put("Service.spec.ports.1.targetPort", 8081), "leads to 8081"),
    (rules.service_ports_lead_to_container_ports, put("Service.spec.ports.1", {"name": "w", "port": 80}), "leads to 80"),
    (rules.service_ports_lead_to_container_ports, put("Service.spec.ports.0.protocol", "UDP"), "leads to smtp"),
    (rules.mounts_have_a_volume_and_a_path_of_their_own, put(f"{POD}.volumes.1.name", "konfig"), "no volume config"),
    (rules.mounts_have_a_volume_and_a_path_of_their_own, put(f"{POD}.volumes.1.name", "data"), "two volumes"),
    (rules.mounts_have_a_volume_and_a_path_of_their_own, put(f"{POD}.containers.0.volumeMounts.1.mountPath", "/data/"), "at /data"),
    (rules.mounts_have_a_volume_and_a_path_of_their_own, put(f"{POD}.initContainers", [{**MAIN, "volumeMounts": [
        {"name": "gone", "mountPath": "/x"}]}]), "no volume gone"),
    (rules.probes_use_ports_of_their_container, put(f"{POD}.containers.0.livenessProbe.httpGet.port", "http"), "uses port http"),
    (rules.probes_use_ports_of_their_container, put(f"{POD}.containers.0.readinessProbe.tcpSocket.port", 26), "uses port 26"),
    (rules.exec_probes_have_a_command, put(f"{POD}.containers.0.startupProbe.exec.command", []), "startupProbe executes nothing"),
    (rules.exec_probes_have_a_command, put(f"{POD}.containers.0.startupProbe.exec", None), "startupProbe executes nothing"),
    (rules.claims_are_used, put("PersistentVolumeClaim.metadata.name", "post"), "no pod uses it, the pods use ['mail']"),
    (rules.secrets_stay_in_secrets, put("ConfigMap.data.config", "pass = hunter2-hunter2"), "ConfigMap mail, config: shows"),
    (rules.secrets_stay_in_secrets, put(f"{POD}.containers.0.env.1.value", "hunter2-hunter2"), "HOST: shows the value"),
    (rules.secrets_stay_in_secrets, put(f"{POD}.containers.0.args", ["--key=hunter2-hunter2"]), "command: shows the value"),
    (rules.secrets_stay_in_secrets, put(f"{POD}.containers.0.env.0", {"name": "PASSWORD", "value": "x"}), "a value in plain text"),
    (rules.namespaces_are_all_set_or_none, put("Service.metadata.namespace", "mail"), "no namespace, but others have one"),
    (rules.names_and_labels_are_valid, put("Service.metadata.name", "m" * 64), "64 characters"),
    (rules.names_and_labels_are_valid, put("ConfigMap.metadata.name", "mail-"), "no valid name"),
    (rules.names_and_labels_are_valid, put("Secret.metadata.labels", {"a": "b" * 64}), "no valid label a=bbb"),
    (rules.names_and_labels_are_valid, put("Secret.metadata.labels", {"a": "ends-"}), "no valid label a=ends-"),
    (rules.names_and_labels_are_valid, put("Job.spec.template.metadata.labels", {"a": 1}), "no valid label a=1"),
    (rules.names_and_labels_are_valid, put("Service.metadata.labels", {"a b": "c"}), "no valid label a b=c"),
    (rules.names_and_labels_are_valid, put(f"{POD}.containers.0.ports.0.name", "much-longer-than-15"), "much-longer-than-15"),
    (rules.names_and_labels_are_valid, put(f"{POD}.hostname", "h" * 64), "no valid name hhh"),
    (rules.images_are_pinned, put(f"{POD}.containers.0.image", "registry:5000/mail"), "neither tag nor digest"),
    (rules.images_are_pinned, put("Job.spec.template.spec.containers.0.image", "mail:"), "neither tag nor digest"),
    (rules.objects_are_named_once, lambda objects: objects.update(again=GOOD["Service"]), "Service mail: there are two"),
]


def assert_rules(test, *more, release="stalwart"):
    for case, args in helm.cases().items():
        with test.subTest(case):
            text = helm.template(*args, *more, release=release)
            found = [*rules.nothing_is_left_unrendered(text), *rules.breaches(helm.read_yaml(*helm.split(text)))]
            if found:
                test.fail("\n".join(["", *found]))


class CaseTest(unittest.TestCase):
    def test_the_rules_hold(self):
        assert_rules(self)

    def test_two_renders_are_equal(self):
        for case, args in helm.cases().items():
            with self.subTest(case):
                first, second = (helm.stable(helm.template(*args)).splitlines() for _ in range(2))
                self.assertEqual([pair for pair in zip(first, second) if pair[0] != pair[1]], [])
                self.assertEqual(len(first), len(second))


class LongNameTest(unittest.TestCase):
    def test_the_rules_hold_under_the_longest_release_name(self):
        assert_rules(self, release="r" * 53)

    def test_the_rules_hold_under_the_longest_full_name(self):
        assert_rules(self, "--set", f"fullnameOverride={'o' * 53}")


class TwoReleasesTest(unittest.TestCase):
    def test_two_releases_share_no_object(self):
        for case, args in helm.cases().items():
            with self.subTest(case):
                both = [o for name in ("one", "two") for o in helm.objects(*args, *FREE_NAMES, release=name)]
                self.assertEqual(list(rules.objects_are_named_once(both)), [])


class RuleTest(unittest.TestCase):
    def test_good_objects_break_no_rule(self):
        self.assertEqual(rules.breaches(list(GOOD.values())), [])

    def test_each_break_is_found(self):
        for rule, change, text in BREAKS:
            with self.subTest(rule.__name__, text=text):
                objects = copy.deepcopy(GOOD)
                change(objects)
                self.assertIn(text, "\n".join(rule(list(objects.values()))))

    def test_every_rule_has_a_break(self):
        self.assertEqual({rule.__name__ for rule, _, _ in BREAKS}, {rule.__name__ for rule in rules.RULES})

    def test_traces_of_templates_are_found(self):
        self.assertEqual(list(rules.nothing_is_left_unrendered("a: manila\nb: 10%\n")), [])
        for trace in ("<no value>", "nil", "<nil>", "%!s(int=1)", "map[a:b]"):
            self.assertIn("line 2: ", "".join(rules.nothing_is_left_unrendered(f"a: b\nc: {trace}\n")))
