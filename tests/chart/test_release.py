"""What goes out: the package's content, versions that agree, and nothing that the last release's users could not upgrade to."""

import copy
import pathlib
import re
import tarfile
import tempfile
import unittest

import helm
import immutable

# The last released chart: the documentation's.
LAST, LAST_VALUES = helm.SEED_CHART, ("-f", str(helm.SEED_VALUES))


class UpgradeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.last = helm.objects(*LAST_VALUES, chart=LAST)

    def test_the_last_releases_objects_can_become_these(self):
        for settings in ("image.tag=latest", "image.tag=v0.15.5"):
            now = helm.objects(*LAST_VALUES, "--set", settings)
            self.assertEqual(list(immutable.changes(self.last, now)), [], settings)

    def test_each_impossible_change_is_found(self):
        def broken(kind, change):
            after = copy.deepcopy(self.last)
            change(next(o for o in after if o["kind"] == kind))
            return "\n".join(immutable.changes(self.last, after))

        self.assertIn("is gone", broken("Service", lambda o: o["metadata"].update(name="x")))
        self.assertIn("spec.selector", broken("Deployment", lambda o: o["spec"]["selector"]["matchLabels"].update(a="b")))
        self.assertIn("spec.accessModes", broken("PersistentVolumeClaim", lambda o: o["spec"].update(accessModes=["ReadWriteMany"])))
        self.assertIn("spec.storageClassName", broken("PersistentVolumeClaim", lambda o: o["spec"].pop("storageClassName")))
        self.assertIn("shrinks from 10Gi to 9Gi", broken("PersistentVolumeClaim", lambda o: o["spec"].update(
            resources={"requests": {"storage": "9Gi"}})))
        self.assertIn("spec.clusterIP", broken("Service", lambda o: o["spec"].update(clusterIP="None")))

    def test_no_value_of_the_last_release_is_gone(self):
        def gone(theirs, ours, path=""):
            for key, value in theirs.items():
                if key not in ours:
                    yield path + key
                elif isinstance(value, dict):
                    yield from gone(value, ours[key], f"{path}{key}.")

        self.assertEqual(list(gone(helm.values(helm.SEED_VALUES), helm.values())), [])


class VersionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.about = helm.read_yaml((helm.CHART / "Chart.yaml").read_text())[0]

    def test_the_version_is_above_the_last_releases(self):
        last = helm.read_yaml((LAST / "Chart.yaml").read_text())[0]["version"]
        number = lambda version: tuple(map(int, version.split(".")))
        self.assertGreater(number(self.about["version"]), number(last))

    def test_the_changelog_has_the_version_first(self):
        text = (helm.REPOSITORY / "CHANGELOG.md").read_text()
        self.assertEqual(re.findall(r"^## Chart (\S+)$", text, re.MULTILINE)[0], self.about["version"])

    def test_artifact_hub_gets_changes_links_and_images(self):
        notes = {key.split("/")[1]: value for key, value in self.about["annotations"].items()}
        listed = helm.read_yaml(*(f"list:\n{notes[name]}" for name in ("changes", "links", "images")))
        changes, links, images = (part["list"] for part in listed)
        for change in changes:
            self.assertIn(change["kind"], ("added", "changed", "deprecated", "removed", "fixed", "security"))
            self.assertTrue(change["description"])
        self.assertTrue(changes and links and notes["category"] and notes["license"])
        self.assertEqual(images[0]["image"], helm.container(helm.render())["image"])

    def test_the_app_version_is_the_default_tag(self):
        self.assertEqual(self.about["appVersion"], helm.values()["image"]["tag"])


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="chart-test-")
        cls.addClassCleanup(folder.cleanup)
        helm.run("package", helm.CHART, "--destination", folder.name)
        cls.package = next(pathlib.Path(folder.name).glob("*.tgz"))
        with tarfile.open(cls.package) as archive:
            cls.names = {name.removeprefix("stalwart/") for name in archive.getnames()}

    def test_nothing_of_the_tests_is_in_it(self):
        self.assertEqual([n for n in self.names if n.startswith(("ci/", "tests/")) or n.endswith(".gotmpl")], [])

    def test_everything_of_the_chart_is_in_it(self):
        wanted = {str(f.relative_to(helm.CHART)) for f in helm.CHART.rglob("*") if f.is_file()}
        wanted = {n for n in wanted if not n.startswith("ci/") and not n.endswith(".gotmpl")}
        self.assertEqual(wanted - self.names, {".helmignore"} - self.names)
        self.assertLessEqual({"LICENSE", "README.md", "UPGRADING.md", "values.schema.json", "templates/tests/test-ports.yaml"}, self.names)

    def test_the_package_renders_as_the_folder_does(self):
        for args in helm.cases().values():
            self.assertEqual(helm.stable(helm.template(*args, chart=self.package)), helm.stable(helm.template(*args)))
