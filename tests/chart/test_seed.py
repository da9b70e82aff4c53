import unittest

import helm
import seed_check

# Each breaks one promise of the seed, and the fact after it must be the one that is reported.
BREAKS = [
    ("image.repository=other/mail", "container image"),
    ("image.tag=v1", "container image"),
    ("image.pullPolicy=Always", "container imagePullPolicy"),
    ("service.type=LoadBalancer", "Service type"),
    *[(f"service.ports.{name}=9", "Service ports")
      for name in ("http", "https", "smtp", "submission", "smtps", "imap", "imaps", "sieve")],
    ("service.ports.sieve=null", "Service ports"),
    ("service.nodePorts.smtp=30025", "Service ports"),
    ("persistence.enabled=false", "volume stalwart-volume"),
    ("persistence.storageClass=fast", "claim spec"),
    ("persistence.accessMode=ReadWriteMany", "claim spec"),
    ("persistence.size=1Gi", "claim spec"),
    ("persistence.mountPath=/opt/elsewhere", "volumeMount stalwart-volume"),
    ("persistence.existingClaim=mine", "volume stalwart-volume"),
    ("replicaCount=0", "Deployment replicas"),
    ("nameOverride=post", "Deployment selector"),
    ("fullnameOverride=post", "claim name"),
    ("containerPorts.http=9", "container livenessProbe"),
    *[(f"probes.{probe}.{setting}", f"container {probe}Probe") for probe, setting in (
        ("liveness", "path=/"), ("liveness", "initialDelaySeconds=31"), ("liveness", "periodSeconds=11"), ("liveness", "enabled=false"),
        ("readiness", "path=/healthz/live"), ("readiness", "initialDelaySeconds=6"), ("readiness", "periodSeconds=11"))],
]


class SeedTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.seed = helm.render("-f", helm.SEED_VALUES, chart=helm.SEED_CHART)

    def assert_seed(self, objects):
        found = seed_check.differences(objects, self.seed)
        self.assertFalse(found, "the chart differs from the seed page:\n  " + "\n  ".join(found))

    def test_the_seed_has_eight_ports_and_a_claim(self):
        facts = seed_check.facts(self.seed)
        self.assertEqual(len(facts["Service ports"]), 8)
        self.assertEqual(len(facts["container ports"]), 8)
        self.assertEqual(facts["claim name"], "stalwart")
        self.assertEqual(facts["container image"], "stalwartlabs/stalwart:latest")

    def test_defaults_render_what_the_seed_renders(self):
        self.assert_seed(helm.render())

    def test_the_seeds_values_render_what_the_seed_renders(self):
        self.assert_seed(helm.render("-f", helm.SEED_VALUES))

    def test_the_older_layout_asks_as_the_seed_asks(self):
        container = helm.container(helm.render("--set", "image.tag=v0.15.5"))
        theirs = helm.container(self.seed)
        for probe in seed_check.PROBES:
            self.assertEqual(container[probe] | theirs[probe], container[probe], probe)

    def test_every_value_of_the_seed_is_a_default(self):
        def missing(theirs, ours, path=""):
            for key, value in theirs.items():
                if isinstance(value, dict) and isinstance(ours.get(key), dict):
                    yield from missing(value, ours[key], f"{path}{key}.")
                elif ours.get(key) != value:
                    yield f"{path}{key}: {ours.get(key)!r}, the seed has {value!r}"

        self.assertEqual(list(missing(helm.values(helm.SEED_VALUES), helm.values())), [])

    def test_each_departure_from_the_seed_is_seen(self):
        for setting, fact in BREAKS:
            with self.subTest(setting):
                found = seed_check.differences(helm.render("--set", setting), self.seed)
                self.assertIn(fact, [line.split(":")[0] for line in found])
