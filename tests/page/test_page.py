#!/usr/bin/env python3
"""report.html in a real browser: it opens from disk, asks nobody, can be searched and sorted, and shows foreign text as text."""
import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import screenshots
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
        scenario(f"odd/{HOSTILE}", "INCONCLUSIVE", 20.0, title="Übergröße"),
    ],
}
# No place in it where a line may be broken.
WORD = "w" * 300
# Each character takes three octets, so that every cut but one in three is within one.
CUT = ["x" * more + "€" * 4000 for more in range(3)]
AWKWARD = {
    **RECORD, "server": WORD, "server_image": WORD, "chart": WORD, "standin": WORD,
    "sabotage": {"mutants": [{"id": WORD, "breaks": WORD, "fate": "survived", "check": WORD, "seen": WORD}], "checks": [], "fates": {}},
    "scenarios": [
        scenario(f"a/{WORD}", "FAIL", 2, title=WORD, message=WORD, error=WORD, where=WORD, artifacts=WORD, cleanup_errors=[WORD],
                 steps=[step(WORD, 1, note=WORD, receipt=WORD, check={"id": WORD, "rfc": WORD, "says": WORD}), step("x", 1, error=WORD)]),
        *(scenario(f"cut/{number}", "FAIL", 1, error=text) for number, text in enumerate(CUT)),
        scenario("turned/\u202eeman", "FAIL", 1),
        scenario("sabotage/port-gone", "FAIL", 1), scenario("soak/seed-7-30m", "FAIL", 1), scenario("odd/a b$(c)'d", "FAIL", 1),
    ],
}


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="page-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.page = cls.page_of("usual", RECORD)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    @classmethod
    def page_of(cls, name, record):
        folder = cls.folder / name
        folder.mkdir()
        (folder / "report.json").write_text(json.dumps(record))
        subprocess.run([PROGRAM, "report", str(folder)], check=True, stdout=subprocess.DEVNULL)
        return folder / "report.html"

    def setUp(self):
        self.browser.open(self.page)

    def names(self):
        """Of the scenarios that one sees."""
        return self.browser.evaluate("[...document.querySelectorAll('#scenarios tbody tr')].filter(r => r.checkVisibility()).map(r => r.cells[1].textContent)")

    def set_width(self, width):
        self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        self.addCleanup(self.browser.call, "Emulation.clearDeviceMetricsOverride")

    def search(self, words):
        self.browser.evaluate(f"search.value = {json.dumps(words)}; search.dispatchEvent(new Event('input'))")

    def press(self, key):
        for kind in "keyDown", "keyUp":
            self.browser.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, text={"Enter": "\r"}.get(key, ""),
                              windowsVirtualKeyCode={"Tab": 9, "Enter": 13}[key])

    def assert_nothing_went_wrong(self):
        wrong = [p for m, p in self.browser.events if m in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]
        self.assertEqual(wrong, [])

    def test_nothing_is_asked_for_and_nothing_goes_wrong(self):
        asked = [p["request"]["url"] for m, p in self.browser.events if m == "Network.requestWillBeSent"]
        self.assertEqual(asked, [self.page.as_uri()])
        self.assert_nothing_went_wrong()

    def test_an_address_that_names_no_part_harms_nothing(self):
        for part in "%", "%E0%A4", "nothing", "tools":
            with self.subTest(part):
                self.browser.open(self.page, "#" + part)
                self.browser.evaluate("new Promise(requestAnimationFrame)")
                self.assert_nothing_went_wrong()
                self.assertFalse(self.browser.evaluate("document.getElementById('tools').hidden"))

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
        self.search("KILL lost")
        self.assertEqual(self.names(), ["faults/kill"])
        self.assertEqual(self.browser.evaluate("document.getElementById('shown').textContent"), "1 of 3 shown")
        self.assertEqual(self.browser.evaluate("[...document.querySelectorAll('details')].filter(d => !d.hidden).length"), 1)
        self.search("übergrößE")
        self.assertEqual(len(self.names()), 1)
        self.search("")
        self.browser.evaluate("verdict.value = 'PASS'; verdict.dispatchEvent(new Event('change'))")
        self.assertEqual(self.names(), ["smoke/ports"])

    def test_what_the_filter_hides_is_not_seen_at_any_width(self):
        for width in 380, 800:
            self.set_width(width)
            self.search("kill")
            self.assertEqual(self.names(), ["faults/kill"], width)
            parts = "[...document.querySelectorAll('details')].filter(d => d.checkVisibility()).map(d => d.id)"
            self.assertEqual(self.browser.evaluate(parts), ["s2"], width)

    def test_the_order_stays_when_the_filter_changes(self):
        self.browser.evaluate("[...document.querySelectorAll('#scenarios th button')].find(b => b.textContent == 'Time').click()")
        self.search("nothing has this")
        self.assertEqual(self.names(), [])
        self.search("")
        self.assertEqual([name.split("/")[0] for name in self.names()], ["smoke", "odd", "faults"])
        sorts = "[...document.querySelectorAll('#scenarios th')].map(h => h.getAttribute('aria-sort'))"
        self.assertEqual(self.browser.evaluate(sorts), [None, None, None, "ascending", None])

    def test_words_are_sorted_as_words(self):
        """A title that looks like a number is none."""
        names = ["10", "9", "0x1", "a", "1e1"]
        page = self.page_of("words", {**RECORD, "scenarios": [scenario(f"a/{n}", "PASS", 1, title=n) for n in names]})
        self.browser.open(page)
        self.browser.evaluate("[...document.querySelectorAll('#scenarios th button')].find(b => b.textContent == 'Title').click()")
        self.assertEqual(self.names(), [f"a/{n}" for n in ("0x1", "10", "1e1", "9", "a")])

    def test_one_can_sort_with_the_keyboard_at_any_width(self):
        for width in 380, 800:
            self.set_width(width)
            self.browser.open(self.page)
            self.browser.evaluate("verdict.focus()")
            for key in *["Tab"] * 4, "Enter":
                self.press(key)
            self.assertEqual(self.browser.evaluate("document.activeElement.textContent"), "Time", width)
            self.assertEqual([name.split("/")[0] for name in self.names()], ["smoke", "odd", "faults"], width)

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
            dead = self.browser.evaluate("[...document.querySelectorAll('button,input,select')].filter(e => e.checkVisibility()).length")
        for words in "2 lost", "make e2e ONLY=faults/kill", "port-gone":
            self.assertIn(words, text)
        self.assertEqual(dead, 0, "what does nothing is not shown")

    def test_contrast_and_width_in_light_and_dark(self):
        for scheme in "light", "dark":
            self.browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            for width in 380, 800, 1280:
                self.set_width(width)
                self.assertEqual(self.browser.evaluate(CONTRAST), [], (scheme, width))
                self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), width, (scheme, width))
                picture = self.browser.call("Page.captureScreenshot", format="png")["data"]
                self.assertGreater(len(base64.b64decode(picture)), 5000)

    def test_long_words_do_not_make_the_page_wider(self):
        page = self.page_of("awkward", AWKWARD)
        for width in 380, 800, 1280:
            self.set_width(width)
            self.browser.open(page)
            self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth"), width)

    def test_a_text_is_cut_between_characters(self):
        page = self.page_of("cut", AWKWARD)
        text = page.read_text()  # which fails within one
        self.assertNotIn("\ufffd", text)
        self.assertEqual(text.count("octets more)"), 3)

    def test_a_command_can_be_pasted(self):
        self.browser.open(self.page_of("commands", AWKWARD))
        commands = self.browser.evaluate("[...document.querySelectorAll('pre')].map(p => p.textContent).filter(t => t.startsWith('make '))")
        for command in "make prove M=port-gone", "make soak SEED=7 MINUTES=30", "make e2e ONLY='odd/a b$$(c)'\\''d'":
            self.assertIn(command, commands)

    def test_a_name_turns_nothing_but_itself_round(self):
        self.browser.open(self.page_of("turned", AWKWARD))
        left = self.browser.evaluate("""(() => {
          const part = [...document.querySelectorAll('summary')].find((s) => s.textContent.includes('turned/'));
          const text = part.querySelector('.quiet').firstChild;
          const left = (at) => { const range = document.createRange(); range.setStart(text, at); range.setEnd(text, at + 1); return range.getBoundingClientRect().left; };
          return left(0) < left(3);
        })()""")
        self.assertTrue(left)

    def test_pictures_are_taken_of_the_newest_of_each_sort(self):
        artifacts = self.folder / "artifacts"
        artifacts.mkdir()
        passed = {**RECORD, "scenarios": RECORD["scenarios"][:1]}
        for name, record in (("artifacts/261101-1", RECORD), ("artifacts/261102-1", passed), ("artifacts/261103-1", RECORD)):
            self.page_of(name, record)
        self.assertEqual({kind: run.name for kind, run in screenshots.newest(artifacts).items()}, {"passed": "261102-1", "failed": "261103-1"})
        done = subprocess.run([sys.executable, screenshots.__file__, artifacts], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        pictures = {file.name: file.read_bytes() for file in (artifacts / "screenshots").iterdir()}
        drawn = {f"report-{kind}.svg" for kind in ("passed", "failed")}
        self.assertEqual(set(pictures) - drawn, {f"{kind}-{width}.png" for kind in ("passed", "failed") for width in (380, 800, 1280)})
        for name in drawn:
            drawing = xml.etree.ElementTree.fromstring(pictures.pop(name))
            self.assertEqual(drawing.tag, "{http://www.w3.org/2000/svg}svg")
            self.assertIn("Scenarios", "".join(drawing.itertext()))
        for name, picture in pictures.items():
            width = int.from_bytes(picture[16:20], "big")  # PNG, IHDR
            self.assertEqual(f"{name.split('-')[0]}-{width}.png", name)


if __name__ == "__main__":
    unittest.main()
