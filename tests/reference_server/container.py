"""The reference server in a container of the engine in use, as the tests see it: through mapped ports on 127.0.0.1."""
import base64
import http.client
import imaplib
import json
import os
import random
import smtplib
import socket
import ssl
import subprocess
import time
import uuid

PORTS = {"smtp": 25, "submission": 587, "smtps": 465, "imap": 143, "imaps": 993, "sieve": 4190, "http": 8080, "https": 443}
ADMIN_PASSWORD = "an-admin-password"
DOMAIN = "example.org"
SENDER, RECEIVER = f"sender@{DOMAIN}", f"receiver@{DOMAIN}"
PASSWORD = "a-user-password"

TLS = ssl.create_default_context()
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE


def docker(*arguments: str, check: bool = True) -> str:
    done = subprocess.run([os.environ.get("E2E_DOCKER", "docker"), *arguments], capture_output=True, text=True, timeout=60, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"docker {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def poll(what: str, condition, seconds: float = 20.0):
    """The condition's first true value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(0.05)


class Server:
    """A container with a volume; start() after kill() is the next life on the same volume."""

    def __init__(self, image: str):
        self.name = f"reference-server-test-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        ports = [option for port in PORTS.values() for option in ("-p", f"127.0.0.1::{port}")]
        docker("create", "--name", self.name, "-v", f"{self.name}:/opt/stalwart", *ports,
               "-e", f"STALWART_ADMIN_PASSWORD={ADMIN_PASSWORD}", image)
        self.ports: dict[str, int] = {}

    def start(self) -> None:
        docker("start", self.name)
        mapped = json.loads(docker("inspect", "-f", "{{json .NetworkSettings.Ports}}", self.name))
        self.ports = {name: int(mapped[f"{port}/tcp"][0]["HostPort"]) for name, port in PORTS.items()}
        poll("ready", lambda: self.health("ready")[0] == 200)

    def kill(self) -> None:
        docker("kill", self.name)

    def remove(self) -> None:
        docker("rm", "-fv", self.name, check=False)
        docker("volume", "rm", self.name, check=False)

    def inside(self, command: str) -> str:
        return docker("exec", self.name, "sh", "-c", command)

    def logs(self) -> str:
        return subprocess.run(["docker", "logs", self.name], capture_output=True, text=True, check=True).stdout

    def health(self, which: str) -> tuple[int, dict]:
        try:
            return self.request("GET", f"/healthz/{which}", password=None)
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}

    def request(self, method: str, path: str, body=None, password: str | None = ADMIN_PASSWORD) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["http"], timeout=10)
        try:
            return self._exchange(connection, method, path, body, password)
        finally:
            connection.close()

    @staticmethod
    def _exchange(connection, method, path, body, password) -> tuple[int, dict]:
        headers = {"Content-Type": "application/json"}
        if password is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(f"admin:{password}".encode()).decode()
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        with connection.getresponse() as response:
            return response.status, json.load(response)

    def provision(self) -> None:
        for principal in ({"type": "domain", "name": DOMAIN}, account(SENDER), account(RECEIVER)):
            answer = self.request("POST", "/api/principal", principal)[1]
            if "data" not in answer:
                raise AssertionError(f"POST /api/principal {principal['name']}: {answer}")

    def socket(self, name: str, tls: bool = False) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.ports[name]), timeout=10)
        return TLS.wrap_socket(plain) if tls else plain

    def submission(self, user: str | None = SENDER) -> smtplib.SMTP:
        client = smtplib.SMTP("127.0.0.1", self.ports["submission"], timeout=20)
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.starttls(context=TLS)
        if user:
            client.login(user, PASSWORD)
        return client

    def imap(self, user: str = RECEIVER) -> imaplib.IMAP4_SSL:
        client = imaplib.IMAP4_SSL("127.0.0.1", self.ports["imaps"], ssl_context=TLS, timeout=20)
        client.login(user, PASSWORD)
        return client


def account(address: str, **more) -> dict:
    return {"type": "individual", "name": address, "secrets": [PASSWORD], "emails": [address], "roles": ["user"], **more}


def message(number: int, size: int = 1024) -> tuple[str, bytes]:
    """Message-ID and text."""
    identity = f"<{number}.{time.time_ns()}@{DOMAIN}>"
    line = bytes(random.choices(b"abcdefghijklmnopqrstuvwxyz .", k=70)) + b"\r\n"
    head = f"From: <{SENDER}>\r\nTo: <{RECEIVER}>\r\nSubject: {number}\r\nMessage-ID: {identity}\r\n\r\n".encode()
    return identity, head + b"..leading dot\r\n" + line * max(1, size // len(line))


def mailbox(client: imaplib.IMAP4) -> dict[int, str]:
    """UID and Message-ID of each message in INBOX."""
    client.select("INBOX", readonly=True)
    _, rows = client.uid("FETCH", "1:*", "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    found = {}
    for row in rows:
        if isinstance(row, tuple):
            uid = int(row[0].split(b"UID ")[1].split()[0])
            found[uid] = row[1].decode().split(":", 1)[1].strip()
    return found
