#!/usr/bin/env python3
"""Where a qualification takes released charts from: a repository and a registry that the real helm asks, packages, folders."""
import functools
import http.server
import os
import pathlib
import sys
import threading
import unittest

from fake_registry import FakeRegistry
from golden_world import HERE
from qualify_world import QualifyWorld

sys.path.insert(0, str(HERE.parent / "chart"))
import helm  # noqa: E402
import packages  # noqa: E402

# Only what needs no cluster goes to the real helm.
WRAPPER = """#!/bin/sh
case $1 in
  pull) exec "%s" "$@" ;;
  *) exec "%s" "$@" ;;
esac
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class ReleasedSources(QualifyWorld):
    def setUp(self):
        super().setUp()
        real = os.environ.get("E2E_HELM", "")
        if not os.access(real, os.X_OK):
            self.fail("E2E_HELM names no program; run: make test")
        (self.root / "fake").mkdir()
        (self.root / "fake/helm").symlink_to(HERE / "fake_tool")
        (self.root / "bin/helm").unlink()
        self.write("bin/helm", WRAPPER % (real, self.root / "fake/helm"))
        (self.root / "bin/helm").chmod(0o755)
        self.before["call"] = "template stalwart *"
        self.write("chart/Chart.yaml", "apiVersion: v2\nname: stalwart\nversion: 9.0.0\n")
        self.packages = packages.packages(helm.RELEASES)
        for name, data in self.packages.items():
            (self.root / name).write_bytes(data)

    def serve(self):
        """The releases as a chart repository; gives its address."""
        entries = "".join(f"  - {{apiVersion: v2, name: stalwart, version: {name[len('stalwart-'):-len('.tgz')]}, urls: [{name}]}}\n"
                          for name in self.packages)
        self.write("index.yaml", "apiVersion: v1\nentries:\n  stalwart:\n" + entries)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(self.root)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}"

    def from_versions(self, *sources, **variables):
        code, _ = self.qualify("--from", ",".join(sources), **variables)
        self.assertEqual(code, 0, self.said)
        return [chart["version"] for chart in self.record()["from"]]

    def test_a_repository_gives_its_last_version_or_the_one_asked_for(self):
        repository = self.serve()
        versions = sorted((name[len("stalwart-"):-len(".tgz")] for name in self.packages), key=packages.number)
        self.assertEqual(self.from_versions(f"{repository}#stalwart"), versions[-1:])
        self.assertEqual(self.from_versions(f"{repository}#stalwart:{versions[0]}"), versions[:1])

    def test_a_registry_does_too(self):
        registry = FakeRegistry(self.world / "server.pem", self.world / "server.key")
        self.addCleanup(registry.close)
        versions = []
        for name, data in self.packages.items():
            versions.append(name[len("stalwart-"):-len(".tgz")])
            registry.push(versions[-1], data)
        versions.sort(key=packages.number)
        chart = f"oci://127.0.0.1:{registry.port}/charts/stalwart"
        trusted = str(self.world / "ca.pem")
        self.assertEqual(self.from_versions(chart, SSL_CERT_FILE=trusted), versions[-1:])
        self.assertEqual(self.from_versions(f"{chart}:{versions[0]}", SSL_CERT_FILE=trusted), versions[:1])

    def test_a_package_and_a_folder_come_in_the_order_of_their_versions(self):
        folder = pathlib.Path(helm.RELEASES) / "0.1.0"
        self.assertEqual(self.from_versions("stalwart-0.3.0.tgz", str(folder)), ["0.1.0", "0.3.0"])
        self.assertTrue(any("stalwart-0-3-0" in word for word in self.called("helm", "install")[0]["args"]), "the lane starts from the last one")

    def test_what_a_repository_does_not_have_is_told_in_helms_words(self):
        code, _ = self.qualify("--from", f"{self.serve()}#dovecot")
        self.assertEqual(code, 3, self.said)
        self.assertIn("dovecot", self.said)
        self.assertEqual(self.called("kind", "create"), [])


if __name__ == "__main__":
    unittest.main()
