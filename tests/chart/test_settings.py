"""The settings that the chart writes: the first start of v0.16, and config.toml of v0.15."""

import json
import tomllib
import unittest

import helm
from helm import container, init


class ProvisioningTest(unittest.TestCase):
    """The request that a real 0.16.18 accepted, to the names of its fields."""

    def calls(self, **values):
        text = helm.render(*helm.with_values(values))["ConfigMap"]["data"]["provision.json"]
        request = json.loads(text)
        self.assertEqual(request["using"], ["urn:ietf:params:jmap:core", "urn:stalwart:jmap"])
        return {method: arguments for method, arguments, _ in request["methodCalls"]}

    def test_eight_listeners_and_the_log(self):
        calls = self.calls()
        self.assertEqual(set(calls), {"x:NetworkListener/set", "x:Tracer/set"})
        listeners = {l["name"]: l for l in calls["x:NetworkListener/set"]["create"].values()}
        wanted = {"http": (8080, "http", False), "https": (443, "http", True), "smtp": (25, "smtp", False),
                  "submission": (587, "smtp", False), "submissions": (465, "smtp", True), "imap": (143, "imap", False),
                  "imaps": (993, "imap", True), "sieve": (4190, "manageSieve", False)}
        self.assertEqual(listeners, {name: {"name": name, "bind": {f"[::]:{port}": True}, "protocol": protocol, "tlsImplicit": tls}
                                     for name, (port, protocol, tls) in wanted.items()})
        self.assertEqual(list(calls["x:Tracer/set"]["create"].values()),
                         [{"@type": "Stdout", "enable": True, "level": "info", "ansi": False, "buffered": False}])

    def test_domain_name_and_administrator(self):
        calls = self.calls(**{"provisioning.domain": "example.org", "provisioning.createAdmin": True, "tls.existingSecret": "t"})
        self.assertEqual(calls["x:Domain/set"], {"create": {"dom": {"name": "example.org"}}})
        self.assertEqual(calls["x:SystemSettings/set"], {"update": {"singleton": {
            "defaultHostname": "mail.example.org", "defaultDomainId": "#dom", "defaultCertificateId": "#cert"}}})
        self.assertEqual(calls["x:Account/set"], {"create": {"admin": {
            "@type": "User", "name": "admin", "domainId": "#dom", "roles": {"@type": "Admin"},
            "credentials": {"0": {"@type": "Password", "secret": "@ADMIN_PASSWORD@"}}}}})

    def test_networks_proxies_and_more(self):
        calls = self.calls(**{"trustedNetworks": ["10.244.0.0/16"], "metrics.enabled": True, "proxyProtocol.enabled": True,
                              "proxyProtocol.trustedNetworks": ["10.0.0.0/8"], "provisioning.extraMethodCalls": [["x:A/set", {}, "a"]]})
        self.assertEqual([a["address"] for a in calls["x:AllowedIp/set"]["create"].values()], ["10.244.0.0/16"])
        self.assertEqual(calls["x:Metrics/set"]["update"]["singleton"], {"prometheus": {"@type": "Enabled"}})
        proxied = {n for n, l in calls["x:NetworkListener/set"]["create"].items() if "overrideProxyTrustedNetworks" in l}
        self.assertEqual(proxied, {"smtp", "submission", "smtps", "imap", "imaps", "sieve"}, "never http: the kubelet speaks no PROXY")
        self.assertEqual(calls["x:A/set"], {})

    def test_only_an_empty_rocksdb_of_the_charts_own_is_provisioned(self):
        for settings in ("provisioning.enabled=false", "config.source=image", "config.existingConfigMap=mine",
                         "config.dataStore.@type=Sqlite,config.dataStore.path=/opt/stalwart/db"):
            self.assertNotIn("provision", init(helm.render("--set", settings)), settings)


class TomlTest(unittest.TestCase):
    def toml(self, **values):
        values |= {"image.tag": "v0.15.5", "config.source": "managed"}
        objects = helm.render(*helm.with_values(values))
        self.assertEqual(container(objects)["args"], ["--config", "/etc/stalwart/config.toml"])
        return tomllib.loads(objects["ConfigMap"]["data"]["config.toml"])

    def test_the_seeds_listeners_on_rocksdb(self):
        config = self.toml()
        self.assertEqual({n: (l["bind"], l["protocol"], l.get("tls", {}).get("implicit", False)) for n, l in
                          config["server"]["listener"].items()}, {
            "http": ("[::]:8080", "http", False), "https": ("[::]:443", "http", True), "smtp": ("[::]:25", "smtp", False),
            "submission": ("[::]:587", "smtp", False), "submissions": ("[::]:465", "smtp", True),
            "imap": ("[::]:143", "imap", False), "imaptls": ("[::]:993", "imap", True), "sieve": ("[::]:4190", "managesieve", False)})
        self.assertEqual(config["store"]["rocksdb"], {"type": "rocksdb", "path": "/opt/stalwart/data", "compression": "lz4"})
        self.assertEqual(config["tracer"]["stdout"], {"type": "stdout", "level": "info", "ansi": False, "enable": True})
        self.assertEqual(config["authentication"]["fallback-admin"], {"user": "admin", "secret": "%{env:STALWART_ADMIN_PASSWORD}%"})

    def test_what_values_add(self):
        config = self.toml(**{"tls.existingSecret": "t", "metrics.enabled": True, "config.hostname": "mail.example.org",
                              "config.extraToml": "[extra]\nname = \"{{ .Release.Name }}\""})
        self.assertEqual(config["certificate"]["default"]["cert"], "%{file:/etc/stalwart-tls/tls.crt}%")
        self.assertEqual(config["certificate"]["default"]["private-key"], "%{file:/etc/stalwart-tls/tls.key}%")
        self.assertEqual(config["server"]["hostname"], "mail.example.org")
        self.assertEqual((config["metrics"]["prometheus"]["enable"], config["extra"]["name"]), (True, "stalwart"))

    def test_seeded_settings_go_to_the_volume_once(self):
        objects = helm.render("--set", "image.tag=v0.15.5,config.source=seeded")
        self.assertEqual(init(objects)["seed-config"]["command"][1:],
                         ["/chart/seed-config.sh", "/chart/config.toml", "/opt/stalwart/etc/config.toml"])
        self.assertNotIn("args", container(objects))
