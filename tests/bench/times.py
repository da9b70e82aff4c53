#!/usr/bin/env python3
"""times.py ARTIFACTS README: writes where the time of the newest run went into the README, between its two marks.

The table is that of the run's summary.md, which `stalwart-e2e report` makes again at any time."""
import json
import os
import pathlib
import re
import sys

BEGIN, END = "<!-- made by `make times` -->", "<!-- until here -->"


def table_of(run):
    found = re.search(r"^## Where the time went\n\n(.*?)(?=\n## |\Z)", (run / "summary.md").read_text(), re.MULTILINE | re.DOTALL)
    if not found:
        sys.exit(f"times: {run / 'summary.md'} does not tell where the time went")
    return found[1].strip()


def main():
    artifacts, readme = map(pathlib.Path, sys.argv[1:])
    run = (artifacts / "latest").resolve()
    record = json.loads((run / "report.json").read_text())
    verdicts = [scenario["verdict"] for scenario in record["scenarios"]]
    how = (f"A run of {len(verdicts)} scenarios, {verdicts.count('PASS')} passed; {record['server']}, Kubernetes {record['kubernetes']}, "
           f"{os.cpu_count()} processors, {record['started'][:10]}:")
    text = readme.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"times: {readme} has no {BEGIN} … {END}")
    readme.write_text(f"{before}{BEGIN}\n{how}\n\n{table_of(run)}\n{END}{after}")
    print(f"{readme}: the times of {run.name}")


if __name__ == "__main__":
    main()
