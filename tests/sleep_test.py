#!/usr/bin/env python3
"""Nothing in harness/ sleeps for a fixed time. base/clock.cpp alone sleeps, and those who ask it to stand here with their reason."""
import pathlib
import re
import sys
import tempfile

HOME = "base/clock.cpp"
MAY_ASK = {
    "base/wait.cpp": "the pause between two looks of a wait",
    "cluster/kube_watch.cpp": "the pause before a broken watch is made again",
    "steps/mail_load.cpp": "the pace of a load, and the time in which a late duplicate would come",
    "steps/http_steps.cpp": "the pace of a burst",
}
SLEEPS = re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep|sleep|poll\(nullptr|select\(0)\s*[(,]")
# What sleeps in the node or in a pod is no program of ours, but would be as fixed.
SHELL = re.compile(r"\bsleep [0-9$]")


def sleeps_in(root: pathlib.Path):
    files = sorted(p for p in root.rglob("*") if p.suffix in (".h", ".cpp"))
    if not files:
        yield f"{root}: no sources found"
    for path in files:
        relative = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = line.split("//")[0]
            if relative != HOME and (SLEEPS.search(code) or SHELL.search(code)):
                yield f"{relative}:{number}: a fixed sleep: {line.strip()}"
            if "SleepUntil(" in code and path.suffix == ".cpp" and relative != HOME and relative not in MAY_ASK:
                yield f"{relative}:{number}: only {', '.join(MAY_ASK)} may ask the clock to sleep; wait for a condition (base/wait.h)"


# What must be found, each by itself.
KINDS = ("std::this_thread::sleep_for(seconds(1));", "std::this_thread::sleep_until(then);", "usleep(10);", "nanosleep(&time, nullptr);",
         "sleep(1);", "poll(nullptr, 0, 100);", "select(0, nullptr, nullptr, nullptr, &time);", 'Run({"sh", "-c", "sleep 5"});',
         "clock.SleepUntil(clock.Now() + kWhile);")


def unseen():
    """Kinds of sleeps that this test is blind to."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "a.cpp"
        for kind in KINDS:
            source.write_text(f"void F() {{ {kind} }}\n")
            if not list(sleeps_in(pathlib.Path(folder))):
                yield f"sleep_test.py does not see {kind}"


def main() -> int:
    found = [*unseen(), *sleeps_in(pathlib.Path(sys.argv[1]))]
    print("\n".join(found) or "nothing sleeps for a fixed time")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
