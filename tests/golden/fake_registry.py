"""A registry of packaged charts on the loopback, over TLS: as much of the OCI distribution specification as `helm pull` asks for."""
import hashlib
import http.server
import json
import ssl
import threading

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class FakeRegistry:
    def __init__(self, certificate, key):
        """Both are PEM files; who pulls has to trust their authority."""
        self.tags, self.blobs = {}, {}
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                kind, data = registry.answer(self.path)
                self.send_response(200 if data is not None else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data or b"")))
                self.send_header("Docker-Content-Digest", digest(data or b""))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(data or b"")

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def push(self, version, package):
        config = json.dumps({"name": "stalwart", "version": version, "apiVersion": "v2"}).encode()
        described = [{"mediaType": f"application/vnd.cncf.helm.{kind}", "digest": digest(data), "size": len(data)}
                     for kind, data in (("config.v1+json", config), ("chart.content.v1.tar+gzip", package))]
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": described[0], "layers": described[1:]}).encode()
        self.tags[version] = manifest
        self.blobs.update({digest(data): data for data in (config, package, manifest)})

    def answer(self, path):
        """Media type and octets; no octets where there is nothing."""
        last = path.rsplit("/", 1)[-1]
        if path.endswith("/tags/list"):
            return "application/json", json.dumps({"name": "charts/stalwart", "tags": list(self.tags)}).encode()
        if "/manifests/" in path:
            return MANIFEST, self.tags.get(last, self.blobs.get(last))
        return "application/octet-stream", self.blobs.get(last) if "/blobs/" in path else None

    def close(self):
        self.server.shutdown()
        self.server.server_close()
