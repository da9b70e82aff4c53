"""The three servers as child processes: start, output, end. Whatever else process 1 inherits is reaped too."""
import os
import re
import signal
import sys
import threading
import time
from dataclasses import dataclass, field

from listeners import CHECK_ADDRESS

# Not this process's own environment: the administrator's password is in there.
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "TZ": os.environ.get("TZ", "UTC")}
_STDOUT_LOCK = threading.Lock()
_OWN_CHECK = re.compile(re.escape(CHECK_ADDRESS).encode() + rb"\b")


@dataclass
class Children:
    pids: dict[str, int] = field(default_factory=dict)

    def start(self, name: str, command: list[str]) -> int:
        """Starts a server with its output relayed. No group of its own: Postfix makes one, and refuses where it has one."""
        reader, writer = os.pipe()
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                   (os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_DUP2, writer, 2)]
        # This process waits for its signals with all of them blocked; a server must get its own.
        pid = os.posix_spawn(command[0], command, _ENVIRONMENT, file_actions=actions, setsigmask=(),
                             setsigdef=(signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD))
        os.close(writer)
        threading.Thread(target=_relay, args=(reader,), name=f"log-{name}", daemon=True).start()
        self.pids[name] = pid
        return pid

    def reload(self) -> None:
        """Asks each server to read its configuration and certificate anew, and does not wait for it."""
        self._signal(signal.SIGHUP)

    def reap(self) -> list[tuple[str, str]]:
        """Name and kind of end of each server that has ended; orphans are only buried."""
        ended = []
        while self._one_dead():
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            for name in [name for name, known in self.pids.items() if known == pid]:
                del self.pids[name]
                ended.append((name, _words(status)))
        return ended

    def stop(self, seconds: float) -> None:
        """Asks all servers to end, and kills those that have not when the time is over."""
        deadline = time.monotonic() + seconds
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)
        while self.pids and (left := deadline - time.monotonic()) > 0:
            signal.sigtimedwait({signal.SIGCHLD}, min(left, 0.2))
            self.reap()
        for name in self.pids:
            say(f"{name} did not end within {seconds:g} s: killed")
        self._signal(signal.SIGKILL)

    def _one_dead(self) -> bool:
        try:
            return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        for pid in list(self.pids.values()):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass


def say(text: str) -> None:
    _write(f"reference-server: {text}\n".encode())


def _relay(descriptor: int) -> None:
    """One writer for all logs keeps their lines whole; the lines about own health checks would drown the others."""
    with os.fdopen(descriptor, "rb") as source:
        for line in source:
            if not _OWN_CHECK.search(line):
                _write(line)


def _write(line: bytes) -> None:
    with _STDOUT_LOCK:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


def _words(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
