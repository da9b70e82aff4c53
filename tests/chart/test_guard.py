"""layout-guard.sh: which image may open which volume, and that a refusal changes nothing."""

import os
import shutil
import subprocess

from scripts import FILES, ScriptCase


class GuardTest(ScriptCase):
    def guard(self, layout, version, acknowledged="false", **env):
        return self.run_script("layout-guard.sh", layout, self.volume, self.volume / "data", acknowledged, VERSION=version, **env)

    def assert_refused(self, done, *words):
        self.assertEqual(done.returncode, 1, done.stdout)
        for text in ("REFUSED", "nothing on the volume was changed", *words):
            self.assertIn(text, done.stderr)

    def refuses(self, *words, layout="v0.16", version="0.16.18", **more):
        before = self.tree()
        self.assert_refused(self.guard(layout, version, **more), *words)
        self.assertEqual(self.tree(), before)

    def marker(self):
        return (self.volume / ".stalwart-layout").read_text().strip()

    def test_an_empty_volume_gets_the_layouts_mark(self):
        for layout, version in (("v0.15", "0.15.5"), ("v0.16", "0.16.18")):
            shutil.rmtree(self.volume)
            self.volume.mkdir()
            done = self.guard(layout, version)
            self.assertEqual((done.returncode, self.marker()), (0, layout), done.stderr)

    def test_versions_of_each_layout(self):
        for version, layout in (("0.9.4", "v0.15"), ("0.12.0", "v0.15"), ("0.15", "v0.15"), ("stalwart 0.15.5", "v0.15"),
                                ("0.16.0", "v0.16"), ("0.20.1", "v0.16"), ("1.0.0", "v0.16"), ("Stalwart v1.2.3-rc1", "v0.16")):
            other = {"v0.15": "v0.16", "v0.16": "v0.15"}[layout]
            self.assert_refused(self.guard(other, version), f"rendered for layout {other}", f"layout={layout}")
            self.assertEqual(list(self.volume.iterdir()), [], version)
            self.assertEqual(self.guard(layout, version).returncode, 0, version)
            (self.volume / ".stalwart-layout").unlink()

    def test_data_of_0_15_is_not_for_0_16(self):
        self.put("etc/config.toml", "x")
        self.put("data/CURRENT")
        self.refuses("holds data of Stalwart's layout v0.15", "UPGRADING.md", "migration.acknowledge=true")

    def test_the_mark_counts_more_than_what_is_there(self):
        self.put(".stalwart-layout", "v0.15\n")
        self.refuses("layout v0.15, the server is of layout v0.16")
        self.put(".stalwart-layout", "v0.16\n")
        self.refuses("layout v0.16, the server is of layout v0.15", layout="v0.15", version="0.15.5")

    def test_data_without_a_mark_belongs_to_nobody(self):
        self.put("data/CURRENT")
        self.refuses("neither a marker of this chart nor etc/config.toml")
        self.refuses("neither a marker of this chart nor etc/config.toml", layout="v0.15", version="0.15.5")

    def test_0_15_goes_on_with_its_own_data(self):
        self.put("etc/config.toml", "x")
        self.put("data/CURRENT")
        self.assertEqual(self.guard("v0.15", "0.15.5").returncode, 0)
        self.assertEqual(self.marker(), "v0.15")

    def test_a_migration_that_is_acknowledged_passes_and_is_marked(self):
        self.put("etc/config.toml", "x")
        self.put("data/CURRENT")
        self.assertEqual(self.guard("v0.16", "0.16.18", acknowledged="true").returncode, 0)
        self.assertEqual(self.marker(), "v0.16")
        self.assertEqual(self.guard("v0.16", "0.16.18").returncode, 0)

    def test_an_image_of_the_wrong_layout_is_no_migration(self):
        self.refuses("Set layout=v0.15", version="0.15.5", acknowledged="true")

    def test_an_image_without_the_program(self):
        (self.bin / "stalwart").unlink()
        self.refuses("no program stalwart")

    def test_a_program_that_may_not_be_executed(self):
        self.refuses("stalwart --version failed: operation not permitted", "NET_BIND_SERVICE",
                     version="operation not permitted", VERSION_STATUS="126")

    def test_no_version_is_no_layout(self):
        self.refuses("of an unknown version", version="nightly")

    def test_what_cannot_be_looked_into_is_not_taken_for_empty(self):
        self.put("data/CURRENT")
        (self.volume / "data").chmod(0)
        self.addCleanup((self.volume / "data").chmod, 0o755)
        for folder in (self.root, self.volume, self.bin):
            folder.chmod(0o755)
        # Root looks into everything, so the guard has to be somebody else.
        somebody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        done = subprocess.run([*somebody, "sh", "-s", "v0.16", self.volume, self.volume / "data", "false"],
                              input=(FILES / "layout-guard.sh").read_text(), capture_output=True, text=True, timeout=30,
                              env={"PATH": f"{self.bin}:/usr/bin:/bin", "VERSION": "0.16.18"})
        self.assert_refused(done, "can't look into")
        self.assertFalse((self.volume / ".stalwart-layout").exists())
