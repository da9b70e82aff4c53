import json
import pathlib
import shutil
import tempfile
import unittest

import helm
from helm import container, pod


def render_with(values):
    settings = (("--set-json", f"{name}={json.dumps(value)}") for name, value in values.items())
    return helm.render(*(arg for setting in settings for arg in setting))


class WorkloadTest(unittest.TestCase):
    def test_a_second_server_never_starts_beside_the_first(self):
        spec = helm.render()["Deployment"]["spec"]
        self.assertEqual(spec["strategy"], {"type": "Recreate"})
        self.assertEqual(pod(helm.render())["terminationGracePeriodSeconds"], 30)

    def test_strategy_can_be_changed(self):
        objects = helm.render("--set", "strategy.type=RollingUpdate,strategy.rollingUpdate.maxSurge=0")
        self.assertEqual(objects["Deployment"]["spec"]["strategy"],
                         {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0}})

    def test_startup_probe_gives_a_slow_start_five_minutes(self):
        probe = container(helm.render())["startupProbe"]
        self.assertEqual(probe["httpGet"], {"path": "/healthz/live", "port": 8080})
        self.assertEqual(probe["periodSeconds"] * probe["failureThreshold"], 300)

    def test_probes_take_single_numbers_and_null(self):
        objects = helm.render("--set", "livenessProbe.periodSeconds=3,readinessProbe=null,startupProbe=null")
        self.assertEqual(container(objects)["livenessProbe"]["periodSeconds"], 3)
        self.assertEqual(container(objects)["livenessProbe"]["httpGet"], {"path": "/healthz/live", "port": 8080})
        self.assertNotIn("readinessProbe", container(objects))
        self.assertNotIn("startupProbe", container(objects))

    def test_no_token_and_no_service_links(self):
        self.assertIs(pod(helm.render())["automountServiceAccountToken"], False)
        self.assertIs(pod(helm.render())["enableServiceLinks"], False)
        objects = helm.render("--set", "automountServiceAccountToken=true,enableServiceLinks=true")
        self.assertIs(pod(objects)["automountServiceAccountToken"], True)
        self.assertIs(pod(objects)["enableServiceLinks"], True)

    def test_host_name_outlives_the_pod_of_a_single_server(self):
        self.assertEqual(pod(helm.render())["hostname"], "stalwart")
        self.assertNotIn("hostname", pod(helm.render("--set", "replicaCount=2,persistence.enabled=false")))

    def test_digest_wins_over_tag(self):
        objects = helm.render("--set", "image.digest=sha256:abc,image.tag=v0.15.5")
        self.assertEqual(container(objects)["image"], "stalwartlabs/stalwart@sha256:abc")

    def test_empty_tag_is_the_charts_app_version(self):
        self.assertEqual(container(helm.render("--set", "image.tag="))["image"], "stalwartlabs/stalwart:latest")

    def test_extras_reach_the_pod_and_are_templates(self):
        values = {
            "extraEnv": [{"name": "HOST", "value": "{{ .Release.Name }}.example.org"}],
            "extraEnvFrom": [{"secretRef": {"name": "{{ .Release.Name }}-env"}}],
            "extraVolumes": [{"name": "config", "configMap": {"name": "{{ .Release.Name }}-config"}}],
            "extraVolumeMounts": [{"name": "config", "mountPath": "/etc/stalwart"}],
        }
        objects = render_with(values)
        self.assertEqual(container(objects)["env"], [{"name": "HOST", "value": "stalwart.example.org"}])
        self.assertEqual(container(objects)["envFrom"], [{"secretRef": {"name": "stalwart-env"}}])
        self.assertIn({"name": "config", "configMap": {"name": "stalwart-config"}}, pod(objects)["volumes"])
        self.assertIn({"name": "config", "mountPath": "/etc/stalwart"}, container(objects)["volumeMounts"])

    def test_plain_fields_reach_the_pod(self):
        values = {
            "resources": {"limits": {"memory": "1Gi"}},
            "podSecurityContext": {"fsGroup": 2000},
            "securityContext": {"runAsUser": 2000},
            "podAnnotations": {"team": "mail"},
            "podLabels": {"tier": "front"},
            "nodeSelector": {"disk": "ssd"},
            "tolerations": [{"operator": "Exists"}],
            "affinity": {"nodeAffinity": {}},
            "imagePullSecrets": [{"name": "pull"}],
            "terminationGracePeriodSeconds": 0,
        }
        objects = render_with(values)
        for field in ("nodeSelector", "tolerations", "affinity", "imagePullSecrets", "terminationGracePeriodSeconds"):
            self.assertEqual(pod(objects)[field], values[field], field)
        self.assertEqual(container(objects)["resources"], values["resources"])
        self.assertEqual(pod(objects)["securityContext"],
                         {"fsGroup": 2000, "seccompProfile": {"type": "RuntimeDefault"}})
        self.assertEqual(container(objects)["securityContext"],
                         {"runAsUser": 2000, "allowPrivilegeEscalation": False})
        metadata = objects["Deployment"]["spec"]["template"]["metadata"]
        self.assertEqual(metadata["annotations"], {"team": "mail"})
        self.assertEqual(metadata["labels"]["tier"], "front")


class VolumeTest(unittest.TestCase):
    def test_without_persistence_an_empty_dir(self):
        objects = helm.render("--set", "persistence.enabled=false")
        self.assertNotIn("PersistentVolumeClaim", objects)
        self.assertEqual(pod(objects)["volumes"], [{"name": "stalwart-volume", "emptyDir": {}}])

    def test_an_existing_claim_is_used_and_none_made(self):
        objects = helm.render("--set", "persistence.existingClaim=mine")
        self.assertNotIn("PersistentVolumeClaim", objects)
        self.assertEqual(pod(objects)["volumes"][0]["persistentVolumeClaim"], {"claimName": "mine"})

    def test_keep_is_helms_annotation(self):
        policy = "helm.sh/resource-policy"
        kept = helm.render("--set", "persistence.annotations.team=mail")["PersistentVolumeClaim"]["metadata"]
        self.assertEqual(kept["annotations"], {policy: "keep", "team": "mail"})
        dropped = helm.render("--set", "persistence.keep=false")["PersistentVolumeClaim"]["metadata"]
        self.assertNotIn("annotations", dropped)

    def test_storage_class_left_out_or_none(self):
        spec = helm.render("--set", "persistence.storageClass=")["PersistentVolumeClaim"]["spec"]
        self.assertNotIn("storageClassName", spec)
        spec = helm.render("--set", "persistence.storageClass=-")["PersistentVolumeClaim"]["spec"]
        self.assertEqual(spec["storageClassName"], "")

    def test_the_claim_holds_nothing_that_hinders_taking_it_over(self):
        claim = helm.render()["PersistentVolumeClaim"]
        self.assertEqual(set(claim["spec"]), {"accessModes", "storageClassName", "resources"})
        self.assertEqual(set(claim["metadata"]), {"name", "labels", "annotations"})
        self.assertEqual(claim["metadata"]["labels"]["app.kubernetes.io/managed-by"], "Helm")


class ServiceTest(unittest.TestCase):
    def ports(self, *args):
        return {p["name"]: p for p in helm.render(*args)["Service"]["spec"]["ports"]}

    def test_a_service_port_moves_without_the_containers(self):
        ports = self.ports("--set", "service.ports.http=80")
        self.assertEqual(ports["http"], {"name": "http", "port": 80, "targetPort": 8080})

    def test_null_leaves_a_port_out(self):
        self.assertNotIn("sieve", self.ports("--set", "service.ports.sieve=null"))

    def test_node_ports_are_fixed_one_by_one(self):
        for kind in ("NodePort", "LoadBalancer"):
            ports = self.ports("--set", f"service.type={kind},service.nodePorts.imaps=30993")
            self.assertEqual(ports["imaps"]["nodePort"], 30993)
            self.assertNotIn("nodePort", ports["imap"])

    def test_annotations(self):
        service = helm.render("--set", "service.annotations.team=mail")["Service"]
        self.assertEqual(service["metadata"]["annotations"], {"team": "mail"})


class RefusalTest(unittest.TestCase):
    def assert_refused(self, settings, *texts):
        with self.assertRaises(helm.HelmError) as refused:
            helm.template("--set", settings)
        for text in texts:
            self.assertIn(text, str(refused.exception))

    def test_two_servers_on_one_volume(self):
        self.assert_refused("replicaCount=2", "replicaCount: 2 servers would share one volume")
        self.assert_refused("replicaCount=3,persistence.existingClaim=mine", "replicaCount: 3 servers")

    def test_node_ports_of_a_cluster_ip(self):
        self.assert_refused("service.type=ClusterIP,service.nodePorts.smtp=30025",
                            "service.nodePorts.smtp: a Service of type ClusterIP has no node ports")

    def test_unknown_ports(self):
        self.assert_refused("service.ports.smpt=25", "service.ports.smpt: the server has no such port; use one of http,")
        self.assert_refused("service.nodePorts.smpt=30025", "service.nodePorts.smpt: the server has no such port")

    def test_everything_wrong_is_said_at_once(self):
        self.assert_refused("replicaCount=2,service.ports.pop=110", "replicaCount:", "service.ports.pop:")


class NamesTest(unittest.TestCase):
    def name(self, release, *args):
        objects = helm.render(*args, release=release)
        names = {o["metadata"]["name"] for o in objects.values()}
        self.assertEqual(len(names), 1)
        return names.pop()

    def test_release_and_chart_name(self):
        self.assertEqual(self.name("stalwart"), "stalwart")
        self.assertEqual(self.name("my-stalwart"), "my-stalwart")
        self.assertEqual(self.name("post"), "post-stalwart")
        self.assertEqual(self.name("post", "--set", "nameOverride=mail"), "post-mail")
        self.assertEqual(self.name("post", "--set", "fullnameOverride=mx"), "mx")

    def test_longest_release_name_fits(self):
        name = self.name("r" * 53)
        self.assertLessEqual(len(name), 63)
        self.assertFalse(name.endswith("-"))

    def test_versions_stay_out_of_pods_and_selectors(self):
        objects = helm.render()
        wanted = {"app.kubernetes.io/name": "stalwart", "app.kubernetes.io/instance": "stalwart"}
        spec = objects["Deployment"]["spec"]
        self.assertEqual(spec["template"]["metadata"]["labels"], wanted)
        self.assertEqual(spec["selector"]["matchLabels"], wanted)
        self.assertEqual(objects["Service"]["spec"]["selector"], wanted)

    def test_a_long_tag_is_cut_to_a_label(self):
        labels = helm.render("--set", f"image.tag=_{'a' * 61}-b")["Service"]["metadata"]["labels"]
        self.assertRegex(labels["app.kubernetes.io/version"], r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")


class RenderTest(unittest.TestCase):
    def test_lint_is_clean(self):
        self.assertIn("0 chart(s) failed", helm.run("lint", "--strict", helm.CHART))
        helm.run("lint", "--strict", helm.CHART, "-f", helm.SEED_VALUES)

    def test_two_renders_are_the_same(self):
        self.assertEqual(helm.template(), helm.template())

    def test_nothing_is_left_unrendered(self):
        text = helm.template()
        for trace in ("<no value>", "%!", "{{", "map["):
            self.assertNotIn(trace, text)

    def test_values_of_the_seed_alone_render(self):
        """`helm upgrade --reuse-values` from the seed's chart brings none of the newer values."""
        with tempfile.TemporaryDirectory(prefix="chart-test-") as folder:
            chart = pathlib.Path(folder) / "chart"
            shutil.copytree(helm.CHART, chart)
            shutil.copy(helm.SEED_VALUES, chart / "values.yaml")
            objects = helm.render(chart=chart)
        self.assertEqual(len(objects["Service"]["spec"]["ports"]), 8)
        self.assertIs(pod(objects)["enableServiceLinks"], False)
