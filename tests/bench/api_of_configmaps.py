"""A Kubernetes API that has ConfigMaps and nothing else, on the loopback over TLS: lists, watches by name, creates, merges, deletes.

What it costs itself is little: one thread, objects in memory, and a watcher hears of a change before its author gets the answer.
"""
import asyncio
import json
import re
import ssl
import urllib.parse

NAMED = "metadata.name="
REASONS = {200: "OK", 201: "Created", 404: "Not Found"}


class ApiOfConfigMaps:
    def __init__(self, folder):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "server.pem", folder / "server.key")
        self.context.load_verify_locations(folder / "ca.pem")
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.version = 1
        self.objects = {}
        self.watchers = {}  # by the ConfigMap's name
        self.requests = 0

    async def start(self):
        """The port."""
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=self.context, backlog=500)
        return self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        try:
            while (line := await reader.readline()).strip():
                method, target, _ = line.decode().split(" ", 2)
                length = 0
                while (header := (await reader.readline()).decode().strip().lower()):
                    if header.startswith("content-length:"):
                        length = int(header.split(":")[1])
                body = json.loads(await reader.readexactly(length) or b"null")
                self.requests += 1
                if not await self.answer(writer, method, target, body):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client is gone
        finally:
            writer.close()

    async def answer(self, writer, method, target, body):
        """False when the connection ends with it."""
        path, _, query = target.partition("?")
        asked = {key: values[0] for key, values in urllib.parse.parse_qs(query).items()}
        name = asked.get("fieldSelector", "").removeprefix(NAMED) or re.sub(r".*/configmaps/?", "", path)
        if method == "GET" and "watch" in asked:
            await self.watch(writer, name, int(asked.get("resourceVersion", 0)))
            return False
        if method == "GET":
            items = [one for key, one in self.objects.items() if key == name or not name]
            self.send(writer, 200, {"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {"resourceVersion": str(self.version)}, "items": items})
        elif method == "POST":
            self.send(writer, 201, self.change(body["metadata"]["name"], body, "ADDED"))
        elif name not in self.objects:
            self.send(writer, 404, {"kind": "Status", "code": 404, "message": f"{name} not found"})
        elif method == "PATCH":
            merged = {**self.objects[name], "data": {**self.objects[name].get("data", {}), **body.get("data", {})}}
            self.send(writer, 200, self.change(name, merged, "MODIFIED"))
        else:
            self.send(writer, 200, self.objects.pop(name))
        await writer.drain()
        return True

    def change(self, name, value, how):
        self.version += 1
        made = {**value, "metadata": {**value["metadata"], "resourceVersion": str(self.version)}}
        self.objects[name] = made
        for writer in self.watchers.get(name, ()):
            self.chunk(writer, {"type": how, "object": made})
        return made

    async def watch(self, writer, name, version):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        known = self.objects.get(name)
        if known and int(known["metadata"]["resourceVersion"]) > version:
            self.chunk(writer, {"type": "MODIFIED", "object": known})
        self.watchers.setdefault(name, set()).add(writer)
        try:
            await writer.drain()
            await writer.wait_closed()
        finally:
            self.watchers[name].discard(writer)

    @staticmethod
    def chunk(writer, event):
        line = json.dumps(event).encode() + b"\n"
        writer.write(b"%x\r\n%s\r\n" % (len(line), line))

    @staticmethod
    def send(writer, status, body):
        text = json.dumps(body).encode()
        writer.write(f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text)
