"""Released charts: packages that come out the same everywhere, and a release that is refused where its version does not fit."""

import gzip
import io
import pathlib
import shutil
import tarfile
import tempfile
import unittest
from unittest import mock

import helm
import packages
import release

CHANGELOG = "# Changelog\n\n## Unreleased\n- x\n\n## Chart 1.1.0\n\n### Added\n- y\n\n## Chart 1.0.0\n- z\n"


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="chart-test-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.releases = self.root / "releases"
        self.releases.mkdir()

    def chart(self, version, values="a: 1\n", folder="chart"):
        """A chart, with a file that its package must not hold."""
        chart = self.root / folder
        shutil.rmtree(chart, ignore_errors=True)
        (chart / "ci").mkdir(parents=True)
        (chart / "ci" / "x-values.yaml").write_text("a: 2\n")
        (chart / ".helmignore").write_text("/ci/\n")
        # Helm's own packages lose the comment.
        (chart / "Chart.yaml").write_text(f"# why\napiVersion: v2\nname: post\nversion: {version}\n")
        (chart / "values.yaml").write_text(values)
        return chart


class PackagesTest(Folder):
    def test_the_kept_releases_are_what_their_sums_say(self):
        self.assertIn("stalwart-0.1.0.tgz", packages.packages(helm.RELEASES))

    def test_helm_renders_the_package_as_it_renders_the_folder(self):
        for name, data in packages.packages(helm.RELEASES).items():
            file = self.root / name
            file.write_bytes(data)
            folder = helm.RELEASES / name.removeprefix("stalwart-").removesuffix(".tgz")
            self.assertEqual(helm.stable(helm.template(chart=file)), helm.stable(helm.template(chart=folder)))

    def test_a_package_is_these_octets(self):
        """The sum stands here so that another Python or zlib that would make another package is seen."""
        made = packages.package("post", {"b": b"2" * 70000, "a/c": b""})
        self.assertEqual(packages.hashlib.sha256(made).hexdigest(), "fdfd495ddf8e3c54a8ad523e929cc0755e00a91d416471af56b29735ce49d892")
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(made))) as archive:
            self.assertEqual([(e.name, e.size, e.mode, e.mtime) for e in archive], [("post/a/c", 0, 0o644, 0), ("post/b", 70000, 0o644, 0)])

    def test_gzip_reads_what_was_stored(self):
        for size in (0, 1, 65534, 65535, 65536, 131070):
            self.assertEqual(gzip.decompress(packages.gzip_stored(b"x" * size)), b"x" * size, size)

    def test_releases_come_in_the_order_of_their_numbers(self):
        for version in ("0.10.0", "0.9.1", "0.9.10"):
            packages.keep(self.releases, version, "post", {"Chart.yaml": f"name: post\nversion: {version}\n".encode()})
        self.assertEqual(packages.released(self.releases), ["0.9.1", "0.9.10", "0.10.0"])
        self.assertEqual(set(packages.packages(self.releases)), {"post-0.9.1.tgz", "post-0.9.10.tgz", "post-0.10.0.tgz"})

    def test_a_release_that_was_changed_is_refused(self):
        packages.keep(self.releases, "1.0.0", "post", {"Chart.yaml": b"name: post\nversion: 1.0.0\n", "a": b"1"})
        (self.releases / "1.0.0" / "a").write_text("2")
        with self.assertRaisesRegex(packages.ReleaseError, r"post-1\.0\.0\.tgz: its sum is not"):
            packages.packages(self.releases)
        shutil.rmtree(self.releases / "1.0.0")
        with self.assertRaisesRegex(packages.ReleaseError, r"names what is not there: post-1\.0\.0\.tgz"):
            packages.packages(self.releases)

    def test_a_folder_with_another_version_is_refused(self):
        packages.keep(self.releases, "1.0.0", "post", {"Chart.yaml": b"name: post\nversion: 1.0.1\n"})
        with self.assertRaisesRegex(packages.ReleaseError, r"its Chart\.yaml says 1\.0\.1"):
            packages.packages(self.releases)


class SizeTest(unittest.TestCase):
    def test_what_a_change_of_values_is_to_users(self):
        old = {"a": {"b": 1, "c": {}}, "d": [1], "e": None}
        for new, size, paths in (
            (old, "fix", []),
            (old | {"f": {"g": 1}}, "feature", ["f.g"]),
            (old | {"a": {"b": 1}}, "breaking", ["a.c"]),
            (old | {"a": {"b": 2, "c": {}}}, "breaking", ["a.b"]),
            (old | {"a": {"b": 1, "c": {"x": 1}}}, "breaking", ["a.c"]),
            (old | {"d": []}, "breaking", ["d"]),
            (old | {"e": ""}, "breaking", ["e"]),
            (old | {"e": {"x": 1}, "f": 1}, "breaking", ["e"]),
        ):
            self.assertEqual(release.size_of_change(old, new), (size, paths), new)

    def test_the_lowest_version_that_may_follow(self):
        for last, fix, feature, breaking in (("1.2.3", "1.2.4", "1.3.0", "2.0.0"), ("0.2.3", "0.2.4", "0.2.4", "0.3.0")):
            self.assertEqual([release.lowest(last, size) for size in release.SIZES], [fix, feature, breaking])


class RefusalTest(Folder):
    def problems(self, version, values="a: 1\n", changelog=CHANGELOG):
        (self.root / "CHANGELOG.md").write_text(changelog)
        return "\n".join(release.problems(self.chart(version, values), self.releases, self.root / "CHANGELOG.md"))

    def keep(self, version, values="a: 1\n"):
        release.release(self.chart(version, values, "old"), self.releases)

    def test_the_first_release_needs_a_changelog_only(self):
        self.assertEqual(self.problems("1.1.0"), "")
        self.assertIn('not "## Chart 1.0.0"', self.problems("1.0.0"))
        self.assertIn("says nothing", self.problems("1.1.0", changelog="## Chart 1.1.0\n\n## Chart 1.0.0\n- z\n"))

    def test_the_version_follows_the_size_of_the_change(self):
        self.keep("1.0.5")
        self.assertEqual(self.problems("1.1.0", "a: 1\nb: 2\n"), "")
        self.assertIn("of the size breaking (a); it has to be 2.0.0 or above", self.problems("1.1.0", "a: 2\n"))
        self.assertIn("of the size feature (b); it has to be 1.1.0 or above",
                      self.problems("1.0.6", "a: 1\nb: 2\n", CHANGELOG.replace("1.1.0", "1.0.6")))
        self.assertEqual(self.problems("1.0.6", changelog=CHANGELOG.replace("1.1.0", "1.0.6")), "")

    def test_a_breaking_change_is_told_in_the_changelog(self):
        self.keep("1.0.5")
        told = CHANGELOG.replace("1.1.0", "2.0.0")
        self.assertIn('neither "### Changed" nor "### Removed"', self.problems("2.0.0", "a: 2\n", told))
        self.assertEqual(self.problems("2.0.0", "a: 2\n", told.replace("### Added", "### Changed")), "")

    def test_it_is_the_release_before_that_counts(self):
        self.keep("1.0.5")
        self.keep("2.0.0", "a: 2\n")
        self.assertEqual(self.problems("1.1.0"), "")
        self.assertIn("is below every release", self.problems("1.0.1"))

    def test_the_release_before_is_neither_the_same_nor_a_later_one(self):
        self.assertEqual(release.below("0.10.0", ["0.2.0", "0.9.1", "0.10.0", "0.10.1"]), ["0.2.0", "0.9.1"])

    def test_a_released_version_is_never_another_chart(self):
        self.keep("1.1.0")
        self.assertEqual(self.problems("1.1.0", changelog=""), "")
        self.assertIn("is released, and the chart is another one", self.problems("1.1.0", "a: 1 # changed\n"))

    def test_only_three_numbers_are_a_release(self):
        for version in ("1.0.0-rc.1", "1.0", "01.0.0", "v1.0.0"):
            with self.assertRaisesRegex(packages.ReleaseError, "three numbers"):
                self.problems(version)


class ReleaseTest(Folder):
    def test_what_is_kept_is_what_the_package_holds_as_the_folder_has_it(self):
        self.assertIn("is kept", release.release(self.chart("1.0.0"), self.releases))
        self.assertEqual(set(packages.files_of(self.releases / "1.0.0")), {"Chart.yaml", "values.yaml"})
        self.assertIn("# why", (self.releases / "1.0.0" / "Chart.yaml").read_text())
        first = packages.packages(self.releases)
        self.assertIn("already", release.release(self.chart("1.0.0"), self.releases))
        self.assertEqual(packages.packages(self.releases), first)

    def test_a_tag_is_of_the_charts_own_kept_version(self):
        said = lambda *args: "\n".join(release.unreleased(*args))
        self.assertEqual(said("1.0.0", ["1.0.0"], ""), "")
        self.assertEqual(said("1.0.0", ["1.0.0"], "chart-1.0.0"), "")
        self.assertIn("run make release", said("1.0.0", [], ""))
        self.assertIn("asks for chart-1.0.0", said("1.0.0", ["1.0.0"], "chart-1.0.1"))

    def test_a_refusal_leaves_no_release_behind(self):
        with mock.patch.object(release, "problems", return_value=["no"]), mock.patch.object(release, "release") as kept:
            with self.assertRaisesRegex(packages.ReleaseError, "no"):
                release.main()
        kept.assert_not_called()
