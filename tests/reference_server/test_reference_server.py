"""The whole server in a container, by hand: python3 tests/reference_server/test_reference_server.py --image TAG

Needs an engine (DOCKER_HOST); without --image every test is skipped.
"""
import argparse
import base64
import imaplib
import os
import random
import smtplib
import ssl
import sys
import threading
import time
import unittest

from container import ADMIN_PASSWORD, DOMAIN, PASSWORD, RECEIVER, SENDER, TLS, Server, account, docker, mailbox, message, poll

IMAGE = os.environ.get("REFERENCE_SERVER_IMAGE")


class InContainer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not IMAGE:
            raise unittest.SkipTest("needs --image TAG")
        cls.server = Server(IMAGE)
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.server.provision()


class Protocols(InContainer):
    def test_all_eight_listeners_greet(self):
        greetings = {"smtp": b"220 ", "submission": b"220 ", "smtps": b"220 ", "imap": b"* OK ", "imaps": b"* OK ",
                     "sieve": b'"IMPLEMENTATION"'}
        for name, start in greetings.items():
            with self.subTest(name), self.server.socket(name, name in ("smtps", "imaps")) as connection:
                self.assertTrue(connection.recv(200).startswith(start))
        for which in ("live", "ready"):
            self.assertEqual((200, {"type": "about:blank", "title": "OK", "status": 200, "detail": "OK"}), self.server.health(which))
        self.assertEqual(404, self.server.request("GET", "/elsewhere")[0])
        with self.server.socket("https", True) as secured:
            secured.sendall(b"GET /healthz/ready HTTP/1.0\r\n\r\n")
            self.assertTrue(secured.recv(100).startswith(b"HTTP/1.1 200 "))

    def test_submission_wants_tls_and_login(self):
        with smtplib.SMTP("127.0.0.1", self.server.ports["submission"], timeout=10) as client:
            client.ehlo("test.example")
            self.assertTrue(client.has_extn("starttls"))
            self.assertFalse(client.has_extn("auth"))
            self.assertGreaterEqual(client.docmd("AUTH PLAIN AGEAYQ==")[0], 500)
            self.assertEqual(530, client.mail(SENDER)[0])
        # The third error of a session ends it.
        with smtplib.SMTP("127.0.0.1", self.server.ports["submission"], timeout=10) as client:
            client.starttls(context=TLS)
            client.ehlo("test.example")
            self.assertEqual({"PLAIN", "LOGIN"}, set(client.esmtp_features["auth"].split()))
            self.assertEqual(503, client.mail(SENDER)[0])
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                client.login(SENDER, "wrong")
        with self.server.submission() as client:
            self.assertEqual(553, client.mail(RECEIVER)[0], "a sender that is not the login")

    def test_port_25(self):
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"], timeout=10) as client:
            client.ehlo("test.example")
            self.assertTrue(client.has_extn("starttls"))
            self.assertFalse(client.has_extn("auth"))
            self.assertEqual("104857600", client.esmtp_features["size"])
            self.assertEqual(503, client.docmd("AUTH PLAIN AGEAYQ==")[0])
            client.mail("stranger@example.net")
            code, text = client.rcpt("somebody@example.net")
            self.assertEqual((550, True), (code, b"Relay not allowed." in text))
            self.assertEqual(550, client.rcpt(f"nobody@{DOMAIN}")[0])
            self.assertEqual(250, client.rcpt(RECEIVER)[0])
            client.rset()
            self.assertEqual(552, client.mail("stranger@example.net", ["SIZE=104857601"])[0])
            client.starttls(context=TLS)
            self.assertEqual(250, client.ehlo("test.example")[0])
            self.assertFalse(client.has_extn("auth"))

    def test_imap_wants_tls(self):
        with imaplib.IMAP4("127.0.0.1", self.server.ports["imap"], timeout=10) as client:
            self.assertIn("LOGINDISABLED", client.capabilities)
            with self.assertRaises(imaplib.IMAP4.error):
                client.login(RECEIVER, PASSWORD)
            client.starttls(TLS)
            client.login(RECEIVER, PASSWORD)
            capabilities = set(client.capability()[1][0].decode().upper().split())
            self.assertLessEqual({"IMAP4REV1", "LITERAL+", "IDLE", "UIDPLUS", "MOVE", "SPECIAL-USE"}, capabilities)
            names = b" ".join(client.list()[1])
            for folder in (b"Junk Mail", b"Sent Items", b"Deleted Items", b"Drafts"):
                self.assertIn(folder, names)

    def test_sieve_wants_tls_and_keeps_scripts(self):
        with self.server.socket("sieve") as plain:
            self.assertIn(b'"SASL" ""', _sieve_answer(plain))
            secret = base64.b64encode(f"\0{RECEIVER}\0{PASSWORD}".encode()).decode()
            plain.sendall(f'AUTHENTICATE "PLAIN" "{secret}"\r\n'.encode())
            self.assertTrue(_sieve_answer(plain).startswith(b"NO"))
            plain.sendall(b"STARTTLS\r\n")
            _sieve_answer(plain)
            with TLS.wrap_socket(plain) as secured:
                self.assertIn(b'"SASL" "PLAIN', _sieve_answer(secured))
                for command in (f'AUTHENTICATE "PLAIN" "{secret}"', 'PUTSCRIPT "main" "keep;"', 'SETACTIVE "main"', 'SETACTIVE ""'):
                    secured.sendall(command.encode() + b"\r\n")
                    self.assertTrue(_sieve_answer(secured).startswith(b"OK"), command)

    def test_message_arrives_byte_for_byte(self):
        identity, text = message(1, 64 * 1024)
        text += b"long " * 400 + b"\r\n\xc3\xa4 8-bit\r\n"
        with self.server.submission() as client:
            client.mail(SENDER)
            client.rcpt(RECEIVER)
            code, reply = client.data(text)
        self.assertEqual((250, True), (code, b"queued as" in reply))
        client = self.server.imap()
        uid = poll("message", lambda: next((u for u, i in mailbox(client).items() if i == identity), None))
        received = client.uid("FETCH", str(uid), "(BODY.PEEK[])")[1][0][1]
        self.assertTrue(received.endswith(text), "only trace headers are added, at the top")

    def test_same_message_id_is_delivered_once(self):
        identity, text = message(2)
        marker, after = message(3)
        for content in (text, text, after):
            with self.server.submission() as client:
                client.sendmail(SENDER, [RECEIVER], content)
        client = self.server.imap()
        poll("marker", lambda: marker in mailbox(client).values())
        self.assertEqual(1, list(mailbox(client).values()).count(identity))


class Layout(InContainer):
    def test_is_known_for_stalwart_0_15(self):
        self.assertEqual("0.15.5", docker("run", "--rm", "--entrypoint", "stalwart", IMAGE, "--version"))
        self.assertIn("reference server", self.server.inside("cat /opt/stalwart/etc/config.toml"))


class Management(InContainer):
    def post(self, **principal) -> dict:
        status, answer = self.server.request("POST", "/api/principal", principal)
        self.assertEqual(200, status)
        return answer

    def test_errors_are_in_the_body(self):
        self.assertEqual("fieldAlreadyExists", self.post(type="domain", name=DOMAIN)["error"])
        self.assertEqual("fieldMissing", self.post(type="domain")["error"])
        self.assertEqual("notFound", self.post(**account("a@unknown.example"))["error"])
        self.assertEqual("unsupported", self.post(type="tenant", name="x")["error"])
        self.assertEqual(401, self.server.request("POST", "/api/principal", {}, password="wrong")[0])

    def test_account_without_role_cannot_log_in_and_a_new_one_can_at_once(self):
        address = f"late@{DOMAIN}"
        self.post(**account(address, roles=[]))
        with self.server.submission(None) as client, self.assertRaises(smtplib.SMTPAuthenticationError):
            client.login(address, PASSWORD)
        self.assertEqual({"data": None}, self.server.request("DELETE", f"/api/principal/{address}")[1])
        self.assertIn("data", self.post(**account(address)))
        self.server.imap(address).logout()

    def test_logs_tell_no_password(self):
        self.server.imap().logout()
        logs = self.server.logs()
        self.assertIn("imap-login", logs)
        for secret in (PASSWORD, ADMIN_PASSWORD):
            self.assertNotIn(secret, logs)


class Lives(InContainer):
    def setUp(self):
        poll("ready", lambda: self.server.health("ready")[0] == 200)

    def send(self, count: int, acknowledged: list, sessions: int = 4) -> list[threading.Thread]:
        def run(numbers):
            try:
                client = self.server.submission()
                for number in numbers:
                    identity, text = message(number, random.randint(1024, 65536))
                    client.sendmail(SENDER, [RECEIVER], text)
                    acknowledged.append(identity)
            except (OSError, smtplib.SMTPException):
                pass  # Killed in the middle: not acknowledged.

        threads = [threading.Thread(target=run, args=(range(k, count, sessions),)) for k in range(sessions)]
        for thread in threads:
            thread.start()
        return threads

    def assert_all_there_once(self, acknowledged: list):
        client = self.server.imap()
        try:
            poll("all acknowledged messages", lambda: set(acknowledged) <= set(mailbox(client).values()))
            poll("empty queue", lambda: not self.server.inside("postqueue -j"))
        except AssertionError:
            print(self.server.inside("postqueue -p"), file=sys.stderr)
        found = list(mailbox(client).values())
        lost = sorted(set(acknowledged) - set(found))
        twice = sorted({one for one in found if found.count(one) > 1})
        self.assertEqual(([], []), (lost, twice), "lost, twice; in the logs:\n" + self.story(lost + twice))

    def test_kill_right_after_200_acknowledgements(self):
        client = self.server.imap()
        before, validity = mailbox(client), client.response("UIDVALIDITY")[1]
        acknowledged: list[str] = []
        started = time.monotonic()
        for thread in self.send(200, acknowledged):
            thread.join()
        print(f"\n200 acknowledged in {time.monotonic() - started:.1f} s", file=sys.stderr)
        seen = mailbox(client)
        self.server.kill()
        self.assertEqual(200, len(acknowledged))
        self.server.start()
        self.assert_all_there_once(acknowledged)
        client = self.server.imap()
        after = mailbox(client)
        self.assertEqual(validity, client.response("UIDVALIDITY")[1])
        self.assertEqual(before | seen, {uid: after.get(uid) for uid in before | seen}, "UIDs that were seen stay")

    def test_kill_in_the_middle(self):
        acknowledged: list[str] = []
        for _ in range(int(os.environ.get("KILLS", "3"))):
            threads = self.send(400, acknowledged)
            goal = len(acknowledged) + random.randint(20, 120)
            poll("acknowledgements", lambda: len(acknowledged) >= goal)
            self.server.kill()
            for thread in threads:
                thread.join()
            self.server.start()
        self.assert_all_there_once(acknowledged)

    def test_frozen_dovecot_is_not_ready_but_live(self):
        pid = self.server.inside("cat /run/dovecot/master.pid")
        self.server.inside(f"kill -STOP {pid}")
        poll("not ready", lambda: self.server.health("ready")[0] == 503)
        self.assertIn("dovecot", self.server.health("ready")[1]["listeners"])
        self.assertEqual(200, self.server.health("live")[0])
        self.server.inside(f"kill -CONT {pid}")
        poll("ready again", lambda: self.server.health("ready")[0] == 200)

    def test_sigterm_ends_in_time(self):
        started = time.monotonic()
        docker("stop", "-t", "10", self.server.name)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual("0", docker("inspect", "-f", "{{.State.ExitCode}}", self.server.name))
        self.server.start()

    def test_certificate_stays(self):
        before = self.certificate()
        docker("stop", "-t", "10", self.server.name)
        self.server.start()
        self.assertEqual(before, self.certificate())

    def test_another_certificate_is_shown_after_the_reload(self):
        folder = "/opt/stalwart/certificate"
        for turn in range(5):
            self.server.inside(f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost "
                               f"-keyout {folder}/tls.key -out {folder}/tls.crt 2>&1")
            expected = ssl.PEM_cert_to_DER_cert(self.server.inside(f"cat {folder}/tls.crt"))
            self.assertEqual({"data": {"warnings": {}, "errors": {}}}, self.server.request("GET", "/api/reload/certificate")[1])
            for name in ("smtps", "imaps", "https"):
                shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", self.server.ports[name])))
                self.assertEqual(expected, shown, f"{name}, turn {turn}")

    def test_a_server_that_dies_ends_the_container(self):
        self.server.inside("kill -9 $(cat /run/nginx.pid)")
        poll("end", lambda: docker("inspect", "-f", "{{.State.Running}}", self.server.name) == "false")
        self.assertEqual("1", docker("inspect", "-f", "{{.State.ExitCode}}", self.server.name))
        self.assertIn("nginx ended unexpectedly", self.server.logs())
        self.server.start()

    def story(self, identities: list[str]) -> str:
        """What the logs say about these messages, by Message-ID or by queue name."""
        lines = self.server.logs().splitlines()
        names = [line.split("]: ")[1].split(":")[0] for line in lines if "message-id=" in line and any(i in line for i in identities)]
        told = [line for line in lines if any(word in line for word in [*identities, *names])]
        for identity in identities:
            told += self.server.inside(f"grep -rlF '{identity}' /opt/stalwart || true").splitlines()
        return "\n".join(told)

    def certificate(self) -> str:
        return ssl.get_server_certificate(("127.0.0.1", self.server.ports["smtps"]))


def _sieve_answer(connection) -> bytes:
    """Up to and including the line that begins with OK, NO or BYE."""
    answer = b""
    while not any(line.startswith((b"OK", b"NO", b"BYE")) for line in answer.splitlines()) or not answer.endswith(b"\r\n"):
        part = connection.recv(4096)
        if not part:
            break
        answer += part
    return answer


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=IMAGE is None)
    options, rest = parser.parse_known_args()
    IMAGE = options.image or IMAGE
    unittest.main(argv=[sys.argv[0], *rest])
