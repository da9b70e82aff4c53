"""The certificate is read anew: done when who comes new is shown it. A signal alone only asks the servers for it."""
import re
import ssl
import time
from pathlib import Path
from typing import Callable

from accounts import Refused
from listeners import LISTENERS, certificate

SECONDS = 10.0
# An old process may still take the next connection where a new one has already taken the last.
IN_A_ROW = 3
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def reload(ask: Callable[[], None], file: Path, seconds: float = SECONDS, shown: Callable = certificate) -> None:
    """Asks the servers, by `ask`, to read `file` anew, and returns when each listener with TLS shows what is in it.

    Raises Refused with the listeners that do not within that time.
    """
    found = _CERTIFICATE.search(file.read_text())
    if not found:
        raise Refused("other", details=f"{file.name} holds no certificate")
    wanted = ssl.PEM_cert_to_DER_cert(found[0])
    ask()
    deadline = time.monotonic() + seconds
    waiting = [listener for listener in LISTENERS if listener.tls]
    while waiting and time.monotonic() < deadline:
        waiting = [listener for listener in waiting if any(shown(listener) != wanted for _ in range(IN_A_ROW))]
        time.sleep(0.02 if waiting else 0)
    if waiting:
        names = ", ".join(listener.name for listener in waiting)
        raise Refused("other", details=f"not shown {seconds:g} s after the reload by {names}")
