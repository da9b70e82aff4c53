import pathlib
import shutil
import tempfile
import unittest

import helm

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: notes
data:
  text: |-
{{ tpl (.Files.Get "NOTES.txt") . | indent 4 }}
"""


class NotesTest(unittest.TestCase):
    """Helm prints notes only with a cluster at hand, so a copy of the chart renders them into a ConfigMap."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chart-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.chart = pathlib.Path(folder.name) / "chart"
        shutil.copytree(helm.CHART, cls.chart)
        shutil.move(cls.chart / "templates" / "NOTES.txt", cls.chart / "NOTES.txt")
        (cls.chart / "templates" / "notes.yaml").write_text(CONFIG_MAP)

    def notes(self, settings="image.tag=v0.15.5"):
        return helm.render("--set", settings, chart=self.chart)["ConfigMap"]["data"]["text"]

    def test_a_pinned_server_with_a_kept_claim_has_no_warning(self):
        text = self.notes()
        self.assertNotIn("WARNING", text)
        self.assertIn("Kept on the claim stalwart", text)

    def test_ports_by_type(self):
        self.assertIn("get service stalwart -o jsonpath", self.notes())
        self.assertIn("loadBalancer", self.notes("service.type=LoadBalancer"))
        text = self.notes("service.type=ClusterIP")
        self.assertIn("port-forward service/stalwart 8080:8080", text)
        self.assertIn("8080 443 25 587 465 143 993 4190", text)

    def test_password_from_the_log_or_from_the_values(self):
        self.assertIn("logs deployment/stalwart | grep -i password", self.notes())
        text = self.notes("extraEnv[0].name=STALWART_ADMIN_PASSWORD,extraEnv[0].value=hidden-one")
        self.assertIn("the password of STALWART_ADMIN_PASSWORD", text)
        self.assertNotIn("hidden-one", text)

    def test_latest_moves_and_keeps_nothing(self):
        text = self.notes("image.tag=latest")
        self.assertIn("image.tag is latest", text)
        self.assertIn("NOTHING IS KEPT", text)

    def test_images_that_need_a_config_file(self):
        for tag in ("v0.16.0", "0.16.18", "v0.16", "0.20.1-alpine", "v1", "1.0.0", "latest-alpine"):
            self.assertIn("NOTHING IS KEPT", self.notes(f"image.tag={tag}"), tag)
        for tag in ("v0.15.5", "0.9.4", "v0.15", "3fa9c1", "edge"):
            self.assertNotIn("NOTHING IS KEPT", self.notes(f"image.tag={tag}"), tag)
        mounted = "image.tag=v0.16.1,extraVolumeMounts[0].name=c,extraVolumeMounts[0].mountPath=/etc/stalwart"
        self.assertNotIn("NOTHING IS KEPT", self.notes(mounted))

    def test_every_way_to_lose_mail_is_said(self):
        self.assertIn("persistence.enabled is false", self.notes("persistence.enabled=false"))
        self.assertIn("persistence.keep is false", self.notes("persistence.keep=false"))
        self.assertIn("existing claim mine", self.notes("persistence.existingClaim=mine"))
        self.assertIn("persistence.mountPath is /srv", self.notes("persistence.mountPath=/srv,image.tag=v0.15.5"))
