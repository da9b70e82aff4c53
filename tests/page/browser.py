"""A headless Chromium, spoken to over pipes in the words of its DevTools protocol."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "google-chrome", "chromium-browser", "chrome")


def program():
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise FileNotFoundError(f"none of {', '.join(NAMES)} is on PATH; run: kind-config/prerequisites page")
    return found


class Browser:
    """One page. `events` has what the browser told besides answers: (method, parameters)."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="page-test-")
        commands, self.write = os.pipe()
        self.read, answers = os.pipe()

        def descriptors():
            os.dup2(commands, 3)
            os.dup2(answers, 4)

        # Above the two numbers that the browser takes them at.
        commands, answers = (os.dup(os.dup(os.dup(fd))) for fd in (commands, answers))
        self.process = subprocess.Popen(
            [program(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile.name}", "about:blank"],
            pass_fds=(3, 4), preexec_fn=descriptors, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.number = 0
        self.buffer = b""
        self.events = []
        self.session = None
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Network", "Log":
            self.call(f"{domain}.enable")

    def close(self):
        self.process.terminate()
        self.process.wait()
        for fd in self.read, self.write:
            os.close(fd)
        # Its helpers may write for a moment longer than it lives.
        end = time.monotonic() + 10
        while True:
            try:
                return self.profile.cleanup()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def receive(self):
        while b"\0" not in self.buffer:
            part = os.read(self.read, 1 << 16)
            if not part:
                raise RuntimeError("the browser is gone")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(message)
        if "method" in message:
            self.events.append((message["method"], message["params"]))
        return message

    def open(self, path, fragment=""):
        """`events` then has those of this page."""
        # From elsewhere: another part of the same page is no new page.
        self.go_to("about:blank")
        self.events.clear()
        self.go_to(pathlib.Path(path).resolve().as_uri() + fragment)

    def go_to(self, url):
        before = len(self.events)
        self.call("Page.navigate", url=url)
        while not any(method == "Page.loadEventFired" for method, _ in self.events[before:]):
            self.receive()

    def evaluate(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"]["description"])
        return result["result"].get("value")
