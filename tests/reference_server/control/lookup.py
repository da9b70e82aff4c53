"""Answers Dovecot (dict protocol) and Postfix (socketmap protocol) out of the accounts in memory.

Both servers ask for each login and each address, so a change made by the management API holds from its answer on:
no table of theirs can be stale.
"""
import json
import os
import shutil
import socketserver
import threading
from pathlib import Path
from typing import BinaryIO, Callable

from accounts import Accounts

_UNESCAPED = {b"1": b"\x01", b"0": b"\0", b"t": b"\t", b"n": b"\n", b"r": b"\r"}


def serve(path: Path, group: str, talk: Callable[[BinaryIO, BinaryIO], None]) -> None:
    """Runs talk() for each connection to the Unix socket, which only the group may use."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            try:
                talk(self.rfile, self.wfile)
            except ConnectionError:
                pass

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True
        request_queue_size = 128

    path.unlink(missing_ok=True)
    server = Server(str(path), Handler)
    shutil.chown(path, group=group)
    os.chmod(path, 0o660)
    threading.Thread(target=server.serve_forever, name=path.name, daemon=True).start()


class DovecotDict:
    """passdb/NAME and userdb/NAME, as JSON objects of Dovecot's fields."""

    def __init__(self, accounts: Accounts, mail: Path):
        self._accounts = accounts
        self._mail = mail

    def talk(self, source: BinaryIO, sink: BinaryIO) -> None:
        for line in source:
            # The handshake (H) and anything but a lookup (L) wait for no answer.
            if line[:1] != b"L":
                continue
            key = _unescape(line[1:].rstrip(b"\n").split(b"\t")[0]).decode(errors="replace")
            found = self.find(key)
            sink.write(b"N\n" if found is None else b"O" + json.dumps(found).encode() + b"\n")
            sink.flush()

    def find(self, key: str) -> dict | None:
        # Which dictionary is meant comes first in the key: shared/passdb/NAME.
        kind, _, name = key.removeprefix("shared/").partition("/")
        if kind == "passdb":
            secret = self._accounts.login(name)
            return None if secret is None else {"password": secret}
        if kind == "userdb":
            # LMTP asks for an address, IMAP for the name of the account that logged in.
            account = self._accounts.owner(name) or (name if name in self._accounts.individuals() else None)
            return None if account is None else {"user": account, "home": str(self._mail / account), **self._quota(account)}
        return None

    def _quota(self, account: str) -> dict:
        """Without a quota nothing of an account is counted: the count is a file beside the mail that a kill may leave behind it."""
        octets = self._accounts.quota(account)
        return {"quota": "maildir:User quota", "quota_rule": f"*:bytes={octets}"} if octets else {}


class PostfixMaps:
    def __init__(self, accounts: Accounts):
        self._maps = {
            "domains": lambda key: key if accounts.has_domain(key) else None,
            # Postfix strips no detail from the keys of a socketmap.
            "mailboxes": lambda key: accounts.owner(key) or accounts.owner(without_detail(key)),
            "senders": accounts.owner,
        }

    def talk(self, source: BinaryIO, sink: BinaryIO) -> None:
        while request := _read_netstring(source):
            name, _, key = request.decode(errors="replace").partition(" ")
            answer = self.find(name, key).encode()
            sink.write(b"%d:%s," % (len(answer), answer))
            sink.flush()

    def find(self, name: str, key: str) -> str:
        if name not in self._maps:
            return f"PERM no map {name}"
        value = self._maps[name](key)
        return "NOTFOUND " if value is None else f"OK {value}"


def without_detail(address: str) -> str:
    """user+detail@example.org is another name of user@example.org."""
    local, at, domain = address.rpartition("@")
    return local.partition("+")[0] + at + domain


def _read_netstring(source: BinaryIO) -> bytes | None:
    digits = b""
    while (character := source.read(1)) != b":":
        if not character.isdigit() or len(digits) > 6:
            return None
        digits += character
    content = source.read(int(digits or b"0"))
    return content if source.read(1) == b"," else None


def _unescape(text: bytes) -> bytes:
    head, *rest = text.split(b"\x01")
    return head + b"".join(_UNESCAPED.get(part[:1], part[:1]) + part[1:] for part in rest)
