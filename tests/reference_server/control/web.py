"""HTTP behind nginx: health endpoints and the management API, on a Unix socket."""
import json
import os
import shutil
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from health import Monitor
from management import NOT_FOUND, Answer, Management

MAX_BODY = 1024 * 1024


def serve(path: Path, group: str, monitor: Monitor, management: Management) -> None:
    class Handler(_Handler):
        pass

    Handler.monitor, Handler.management = monitor, management
    path.unlink(missing_ok=True)
    server = _Server(str(path), Handler)
    shutil.chown(path, group=group)
    os.chmod(path, 0o660)
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    monitor: Monitor
    management: Management

    def _answer(self) -> Answer:
        path = self.path.split("?")[0]
        if path == "/healthz/live":
            return health_answer(200, "OK")
        if path == "/healthz/ready":
            failing = self.monitor.failing()
            if not failing:
                return health_answer(200, "OK")
            detail = "; ".join(f"{listener}: {reason}" for listener, reason in failing.items())
            return health_answer(503, detail, listeners=failing)
        if path.startswith("/api/"):
            size = int(self.headers.get("Content-Length") or 0)
            if size > MAX_BODY:
                return 413, {"type": "about:blank", "title": "Payload Too Large", "status": 413}
            return self.management.answer(self.command, self.path, self.headers.get("Authorization"), self.rfile.read(size))
        return NOT_FOUND

    def _handle(self) -> None:
        status, content = self._answer()
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="Stalwart Server"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def log_message(self, *_):
        """nginx writes the access log."""


def health_answer(status: int, detail: str, **more) -> Answer:
    title = {200: "OK", 503: "Service Unavailable"}[status]
    return status, {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
