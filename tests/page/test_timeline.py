#!/usr/bin/env python3
"""The time lines of report.html in a real browser: lanes, marks, text, zoom and keyboard, with and without scripts."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from browser import Browser

PROGRAM = sys.argv.pop(1)
HOSTILE = "</i><script>window.harmed=1</script>\"'&"
CONTRAST = (pathlib.Path(__file__).resolve().parent / "contrast.js").read_text()
STEPS = [{"kind": "install", "seconds": 10, "where": "a.yaml:1:1", "note": "usable", "error": None, "reason": ""},
         {"kind": "fault.kill", "seconds": 5, "where": "a.yaml:3:5", "note": "seen", "error": None, "reason": "", "receipt": "exit 137"},
         {"kind": "mail.verify", "seconds": 5, "where": "a.yaml:4:5", "note": "", "error": "2 lost", "reason": "", "failure": {"message": "2 lost"}}]


def events():
    """Of a scenario from second 100 to 120: a pod that restarts, a port that was away for two seconds, mail meanwhile."""
    def event(event_name, t, **fields):
        return {"event": event_name, "t": t, "at": "2026-11-27T00:00:00.000Z", "scenario": "faults/kill", "round": 1, **fields}

    def pod(t, **fields):
        return event("pod", t, attempt=1, pod="stalwart-x", **{"phase": "Running", "ready": False, "restarts": 0, "deleting": False, "state": "running", **fields})

    def port(at, ended):
        return event("port", at + 1, attempt=1, port="smtp", ended=ended, samples=10, slowest=0.1, **{"from": at, "until": at + 0.9})

    found = [{"event": "run.begin", "schema": 1, "t": 90, "at": "2026-11-27T00:00:00.000Z", "run": "r"},
             event("scenario.begin", 100, lane=0, title="T", where="a.yaml:1:1"),
             event("wait", 102, attempt=1, what="the pod", reason="no pod", limit=130, **{"from": 101}),
             pod(103, phase="Pending", state="ContainerCreating"), pod(106, ready=True),
             event("wait.end", 106, attempt=1, what="the pod", **{"from": 101}),
             event("command", 104, attempt=1, argv=["helm", "install", "stalwart"], seconds=3, ok=True, ended="exited with 0", **{"from": 101}),
             event("step.end", 110, attempt=1, step=STEPS[0])]
    found += [port(110 + second, "closed" if second in (3, 4) else "good") for second in range(8)]
    found += [event("mail", 111 + second, attempt=1, traffic="e2e-x", protocol="smtp", acknowledged=5, refused=0, unknown=int(second == 3), unreachable=0,
                    **{"from": 110 + second}) for second in range(5)]
    return found + [event("fault", 112, attempt=1, kind="fault.kill", receipt=HOSTILE), pod(113, restarts=1), pod(114, ready=True, restarts=1),
                    event("probe", 113, attempt=1, pod="stalwart-x", probe="Readiness", message="Readiness probe failed: refused", count=1),
                    event("kube.event", 114, attempt=1, kind="Pod", name="stalwart-x", reason="Started", message=HOSTILE, warning=False, count=1),
                    event("kube.event", 114, attempt=1, kind="Pod", name="stalwart-x", reason="BackOff", message="back-off", warning=True, count=1),
                    event("outage", 115, attempt=1, meter="m", budget=1, seen=False, false_ready=20, pod_known=True, until=115, pod=[],
                          ports=[{"port": "smtp", "longest": 2, "outages": 1, "samples": 9, "away": [{"from": 111, "until": 113}]},
                                 {"port": "imap", "longest": 0, "outages": 0, "samples": 9, "away": []}]),
                    event("latency", 115, attempt=1, of="smtp greeting", classes=[{"upto": 0.001, "count": 40}, {"upto": 0.512, "count": 1}]),
                    event("cost", 115, attempt=1, process="worker", cpu=0.5, peak_mb=21),
                    event("step.end", 115, attempt=1, step=STEPS[1]), event("step.end", 120, attempt=1, step=STEPS[2]),
                    event("scenario.end", 120, verdict="FAIL", result={}), {"event": "run.end", "t": 121, "at": "2026-11-27T00:00:00.000Z", "verdict": "FAIL"}]


def scenario(name, verdict):
    return {"id": name, "title": "T", "verdict": verdict, "seconds": 20, "where": "a.yaml:1:1", "round": 1, "message": "", "error": None,
            "artifacts": "/artifacts", "steps": STEPS}


class Timeline(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="page-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        record = {"schema": 1, "run": "r", "scenarios": [scenario("faults/kill", "FAIL"), scenario("smoke/untold", "PASS")]}
        (cls.folder / "report.json").write_text(json.dumps(record))
        (cls.folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events()))
        subprocess.run([PROGRAM, "report", str(cls.folder)], check=True, stdout=subprocess.DEVNULL)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.browser.events.clear()
        self.browser.open(self.folder / "report.html")

    def lanes(self):
        """What each lane draws: name, then the marks' sorts with where they begin and end, in seconds."""
        drawn = self.browser.evaluate("[...document.querySelectorAll('.time .row')].map(row => [row.querySelector('.name').textContent, "
                                      "[...row.querySelectorAll('i')].map(i => [i.className, parseFloat(i.style.left), parseFloat(i.style.width)])])")
        return {name: [(sort, round(left / 5, 1), round((left + width) / 5, 1)) for sort, left, width in marks] for name, marks in drawn}

    def told(self):
        return self.browser.evaluate("document.querySelector('.time output').textContent")

    def test_a_lane_for_each_sort_of_thing_with_its_times(self):
        lanes = self.lanes()
        self.assertEqual(list(lanes), ["steps", "waits", "faults", "pod stalwart-x", "container restarts", "failed probes", "Kubernetes",
                                       "port smtp",
                                       "acknowledged smtp e2e-x", "programs"])
        self.assertEqual(lanes["steps"], [("good", 0, 10), ("good", 10, 15), ("bad", 15, 20)])
        self.assertEqual(lanes["waits"], [("wait", 2, 6)])
        self.assertEqual(lanes["faults"], [("fault", 12, 12)])
        self.assertEqual(lanes["pod stalwart-x"], [("wait", 3, 6), ("good", 6, 13), ("wait", 13, 14), ("good", 14, 20)])
        self.assertEqual(lanes["container restarts"], [("restart", 13, 13)])
        self.assertEqual(lanes["failed probes"], [("bad", 13, 13)])
        self.assertEqual(lanes["Kubernetes"], [("note", 14, 14), ("odd", 14, 14)])
        self.assertEqual(lanes["port smtp"], [("good", 10, 13), ("bad", 13, 15), ("good", 15, 17.9)])
        self.assertEqual([sort for sort, *_ in lanes["acknowledged smtp e2e-x"]], ["good", "good", "good", "odd", "good"])
        self.assertEqual(lanes["programs"], [("good", 1, 4)])

    def test_a_scenario_without_events_has_none(self):
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('.time').length"), 1)
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('#s1 .time').length"), 1)

    def test_what_was_measured_is_shown(self):
        text = self.browser.evaluate("document.querySelector('main').innerText")
        for words in ("Outages against their budgets", "over its budget: smtp 2.0 s", "How long answers took", "smtp greeting", "512 ms",
                      "Where the time went", "0.5 s of CPU time"):
            self.assertIn(words, text)
        heights = self.browser.evaluate("[...document.querySelectorAll('.hist i')].map((bar) => bar.getBoundingClientRect().height)")
        self.assertEqual(len(heights), 2)
        self.assertGreater(heights[0], heights[1])
        self.assertGreater(heights[1], 0)

    def test_foreign_text_is_text(self):
        self.assertIsNone(self.browser.evaluate("window.harmed ?? null"))
        self.assertIn(HOSTILE, self.browser.evaluate("document.querySelector('.time i.fault[title]').title"))

    def test_what_stands_out_is_there_without_scripts(self):
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            self.browser.open(self.folder / "report.html")
            text = self.browser.evaluate("document.querySelector('.time').innerText")
        finally:
            self.browser.call("Emulation.setScriptExecutionDisabled", value=False)
        for words in "fault.kill, receipt:", "restart 1", "13.0–15.0 s port smtp: closed", "mail.verify failed", "Readiness probe failed":
            self.assertIn(words, text)
        self.assertNotIn("Zoom", text)

    def press(self, key):
        for kind in "keyDown", "keyUp":
            self.browser.call("Input.dispatchKeyEvent", type=kind, key=key, **({"text": key} if len(key) == 1 and kind == "keyDown" else {}))

    def test_the_keyboard_goes_from_mark_to_mark_and_zooms(self):
        self.browser.evaluate("document.querySelector('.time .lanes').focus()")
        self.press("ArrowRight")
        self.assertIn("steps: 0.0–10.0 s: install: 10.0 s. usable", self.told())
        self.press("ArrowRight")
        self.press("ArrowRight")
        self.assertIn("mail.verify failed", self.told())
        self.press("ArrowLeft")
        self.assertIn("fault.kill", self.told())
        before = self.browser.evaluate("document.querySelector('.time .inner').offsetWidth")
        self.press("+")
        self.assertAlmostEqual(self.browser.evaluate("document.querySelector('.time .inner').offsetWidth") / before, 2, 1)
        self.press("-")
        self.press("-")
        self.assertEqual(self.browser.evaluate("document.querySelector('.time .inner').offsetWidth"), before)

    def test_the_pointer_tells_what_it_is_on(self):
        at = self.browser.evaluate("(() => { const i = document.querySelector('.time .row i.bad'); i.scrollIntoView({block: 'center'}); "
                                   "const r = i.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        self.browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=at[0], y=at[1])
        self.assertIn("mail.verify failed", self.told())

    def test_the_buttons_zoom(self):
        before = self.browser.evaluate("document.querySelector('.time .inner').offsetWidth")
        self.browser.evaluate("document.querySelector('[data-zoom=\"2\"]').click()")
        self.assertGreater(self.browser.evaluate("document.querySelector('.time .inner').offsetWidth"), before * 1.9)
        self.browser.evaluate("document.querySelector('[data-zoom=\"0.5\"]').click()")
        self.assertEqual(self.browser.evaluate("document.querySelector('.time .inner').offsetWidth"), before)

    def test_nothing_goes_wrong_and_it_fits(self):
        wrong = [p for m, p in self.browser.events if m in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]
        self.assertEqual(wrong, [])
        for scheme in "light", "dark":
            self.browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            for width in 380, 800, 1280:
                self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
                self.assertEqual(self.browser.evaluate(CONTRAST), [], (scheme, width))
                self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), width, (scheme, width))
        self.browser.call("Emulation.clearDeviceMetricsOverride")
        self.browser.call("Emulation.setEmulatedMedia", features=[])


if __name__ == "__main__":
    unittest.main()
