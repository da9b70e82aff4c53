#!/usr/bin/env python3
"""join.py ARTIFACTS: what the benches left there (bench-*.json), as bench.json and, for readers, bench.md."""
import json
import pathlib
import sys


def table_of(bench, taken):
    yield f"## {bench}\n\n{taken['how']}; {taken['processors']} processors, load {taken['load']:.1f}.\n"
    yield "| what | unit | min | median | max | goal |\n|---|---|---:|---:|---:|---|"
    for row in taken["rows"]:
        yield f"| {row['name'].strip()} | {row['unit']} | {row['min']:g} | {row['median']:g} | {row['max']:g} | {row['goal']} |"
    yield ""


def main():
    folder = pathlib.Path(sys.argv[1])
    taken = {file.stem: json.loads(file.read_text()) for file in sorted(folder.glob("bench-*.json"))}
    if not taken:
        sys.exit(f"join: no bench has left its values in {folder}; run: make bench")
    (folder / "bench.json").write_text(json.dumps(taken, indent=1) + "\n")
    lines = ["# Benches", ""] + [line for bench, one in taken.items() for line in table_of(bench, one)]
    (folder / "bench.md").write_text("\n".join(lines))
    missed = [f"{bench}: {row['name'].strip()} {row['median']:g} {row['unit']} ({row['goal']})"
              for bench, one in taken.items() for row in one["rows"] if row["goal"].startswith("goal missed")]
    print("\n".join([f"{folder / 'bench.md'}", f"{len(missed)} goals missed", *missed]))


if __name__ == "__main__":
    main()
