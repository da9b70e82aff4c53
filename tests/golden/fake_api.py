"""A Kubernetes API on the loopback with one Deployment in it: every list is empty, every watch is silent, everything can be made."""
import http.server
import json
import re
import ssl
import sys
import threading

KINDS = {"pods": "PodList", "events": "EventList", "deployments": "DeploymentList", "persistentvolumeclaims": "PersistentVolumeClaimList",
         "persistentvolumes": "PersistentVolumeList", "secrets": "SecretList", "services": "ServiceList", "namespaces": "NamespaceList",
         "nodes": "NodeList", "configmaps": "ConfigMapList"}


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        # A client that ended while it was answered.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class FakeApi:
    """Serves until close(). Clients need a certificate of `authority`. `requests` has what was asked."""

    def __init__(self, certificate, key, authority):
        self.requests = []
        # What is in a list, by its kind: nothing; what a container logged, by the pod's name.
        self.lists = {}
        self.logs = {}
        # By name, in whatever namespace.
        self.objects = {"stalwart": {"kind": "Deployment", "metadata": {"name": "stalwart"}, "spec": {"replicas": 1}}}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
        self.server = Server(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        self.stopping.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _handler(fake):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body):
                plain = isinstance(body, str)
                text = body.encode() if plain else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain" if plain else "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fake.requests.append((self.command, self.path, body.decode(errors="replace")))
                path, _, query = self.path.partition("?")
                if "watch=1" in query:
                    self.send_response(200)
                    self.send_header("Connection", "close")
                    self.end_headers()
                    self.wfile.flush()
                    fake.stopping.wait(1)
                    self.close_connection = True
                    return
                last = path.rsplit("/", 1)[-1]
                if self.command == "GET" and last in KINDS:
                    self.answer(200, {"kind": KINDS[last], "apiVersion": "v1", "metadata": {"resourceVersion": "7"}, "items": fake.lists.get(last, [])})
                elif self.command == "GET" and last == "log":
                    self.answer(200, fake.logs[path.split("/")[-2]])
                elif self.command == "GET" and last in fake.objects:
                    self.answer(200, fake.objects[last])
                elif self.command in ("GET", "DELETE"):
                    self.answer(404, {"kind": "Status", "code": 404, "reason": "NotFound", "message": f"{last} not found"})
                else:
                    self.answer(201, json.loads(body or b"{}") if re.match(rb"\s*\{", body or b"{}") else {})

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = any

        return Handler
