"""Runs the scripts that the chart has in the pod, under sh, with stand-ins for the programs of the image."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import helm

FILES = helm.CHART / "files"
# Plays stalwart: prints a version, and as a server leaves its settings and its data in the folder that config.json names.
STALWART = """\
#!/bin/sh
if [ "$1" = --version ]; then echo "$VERSION"; exit "${VERSION_STATUS:-0}"; fi
[ -z "$SERVER_FAILS" ] || { echo "cannot open the store" >&2; exit 1; }
data=$(sed 's/.*"path":"\\([^"]*\\)".*/\\1/' "$2")
mkdir "$data" && touch "$data/CURRENT"
trap 'exit ${STOP_STATUS:-0}' TERM
env | grep '^STALWART_' | sort >"$SEEN/server"
while :; do sleep 0.05; done
"""


class ScriptCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="chart-test-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.volume, self.bin, self.seen = (self.root / name for name in ("volume", "bin", "seen"))
        for made in (self.volume, self.bin, self.seen):
            made.mkdir()
        self.program("stalwart", STALWART)

    def program(self, name, text):
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run_script(self, name, *args, **env):
        env = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}", "SEEN": str(self.seen), **env}
        return subprocess.run(["sh", FILES / name, *map(str, args)], env=env, capture_output=True, text=True, timeout=30)

    def tree(self):
        return {str(f.relative_to(self.volume)): (f.stat().st_mode, f.stat().st_mtime_ns, f.read_bytes() if f.is_file() else None)
                for f in [self.volume, *self.volume.rglob("*")]}

    def put(self, path, text=""):
        file = self.volume / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
