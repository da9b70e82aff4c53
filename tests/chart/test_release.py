"""What goes out: the package's content, versions that agree, and nothing that the last release's users could not upgrade to."""

import copy
import pathlib
import tarfile
import tempfile
import unittest

import helm
import immutable
import packages
import release


class UpgradeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.releases = [helm.RELEASES / version for version in packages.released(helm.RELEASES)]
        cls.last = helm.objects(chart=cls.releases[-1])

    def test_every_releases_objects_can_become_these(self):
        for chart in self.releases:
            before = helm.objects(chart=chart)
            for settings in ("image.tag=latest", "image.tag=v0.15.5"):
                now = helm.objects("-f", chart / "values.yaml", "--set", settings)
                self.assertEqual(list(immutable.changes(before, now)), [], f"{chart.name} {settings}")

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

    def test_no_value_of_a_release_is_gone(self):
        def gone(theirs, ours, path=""):
            for key, value in theirs.items():
                if key not in ours:
                    yield path + key
                elif isinstance(value, dict):
                    yield from gone(value, ours[key], f"{path}{key}.")

        for chart in self.releases:
            self.assertEqual(list(gone(helm.values(chart / "values.yaml"), helm.values())), [], chart.name)


class VersionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.about = helm.read_yaml((helm.CHART / "Chart.yaml").read_text())[0]

    def test_the_chart_can_be_the_release_that_its_version_says(self):
        self.assertEqual(list(release.problems()), [])

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
        self.assertEqual([n for n in self.names if n.startswith(("ci/", "releases/", "tests/")) or n.endswith(".gotmpl")], [])

    def test_everything_of_the_chart_is_in_it(self):
        wanted = {str(f.relative_to(helm.CHART)) for f in helm.CHART.rglob("*") if f.is_file()}
        wanted = {n for n in wanted if not n.startswith(("ci/", "releases/")) and not n.endswith(".gotmpl")}
        self.assertEqual(wanted - self.names, {".helmignore"} - self.names)
        self.assertLessEqual({"LICENSE", "README.md", "UPGRADING.md", "values.schema.json", "templates/tests/test-ports.yaml"}, self.names)

    def test_the_package_renders_as_the_folder_does(self):
        for args in helm.cases().values():
            self.assertEqual(helm.stable(helm.template(*args, chart=self.package)), helm.stable(helm.template(*args)))
