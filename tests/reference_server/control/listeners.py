"""The eight listeners and how each of them greets."""
import socket
import ssl
from dataclasses import dataclass

# Checks come from an address of their own, so that their lines can be told apart in the servers' logs.
CHECK_ADDRESS = "127.0.0.9"
TIMEOUT = 2.0


@dataclass(frozen=True)
class Listener:
    name: str
    port: int
    tls: bool
    greeting: bytes
    request: bytes = b""
    farewell: bytes = b""


_PROBE = b"GET /healthz/live HTTP/1.0\r\nHost: localhost\r\n\r\n"

LISTENERS = (
    Listener("smtp", 25, False, b"220 ", farewell=b"QUIT\r\n"),
    Listener("submission", 587, False, b"220 ", farewell=b"QUIT\r\n"),
    Listener("smtps", 465, True, b"220 ", farewell=b"QUIT\r\n"),
    Listener("imap", 143, False, b"* OK ", farewell=b"a LOGOUT\r\n"),
    Listener("imaps", 993, True, b"* OK ", farewell=b"a LOGOUT\r\n"),
    Listener("sieve", 4190, False, b'"IMPLEMENTATION"', farewell=b"LOGOUT\r\n"),
    Listener("http", 8080, False, b"HTTP/1.1 200", request=_PROBE),
    Listener("https", 443, True, b"HTTP/1.1 200", request=_PROBE),
)

_context = ssl.create_default_context()
_context.check_hostname = False
_context.verify_mode = ssl.CERT_NONE


def failure(listener: Listener) -> str | None:
    """Why the listener does not greet with its own protocol, or None."""
    address = ("127.0.0.1", listener.port)
    try:
        with socket.create_connection(address, TIMEOUT, source_address=(CHECK_ADDRESS, 0)) as plain:
            if not listener.tls:
                return _talk(plain, listener)
            with _context.wrap_socket(plain) as secured:
                return _talk(secured, listener)
    except TimeoutError:
        return f"no greeting on port {listener.port} within {TIMEOUT:g} s"
    except OSError as error:
        return f"port {listener.port}: {error.strerror or error}"


def certificate(listener: Listener) -> bytes | None:
    """The certificate that a new connection is shown, in DER; None where there is no TLS now."""
    try:
        with socket.create_connection(("127.0.0.1", listener.port), TIMEOUT, source_address=(CHECK_ADDRESS, 0)) as plain:
            with _context.wrap_socket(plain) as secured:
                return secured.getpeercert(binary_form=True)
    except OSError:
        return None


def _talk(connection: socket.socket, listener: Listener) -> str | None:
    connection.sendall(listener.request)
    start = b""
    while len(start) < len(listener.greeting):
        part = connection.recv(512)
        if not part:
            return f"port {listener.port} closed the connection before its greeting"
        start += part
    if not start.startswith(listener.greeting):
        return f"port {listener.port} greeted with {start[:60]!r}"
    connection.sendall(listener.farewell)
    return None
