#!/usr/bin/env python3
"""Includes of harness/ go downwards only, and each third-party library is seen in one place."""
import pathlib
import re
import sys

# What each layer may include besides itself.
BELOW = {
    "base": set(),
    "process": {"base"},
    "net": {"base"},
    "scenario": {"base"},
    "cluster": {"base", "process", "net"},
    "steps": {"base", "process", "net", "scenario", "cluster"},
    "run": {"base", "process", "net", "scenario", "cluster", "steps"},
    "gtest": {"base", "process", "net", "scenario", "cluster", "steps", "run"},
}

# Where a library's headers may be included: path prefixes below harness/.
HOMES = {
    r"boost/": ("process/system_runner.cpp",),
    r"curl/": ("net/curl.h",),
    r"yaml-cpp/": ("base/yaml.cpp",),
    r"spdlog/": ("run/scenario_log.cpp",),
    r"CLI/": ("gtest/options.cpp",),
    r"gtest/gtest|gmock/": ("gtest/",),
    r"openssl/": ("base/text.cpp",),
}


def problems_in(root: pathlib.Path):
    files = sorted(p for p in root.rglob("*") if p.suffix in (".h", ".cpp"))
    if not files:
        yield f"{root}: no sources found"
    for path in files:
        relative = path.relative_to(root).as_posix()
        layer = relative.split("/")[0]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', line)
            if not match:
                continue
            ours, theirs = match.groups()
            if ours:
                target = ours.split("/")[0]
                if target not in BELOW:
                    yield f"{relative}:{number}: \"{ours}\" is not named from the root of harness/"
                elif target != layer and target not in BELOW[layer]:
                    yield f"{relative}:{number}: {layer}/ must not include {target}/ ({ours})"
            else:
                for library, homes in HOMES.items():
                    if re.match(library, theirs) and not relative.startswith(homes):
                        yield f"{relative}:{number}: <{theirs}> belongs in {' or '.join(homes)} only"


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    found = list(problems_in(root))
    print("\n".join(found) or "includes go downwards only")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
