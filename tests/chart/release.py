#!/usr/bin/env python3
"""Usage: release.py             makes the chart the release that its version says, and packages all releases
       release.py --packages  packages what is released, into chart/releases/*.tgz
       release.py --released  the same, and fails unless the chart as it stands is one of them; with TAG, the one of that tag
       release.py --before    prints the version of the release before the chart as it stands

Exit code 1: refused, with every reason.
"""

import os
import pathlib
import re
import sys
import tarfile
import tempfile

import helm
import packages

SIZES = ("fix", "feature", "breaking")


def leaves(values, path=""):
    """Every value by its path. An empty map is a value too."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{path}{key}.")
        else:
            yield path + key, value


def size_of_change(before, after):
    """How much a change of default values is to users, and why: one of SIZES, and the values' paths."""
    old, new = dict(leaves(before)), dict(leaves(after))
    changed = [path for path in old if path not in new or old[path] != new[path]]
    if changed:
        return "breaking", changed
    added = [path for path in new if path not in old]
    return ("feature", added) if added else ("fix", [])


def lowest(last, size):
    """The lowest version that may follow after a change of that size. Below 1.0.0 the second number is the one that breaks."""
    major, minor, patch = packages.number(last)
    if size == "breaking" and major > 0:
        return f"{major + 1}.0.0"
    if size == "breaking" or (size == "feature" and major > 0):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def version_problems(version, last, before, after):
    """What the size of the change has against the version."""
    size, why = size_of_change(before, after)
    least = lowest(last, size)
    if packages.number(version) < packages.number(least):
        shown = f" ({', '.join(why[:5])}{', …' if len(why) > 5 else ''})" if why else ""
        yield f"Chart.yaml: version {version}: the change since {last} is of the size {size}{shown}; it has to be {least} or above"


def changelog_problems(version, text, size):
    """What the changelog lacks for the version."""
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    charts = [s for s in sections if s.startswith("Chart ")]
    if not charts or charts[0].split("\n")[0] != f"Chart {version}":
        yield f"CHANGELOG.md: the first section of a chart is not \"## Chart {version}\""
    elif not re.search(r"^- \S", charts[0], re.MULTILINE):
        yield f"CHANGELOG.md: \"## Chart {version}\" says nothing"
    elif size == "breaking" and not re.search(r"^### (Changed|Removed)$", charts[0], re.MULTILINE):
        yield f"CHANGELOG.md: \"## Chart {version}\": values changed or went, but there is neither \"### Changed\" nor \"### Removed\""


def candidate_files(chart):
    """What a package of the chart holds: helm decides what belongs to it, the folder has the octets. Which files were left out is of no
    use in there."""
    with tempfile.TemporaryDirectory(prefix="chart-test-") as folder:
        helm.run("package", chart, "--destination", folder)
        with tarfile.open(next(pathlib.Path(folder).glob("*.tgz"))) as archive:
            names = [name.partition("/")[2] for name in archive.getnames()]
    return {name: (chart / name).read_bytes() for name in names if name != ".helmignore"}


def below(version, known):
    """The releases before a version, the oldest first."""
    return [v for v in known if packages.number(v) < packages.number(version)]


def problems(chart=helm.CHART, releases=helm.RELEASES, changelog=helm.REPOSITORY / "CHANGELOG.md"):
    """Why the chart as it stands cannot be a release of its version; nothing where it can be, or is it already."""
    version = packages.about(chart, "version")
    packages.number(version)
    known = packages.released(releases)
    if version in known:
        if candidate_files(chart) != packages.files_of(releases / version):
            yield f"Chart.yaml: version {version} is released, and the chart is another one by now: give it a new version"
        return
    before = below(version, known)
    size = "fix"
    if known and not before:
        yield f"Chart.yaml: version {version} is below every release"
    if before:
        values = helm.values(releases / before[-1] / "values.yaml"), helm.values(chart / "values.yaml")
        size = size_of_change(*values)[0]
        yield from version_problems(version, before[-1], *values)
    yield from changelog_problems(version, changelog.read_text(), size)


def release(chart, releases):
    """Keeps the chart among the releases, where it is not yet."""
    version = packages.about(chart, "version")
    if version in packages.released(releases):
        return f"{version} is released already"
    packages.keep(releases, version, packages.about(chart, "name"), candidate_files(chart))
    return f"{version} is kept in {releases / version}; commit it with {packages.SUMS}, and tag that chart-{version}"


def unreleased(version, known, tag):
    """Why the chart of that version is not what is being released."""
    if version not in known:
        yield f"chart {version} is not among the releases: run make release, and commit what it adds"
    if tag and tag != f"chart-{version}":
        yield f"the tag is {tag}, the chart's version asks for chart-{version}"


def print_before():
    before = below(packages.about(helm.CHART, "version"), packages.released(helm.RELEASES))
    if not before:
        raise packages.ReleaseError("there is no release before this chart")
    print(before[-1])


def main(*args):
    if args == ("--before",):
        print_before()
        return
    found = []
    if args in ((), ("--released",)):
        found = list(problems())
    if args == ("--released",):
        found += unreleased(packages.about(helm.CHART, "version"), packages.released(helm.RELEASES), os.environ.get("TAG", ""))
    if found:
        raise packages.ReleaseError("\n".join(found))
    if not args:
        print(release(helm.CHART, helm.RELEASES))
    for name, data in packages.packages(helm.RELEASES).items():
        (helm.RELEASES / name).write_bytes(data)
        print(helm.RELEASES / name)


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--packages"], ["--released"], ["--before"]):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (packages.ReleaseError, helm.HelmError) as refusal:
        sys.exit(str(refusal))
