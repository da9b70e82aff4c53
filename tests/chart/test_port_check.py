"""port-check.sh, which `helm test` runs: every protocol by its own words, and a closed or wrong port by its name."""

import http.server
import socketserver
import ssl
import subprocess
import threading

from scripts import ScriptCase


class Talker(socketserver.BaseRequestHandler):
    def handle(self):
        if self.server.greeting:
            self.request.sendall(self.server.greeting)
        self.request.recv(1000)


class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz/live" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


class PortCheckTest(ScriptCase):
    def serve(self, server, wrap=None):
        if wrap:
            server.socket = wrap.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=True)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.addCleanup(lambda: (server.shutdown(), server.server_close()))
        return server.server_address[1]

    def talk(self, greeting):
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talker)
        server.greeting = greeting
        return self.serve(server)

    def tls(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=a",
                        "-keyout", self.root / "key", "-out", self.root / "cert"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.root / "cert", self.root / "key")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health)
        server.handle_error = lambda *_: None
        return self.serve(server, context)

    def check(self, *ports, seconds=0):
        return self.run_script("port-check.sh", "127.0.0.1", seconds, *ports)

    def test_every_protocol_is_known_by_its_own_words(self):
        web = self.serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Health))
        mail, imap, sieve = (self.talk(words) for words in (b"220 mail ESMTP", b"* OK IMAP4rev2", b'"IMPLEMENTATION" "x"'))
        done = self.check(f"http:{web}:http", f"https:{self.tls()}:tls", f"smtp:{mail}:smtp", f"imap:{imap}:imap",
                          f"sieve:{sieve}:sieve", seconds=5)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("all 5 ports answer", done.stdout)

    def test_a_wrong_protocol_is_named(self):
        done = self.check(f"imap:{self.talk(b'220 mail ESMTP')}:imap", f"smtps:{self.talk(b'220 plain')}:tls")
        self.assertEqual(done.returncode, 1)
        self.assertIn("expected imap, got: 220mailESMTP", done.stdout)
        self.assertIn("FAILED: imap smtps", done.stdout)

    def test_a_closed_port_is_named(self):
        done = self.check("sieve:1:sieve")
        self.assertEqual(done.returncode, 1)
        self.assertIn("expected sieve, got: no answer", done.stdout)

    def test_a_health_request_that_fails(self):
        web = self.serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler))
        self.assertEqual(self.check(f"http:{web}:http").returncode, 1)
