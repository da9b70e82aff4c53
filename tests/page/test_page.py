#!/usr/bin/env python3
"""report.html in a real browser: it opens from disk, asks nobody, can be searched and sorted, and shows foreign text as text."""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from browser import Browser

PROGRAM = sys.argv.pop(1)
HOSTILE = "</script></pre><script>window.harmed=1</script><img src=x onerror=window.harmed=1>\"'&\x07"
CONTRAST = (pathlib.Path(__file__).resolve().parent / "contrast.js").read_text()


def step(kind, seconds, **more):
    return {"kind": kind, "seconds": seconds, "where": "scenarios/a/b.yaml:3:5", "note": "seen", "error": None, "reason": "", **more}


def scenario(name, verdict, seconds, **more):
    return {"id": name, "title": f"Title of {name}", "verdict": verdict, "seconds": seconds, "where": "scenarios/a/b.yaml:1:1", "round": 1,
            "message": "", "error": None, "artifacts": f"/artifacts/{name}", "steps": [step("install", 2.0), step("check", seconds)], **more}


RECORD = {
    "schema": 1, "run": "261127-000000-1", "server": f"a server {HOSTILE}", "server_image": "image:1", "standin": "", "standin_image": "",
    "kubernetes": "v1.37.2", "chart": "stalwart 0.3.0", "started": "2026-11-27T00:00:00Z",
    "sabotage": {"mutants": [{"id": "port-gone", "breaks": HOSTILE, "fate": "killed", "check": "a/b: c", "seen": "x"}], "checks": [], "fates": {}},
    "scenarios": [
        scenario("smoke/ports", "PASS", 9.5),
        scenario("faults/kill", "FAIL", 100.25, message=f"2 lost {HOSTILE}", error="2 lost\n  while mail.verify " + HOSTILE + "y" * 9000,
                 steps=[step("fault.kill", 1, receipt=f"restarted {HOSTILE}"), step("mail.verify", 4, error=HOSTILE)]),
        scenario(f"odd/{HOSTILE}", "INCONCLUSIVE", 20.0),
    ],
}


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="page-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "report.json").write_text(json.dumps(RECORD))
        subprocess.run([PROGRAM, "report", str(cls.folder)], check=True, stdout=subprocess.DEVNULL)
        cls.page = cls.folder / "report.html"
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.browser.events.clear()
        self.browser.open(self.page)

    def names(self):
        return self.browser.evaluate("[...document.querySelectorAll('#scenarios tbody tr')].filter(r => !r.hidden).map(r => r.cells[1].textContent)")

    def test_nothing_is_asked_for_and_nothing_goes_wrong(self):
        asked = [p["request"]["url"] for m, p in self.browser.events if m == "Network.requestWillBeSent"]
        self.assertEqual(asked, [self.page.as_uri()])
        wrong = [p for m, p in self.browser.events if m in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]
        self.assertEqual(wrong, [])

    def test_foreign_text_is_text(self):
        self.assertIsNone(self.browser.evaluate("window.harmed ?? null"))
        self.assertEqual(self.browser.evaluate("[document.scripts.length, document.images.length]"), [1, 0])
        self.assertIn("<img src=x onerror=window.harmed=1>", self.browser.evaluate("document.body.innerText"))

    def test_the_verdict_and_what_was_under_test_come_first(self):
        head = self.browser.evaluate("document.querySelector('header').innerText")
        self.assertIn("FAIL", head.splitlines()[0])
        for fact in "image:1", "stalwart 0.3.0", "v1.37.2":
            self.assertIn(fact, head)

    def test_search_and_filter(self):
        self.assertEqual(len(self.names()), 3)
        self.browser.evaluate("search.value = 'KILL lost'; search.dispatchEvent(new Event('input'))")
        self.assertEqual(self.names(), ["faults/kill"])
        self.assertEqual(self.browser.evaluate("document.getElementById('shown').textContent"), "1 of 3 shown")
        self.assertEqual(self.browser.evaluate("[...document.querySelectorAll('details')].filter(d => !d.hidden).length"), 1)
        self.browser.evaluate("search.value = ''; search.dispatchEvent(new Event('input')); verdict.value = 'PASS'; verdict.dispatchEvent(new Event('change'))")
        self.assertEqual(self.names(), ["smoke/ports"])

    def test_sorting_by_time_is_by_number(self):
        click = "[...document.querySelectorAll('#scenarios th button')].find(b => b.textContent == 'Time').click()"
        self.browser.evaluate(click)
        self.assertEqual([name.split("/")[0] for name in self.names()], ["smoke", "odd", "faults"])
        self.browser.evaluate(click)
        self.assertEqual([name.split("/")[0] for name in self.names()], ["faults", "odd", "smoke"])

    def test_failures_are_open_and_a_link_opens_the_rest(self):
        self.assertEqual(self.browser.evaluate("[...document.querySelectorAll('details')].map(d => d.open)"), [False, True, True])
        self.browser.evaluate("document.querySelector('a[href=\"#s1\"]').click()")
        self.browser.evaluate("new Promise(requestAnimationFrame)")
        self.assertTrue(self.browser.evaluate("document.getElementById('s1').open"))

    def test_the_keyboard_reaches_everything_that_can_be_pressed(self):
        self.assertEqual(self.browser.evaluate("[...document.querySelectorAll('button,a,input,select,summary')].filter(e => e.tabIndex < 0).length"), 0)

    def test_without_scripts_it_says_the_same(self):
        self.browser.call("Emulation.setScriptExecutionDisabled", value=True)
        try:
            self.browser.open(self.page)
            text = self.browser.evaluate("document.body.innerText")
        finally:
            self.browser.call("Emulation.setScriptExecutionDisabled", value=False)
        for words in "2 lost", "make e2e ONLY=faults/kill", "port-gone":
            self.assertIn(words, text)

    def test_contrast_and_width_in_light_and_dark(self):
        for scheme in "light", "dark":
            self.browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            for width in 380, 800, 1280:
                self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
                self.assertEqual(self.browser.evaluate(CONTRAST), [], (scheme, width))
                self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), width, (scheme, width))
                picture = self.browser.call("Page.captureScreenshot", format="png")["data"]
                self.assertGreater(len(base64.b64decode(picture)), 5000)


if __name__ == "__main__":
    unittest.main()
