"""What single values and their defaults come to, where a golden file alone would not say why."""

import json
import pathlib
import shutil
import tempfile
import unittest

import helm
from helm import container, init, pod

V015 = ("--set", "image.tag=v0.15.5")


def env(objects):
    return {e["name"]: e for e in container(objects).get("env", [])}


class LayoutTest(unittest.TestCase):
    def layout(self, *args):
        return helm.render(*args)["Deployment"]["metadata"]["annotations"]["stalwart/layout"]

    def test_auto_goes_by_the_tag(self):
        for tag in ("latest", "latest-alpine", "v0.16", "0.16.18", "v0.16.18-alpine", "v0.20.1", "v1", "1.0.0"):
            self.assertEqual(self.layout("--set-string", f"image.tag={tag}"), "v0.16", tag)
        for tag in ("v0.15.5", "0.15", "v0.9.4", "v0.12.0-alpine"):
            self.assertEqual(self.layout("--set-string", f"image.tag={tag}"), "v0.15", tag)

    def test_a_given_layout_wins(self):
        self.assertEqual(self.layout("--set", "image.tag=edge,layout=v0.15"), "v0.15")

    def test_each_layout_starts_its_own_way(self):
        new, old = helm.render(), helm.render(*V015)
        self.assertEqual(list(init(new)), ["layout-guard", "provision"])
        self.assertEqual(list(init(old)), ["layout-guard"])
        self.assertEqual(json.loads(new["ConfigMap"]["data"]["config.json"]), {"@type": "RocksDb", "path": "/opt/stalwart/data"})
        self.assertNotIn("config.toml", old["ConfigMap"]["data"])
        self.assertIn("STALWART_RECOVERY_ADMIN", env(new))
        self.assertIn("STALWART_ADMIN_PASSWORD", env(old))
        self.assertIn({"name": "config", "mountPath": "/etc/stalwart", "readOnly": True}, container(new)["volumeMounts"])

    def test_the_guard_comes_first_and_knows_layout_and_volume(self):
        guard = init(helm.render("--set", "persistence.mountPath=/srv/mail"))["layout-guard"]
        self.assertEqual(guard["command"][1:], ["/chart/layout-guard.sh", "v0.16", "/srv/mail", "/srv/mail/data", "false"])
        self.assertEqual(guard["terminationMessagePolicy"], "FallbackToLogsOnError")
        self.assertNotIn("layout-guard", init(helm.render("--set", "layoutGuard.enabled=false")))

    def test_the_guard_sees_what_the_server_sees(self):
        objects = helm.render("--set", "persistence.subPath=a")
        for one in [*init(objects).values(), container(objects)]:
            self.assertIn({"name": "stalwart-volume", "mountPath": "/opt/stalwart", "subPath": "a"}, one["volumeMounts"])


class WorkloadTest(unittest.TestCase):
    def test_a_second_server_never_starts_beside_the_first(self):
        spec = helm.render()["Deployment"]["spec"]
        self.assertEqual(spec["strategy"], {"type": "Recreate", "rollingUpdate": None})

    def test_slow_starts_have_five_minutes(self):
        probe = container(helm.render())["startupProbe"]
        self.assertEqual(probe["periodSeconds"] * probe["failureThreshold"], 300)

    def test_probes_do_not_go_through_the_node_where_curl_is_there(self):
        probes = [container(helm.render())[f"{name}Probe"] for name in ("startup", "liveness", "readiness")]
        for probe in probes:
            self.assertEqual(probe["exec"]["command"][0], "curl")
            self.assertTrue(probe["exec"]["command"][-1].startswith("http://127.0.0.1:8080/healthz/"))
            limit = int(probe["exec"]["command"][-2])
            self.assertLess(limit, probe["timeoutSeconds"], "curl must end before the kubelet gives up")
        for name in ("startup", "liveness", "readiness"):
            self.assertEqual(container(helm.render(*V015))[f"{name}Probe"]["httpGet"]["port"], 8080)

    def test_in_recovery_mode_the_probes_follow(self):
        probe = container(helm.render("--set", "recoveryMode.enabled=true,recoveryMode.port=9000"))["livenessProbe"]
        self.assertTrue(probe["exec"]["command"][-1].startswith("http://127.0.0.1:9000/"))

    def test_security_by_layout(self):
        new, old = helm.render(), helm.render(*V015)
        self.assertEqual(pod(new)["securityContext"], {
            "fsGroup": 2000, "fsGroupChangePolicy": "OnRootMismatch", "runAsUser": 2000, "runAsGroup": 2000, "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"}})
        self.assertEqual(pod(old)["securityContext"], {"seccompProfile": {"type": "RuntimeDefault"}})
        bounds = {"allowPrivilegeEscalation": False, "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}}
        for one in [*init(new).values(), container(new)]:
            self.assertEqual(one["securityContext"], {**bounds, "readOnlyRootFilesystem": True}, one["name"])
        for one in [*init(old).values(), container(old)]:
            self.assertEqual(one["securityContext"], bounds, one["name"])

    def test_a_context_of_ones_own_replaces_the_layouts(self):
        objects = helm.render("--set-json", 'securityContext={"runAsUser": 5}', "--set-json", "podSecurityContext={}")
        self.assertEqual(container(objects)["securityContext"], {"runAsUser": 5})
        self.assertNotIn("securityContext", pod(objects))

    def test_files_can_be_given_to_the_servers_user(self):
        objects = helm.render("--set", "volumePermissions.enabled=true")
        self.assertEqual(list(init(objects)), ["layout-guard", "volume-permissions", "provision"])
        self.assertEqual(init(objects)["volume-permissions"]["command"], ["chown", "-R", "2000:2000", "/opt/stalwart"])
        self.assertEqual(init(objects)["layout-guard"]["securityContext"]["runAsUser"], 0)

    def test_no_token_and_no_service_links(self):
        objects = helm.render()
        self.assertIs(pod(objects)["automountServiceAccountToken"], False)
        self.assertIs(pod(objects)["enableServiceLinks"], False)
        self.assertIs(objects["ServiceAccount"]["automountServiceAccountToken"], False)

    def test_host_name_outlives_the_pod_of_a_single_server(self):
        self.assertEqual(pod(helm.render())["hostname"], "stalwart")
        database = {"config.dataStore": {"@type": "PostgreSql"}, "replicaCount": 2, "persistence.enabled": False}
        self.assertNotIn("hostname", pod(helm.render(*helm.with_values(database))))

    def test_image(self):
        self.assertEqual(container(helm.render("--set", "image.tag="))["image"], "stalwartlabs/stalwart:latest")
        digest = "sha256:" + "a" * 64
        objects = helm.render("--set", f"layout=v0.16,image.digest={digest},global.imageRegistry=mirror.example.org/")
        self.assertEqual(container(objects)["image"], f"mirror.example.org/stalwartlabs/stalwart@{digest}")

    def test_settings_and_given_passwords_roll_the_pod_and_nothing_else_does(self):
        def annotations(*args):
            return helm.render(*args)["Deployment"]["spec"]["template"]["metadata"].get("annotations")

        self.assertEqual(annotations(), annotations("--set", "provisioning.domain=example.org"))
        self.assertNotEqual(annotations(), annotations("--set", "persistence.mountPath=/srv/mail"))
        self.assertNotEqual(annotations("--set", "admin.password=long-enough"), annotations("--set", "admin.password=long-enough-2"))
        self.assertIsNone(annotations(*V015))


class AdminTest(unittest.TestCase):
    def test_a_password_is_made_and_no_two_are_equal(self):
        first, second = (helm.render()["Secret"]["data"]["admin-password"] for _ in range(2))
        self.assertNotEqual(first, second)

    def test_variables_of_ones_own_win(self):
        objects = helm.render(*V015, *helm.with_values({"extraEnv": [{"name": "STALWART_ADMIN_PASSWORD", "value": "given"}]}))
        names = [e["name"] for e in container(objects)["env"]]
        self.assertEqual(names.count("STALWART_ADMIN_PASSWORD"), 1)
        self.assertEqual(env(objects)["STALWART_ADMIN_PASSWORD"]["value"], "given")

    def test_an_existing_secret_is_used(self):
        values = {"admin.existingSecret": "{{ .Release.Name }}-x", "admin.usernameKey": "user", "admin.passwordKey": "pass"}
        objects = helm.render(*helm.with_values(values))
        self.assertNotIn("Secret", objects)
        self.assertEqual(env(objects)["ADMIN_USER"]["valueFrom"]["secretKeyRef"], {"name": "stalwart-x", "key": "user"})
        self.assertEqual(env(objects)["ADMIN_PASSWORD"]["valueFrom"]["secretKeyRef"], {"name": "stalwart-x", "key": "pass"})

    def test_secret_and_claim_are_kept_together(self):
        def kept(*args):
            return {kind: o["metadata"].get("annotations", {}).get("helm.sh/resource-policy")
                    for kind, o in helm.render(*args).items() if kind in ("Secret", "PersistentVolumeClaim")}

        self.assertEqual(kept(), {"Secret": "keep", "PersistentVolumeClaim": "keep"})
        self.assertEqual(kept("--set", "persistence.keep=false"), {"Secret": None, "PersistentVolumeClaim": None})
        self.assertEqual(kept("--set", "persistence.existingClaim=mine,persistence.keep=false"), {"Secret": "keep"})
        self.assertEqual(kept("--set", "persistence.enabled=false"), {"Secret": None})


class ServiceTest(unittest.TestCase):
    def ports(self, *args):
        return {p["name"]: p for p in helm.render(*args)["Service"]["spec"]["ports"]}

    def test_a_service_port_moves_without_the_containers(self):
        self.assertEqual(self.ports("--set", "service.ports.http=80")["http"], {"name": "http", "port": 80, "targetPort": 8080})

    def test_null_leaves_a_port_out(self):
        self.assertNotIn("sieve", self.ports("--set", "service.ports.sieve=null"))

    def test_node_ports_are_fixed_one_by_one(self):
        for kind in ("NodePort", "LoadBalancer"):
            ports = self.ports("--set", f"service.type={kind},service.nodePorts.imaps=30993")
            self.assertEqual(ports["imaps"]["nodePort"], 30993)
            self.assertNotIn("nodePort", ports["imap"])

    def test_mail_on_a_service_of_its_own(self):
        services = {o["metadata"]["name"]: o["spec"] for o in helm.objects("--set", "mailService.enabled=true") if o["kind"] == "Service"}
        self.assertEqual([p["name"] for p in services["stalwart"]["ports"]], ["http", "https"])
        self.assertEqual([p["name"] for p in services["stalwart-mail"]["ports"]], ["smtp", "submission", "smtps", "imap", "imaps", "sieve"])
        self.assertEqual(services["stalwart"]["selector"], services["stalwart-mail"]["selector"])


class NamesTest(unittest.TestCase):
    def test_release_and_chart_name(self):
        def name(release, *args):
            return helm.render(*args, release=release)["Deployment"]["metadata"]["name"]

        self.assertEqual(name("stalwart"), "stalwart")
        self.assertEqual(name("my-stalwart"), "my-stalwart")
        self.assertEqual(name("post"), "post-stalwart")
        self.assertEqual(name("post", "--set", "nameOverride=mail"), "post-mail")
        self.assertEqual(name("post", "--set", "fullnameOverride=mx"), "mx")

    def test_long_names_that_differ_at_the_end_stay_apart(self):
        names = [{o["metadata"]["name"] for o in helm.objects(release="r" * 52 + last)} for last in "ab"]
        self.assertEqual(names[0] & names[1], set())

    def test_versions_stay_out_of_pods_and_selectors(self):
        objects = helm.render()
        wanted = {"app.kubernetes.io/name": "stalwart", "app.kubernetes.io/instance": "stalwart"}
        spec = objects["Deployment"]["spec"]
        self.assertEqual(spec["template"]["metadata"]["labels"], wanted)
        self.assertEqual(spec["selector"]["matchLabels"], wanted)
        self.assertEqual(objects["Service"]["spec"]["selector"], wanted)

    def test_labels_and_annotations_meet_without_a_clash(self):
        own = "app.kubernetes.io/name"
        values = {"commonLabels": {"team": "common", own: "no"}, "podLabels": {"team": "pod", own: "no"},
                  "service.labels": {"team": "service"}, "commonAnnotations": {"a": "common"}, "podAnnotations": {"a": "pod"}}
        objects = helm.render(*helm.with_values(values))
        metadata = objects["Deployment"]["spec"]["template"]["metadata"]
        self.assertEqual((metadata["labels"]["team"], metadata["annotations"]["a"]), ("pod", "pod"))
        self.assertEqual(objects["Service"]["metadata"]["labels"]["team"], "service")
        for labels in (metadata["labels"], *(o["metadata"]["labels"] for o in objects.values())):
            self.assertEqual(labels[own], "stalwart", "a selector goes by it")

    def test_a_long_tag_is_cut_to_a_label(self):
        labels = helm.render("--set", f"layout=v0.16,image.tag=_{'a' * 61}-b")["Service"]["metadata"]["labels"]
        self.assertRegex(labels["app.kubernetes.io/version"], r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")


class ReuseTest(unittest.TestCase):
    def test_values_of_the_seed_alone_render_the_same(self):
        """`helm upgrade --reuse-values` from the seed's chart brings none of the newer values."""
        with tempfile.TemporaryDirectory(prefix="chart-test-") as folder:
            chart = pathlib.Path(folder) / "chart"
            shutil.copytree(helm.CHART, chart)
            shutil.copy(helm.SEED_VALUES, chart / "values.yaml")
            for settings in ("image.tag=v0.15.5", "layout=v0.15,image.tag=mine", "persistence.enabled=false"):
                self.assertEqual(helm.stable(helm.template("--set", settings, chart=chart)),
                                 helm.stable(helm.template("--set", settings)), settings)

    def test_a_port_taken_out_stays_out(self):
        self.assertNotIn("sieve", [p["name"] for p in helm.render("--set", "service.ports.sieve=null")["Service"]["spec"]["ports"]])


class LintTest(unittest.TestCase):
    def test_lint_is_clean_for_every_case(self):
        for case, args in helm.cases().items():
            with self.subTest(case):
                self.assertIn("0 chart(s) failed", helm.run("lint", "--strict", helm.CHART, *args))
