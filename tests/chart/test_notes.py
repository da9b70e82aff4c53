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

    def notes(self, settings="image.tag=v0.16.18"):
        args = ("--set", "image.tag=v0.16.18", "--set", settings)
        return next(o for o in helm.objects(*args, chart=self.chart) if o["metadata"]["name"] == "notes")["data"]["text"]

    def test_a_pinned_server_with_a_kept_claim_has_no_warning(self):
        text = self.notes()
        self.assertNotIn("WARNING", text)
        self.assertIn("Kept on the claim stalwart", text)
        self.assertIn("layout v0.16", text)

    def test_the_way_back_is_told_after_an_upgrade_only(self):
        self.assertNotIn("rollback", self.notes())
        args = ("--set", "image.tag=v0.16.18", "--is-upgrade")
        text = next(o for o in helm.objects(*args, chart=self.chart) if o["metadata"]["name"] == "notes")["data"]["text"]
        self.assertIn("helm -n mail rollback stalwart", text)

    def test_ports_by_type(self):
        self.assertIn("get service stalwart -o jsonpath", self.notes())
        self.assertIn("loadBalancer", self.notes("service.type=LoadBalancer"))
        text = self.notes("service.type=ClusterIP")
        self.assertIn("port-forward service/stalwart 8080:8080", text)
        self.assertIn("8080 443 25 587 465 143 993 4190", text)
        text = self.notes("mailService.enabled=true")
        self.assertIn("get service stalwart-mail -o jsonpath", text)

    def test_where_the_password_is(self):
        self.assertIn("get secret stalwart-admin -o jsonpath='{.data.admin-password}'", self.notes())
        text = self.notes("admin.password=hidden-one-2")
        self.assertNotIn("hidden-one-2", text)
        self.assertIn("get secret mine -o", self.notes("admin.existingSecret=mine"))
        self.assertIn("recovery admin", self.notes())
        self.assertNotIn("recovery admin", self.notes("admin.recovery=false"))
        self.assertIn("admin.enabled is false", self.notes("admin.enabled=false"))
        self.assertIn("first start on an empty volume takes it over", self.notes("image.tag=v0.15.5"))

    def test_latest_moves(self):
        self.assertIn("image.tag is latest", self.notes("image.tag=latest"))

    def test_closed_ports_are_said(self):
        self.assertIn("neither 587 nor 143", self.notes("provisioning.enabled=false"))
        text = self.notes("config.source=image")
        self.assertIn("neither 587 nor 143", text)
        self.assertIn("KEEPS NOTHING", text)
        self.assertIn("mail is neither taken nor delivered", self.notes("recoveryMode.enabled=true"))

    def test_every_way_to_lose_mail_is_said(self):
        self.assertIn("persistence.enabled is false", self.notes("persistence.enabled=false"))
        self.assertIn("persistence.keep is false", self.notes("persistence.keep=false"))
        self.assertIn("existing claim mine", self.notes("persistence.existingClaim=mine"))

    def test_hints(self):
        self.assertIn("externalTrafficPolicy=Local", self.notes())
        self.assertNotIn("externalTrafficPolicy", self.notes("service.externalTrafficPolicy=Local"))
        self.assertIn("self-signed", self.notes())
        self.assertIn("mounted at /etc/stalwart-tls; tell the server", self.notes("image.tag=v0.15.5,tls.existingSecret=a"))
        self.assertIn("turn on metrics", self.notes("image.tag=v0.15.5,metrics.enabled=true"))
        self.assertIn("this is the older layout", self.notes("image.tag=v0.15.5"))
        self.assertIn("say nothing about an existing claim", self.notes("persistence.existingClaim=a,persistence.size=1Gi"))
