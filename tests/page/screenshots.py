#!/usr/bin/env python3
"""Usage: screenshots.py ARTIFACTS
Pictures of the reports of the newest run that passed and the newest that did not, into ARTIFACTS/screenshots, at three widths, and for
the README of the parts that tell most, as drawings (report-passed.svg, report-failed.svg)."""
import base64
import json
import pathlib
import sys

from browser import Browser

WIDTHS = (380, 800, 1280)
DRAWN = 1000
HERE = pathlib.Path(__file__).resolve().parent


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


def shown(run):
    """The scenario that is drawn: one that did not pass, or the one of outages, which has most to show."""
    scenarios = json.loads((run / "report.json").read_text())["scenarios"]
    return next((one["id"] for one in scenarios if one["verdict"] != "PASS"), "faults/outage")


def draw(browser, page, file, scenario):
    browser.call("Emulation.setDeviceMetricsOverride", width=DRAWN, height=900, deviceScaleFactor=1, mobile=False)
    browser.open(page)
    part = browser.evaluate(f"({(HERE / 'picture.js').read_text()})({json.dumps(scenario)})")
    style = part["style"].replace("&", "&amp;").replace("<", "&lt;")
    size = f'width="{DRAWN}" height="{part["height"]}"'
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>'
                    f'<foreignObject {size}>{part["body"]}</foreignObject></svg>\n')


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
            draw(browser, run / "report.html", folder / f"report-{kind}.svg", shown(run))
            print(folder / f"report-{kind}.svg")
    finally:
        browser.close()
    for kind in {"passed", "failed"} - set(runs):
        print(f"no run below {artifacts} {kind}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
