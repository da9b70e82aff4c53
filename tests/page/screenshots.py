#!/usr/bin/env python3
"""Usage: screenshots.py ARTIFACTS
Pictures of the reports of the newest run that passed and the newest that did not, into ARTIFACTS/screenshots, at three widths."""
import base64
import json
import pathlib
import sys

from browser import Browser

WIDTHS = (380, 800, 1280)


def newest(artifacts):
    """{"passed": folder, "failed": folder}, as far as there are any."""
    found = {}
    for record in sorted(artifacts.glob("[0-9]*/report.json")):
        run = json.loads(record.read_text())
        verdicts = {scenario["verdict"] for scenario in run["scenarios"]}
        if verdicts and (record.parent / "report.html").exists():
            found["passed" if verdicts == {"PASS"} and not run.get("problems") else "failed"] = record.parent
    return found


def take(browser, page, width, file):
    size = {"width": width, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.call("Emulation.setDeviceMetricsOverride", height=900, **size)
    browser.open(page)
    # The whole page, but no picture that nobody scrolls through.
    height = min(browser.evaluate("document.documentElement.scrollHeight"), 4000)
    browser.call("Emulation.setDeviceMetricsOverride", height=height, **size)
    file.write_bytes(base64.b64decode(browser.call("Page.captureScreenshot", format="png")["data"]))


def main(artifacts):
    runs = newest(artifacts)
    if not runs:
        sys.exit(f"no run below {artifacts} has a report; run: make e2e")
    folder = artifacts / "screenshots"
    folder.mkdir(exist_ok=True)
    browser = Browser()
    try:
        for kind, run in runs.items():
            for width in WIDTHS:
                take(browser, run / "report.html", width, folder / f"{kind}-{width}.png")
                print(folder / f"{kind}-{width}.png")
    finally:
        browser.close()
    for kind in {"passed", "failed"} - set(runs):
        print(f"no run below {artifacts} {kind}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
