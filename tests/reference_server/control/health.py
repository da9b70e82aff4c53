"""Looks after the listeners in the background, so that a readiness probe is answered at once and with the truth."""
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable

from listeners import LISTENERS, TIMEOUT, failure

INTERVAL_READY = 2.0
INTERVAL_NOT_READY = 0.1
# A result older than one whole round that ran into its time limits says nothing.
STALE = INTERVAL_READY + 2 * TIMEOUT + 1


class Monitor:
    def __init__(self, check: Callable = failure, clock: Callable[[], float] = time.monotonic):
        self._check = check
        self._clock = clock
        self._failing = {listener.name: "not checked yet" for listener in LISTENERS}
        self._checked_at = clock()
        self._servers: dict[str, int] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="health", daemon=True).start()

    def watch_server(self, name: str, pid: int) -> None:
        """A server whose main process is frozen still greets for a while: its children hold the listeners."""
        self._servers = {**self._servers, name: pid}

    def stop(self) -> None:
        self._stopping.set()

    def failing(self) -> dict[str, str]:
        """Listener (or server) and reason of each that fails; empty means ready."""
        if self._stopping.is_set():
            return {"server": "is stopping"}
        age = self._clock() - self._checked_at
        if age > STALE:
            return {"server": f"the last check of the listeners ended {age:.0f} s ago"}
        frozen = {name: f"process {pid} is stopped" for name, pid in self._servers.items() if _state(pid) == "T"}
        return {**self._failing, **frozen}

    def check_once(self, run=map) -> None:
        reasons = run(self._check, LISTENERS)
        self._failing = {listener.name: reason for listener, reason in zip(LISTENERS, reasons) if reason}
        self._checked_at = self._clock()

    def _run(self) -> None:
        with ThreadPoolExecutor(len(LISTENERS)) as pool:
            while not self._stopping.is_set():
                self.check_once(pool.map)
                self._stopping.wait(INTERVAL_NOT_READY if self._failing else INTERVAL_READY)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
