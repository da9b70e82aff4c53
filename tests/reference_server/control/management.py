"""The management API of Stalwart 0.15, as far as the harness uses it. Only a failed login is no HTTP 200."""
import base64
import binascii
import json
from typing import Callable
from urllib.parse import unquote, urlsplit

from accounts import Accounts, Refused
from volume import Homes

Answer = tuple[int, dict]

UNAUTHORIZED: Answer = (401, {"type": "about:blank", "title": "Unauthorized", "status": 401,
                              "detail": "You have to authenticate first."})
NOT_FOUND: Answer = (404, {"type": "about:blank", "title": "Not Found", "status": 404,
                           "detail": "The requested resource does not exist on this server."})


class Management:
    def __init__(self, accounts: Accounts, homes: Homes, reload: Callable[[], None]):
        """`reload` has the servers show the certificate that is there now, or raises Refused."""
        self._accounts = accounts
        self._homes = homes
        self._reload = reload

    def answer(self, method: str, target: str, authorization: str | None, body: bytes) -> Answer:
        """Answers one request for a path below /api/."""
        if not self._authorized(authorization):
            return UNAUTHORIZED
        path = urlsplit(target).path
        try:
            return self._route(method, path.strip("/").split("/")[1:], body)
        except Refused as refused:
            return 200, refused.answer
        except (ValueError, TypeError) as error:
            return 200, {"error": "other", "details": f"cannot read the request: {error}"}

    def _route(self, method: str, path: list[str], body: bytes) -> Answer:
        match method, path:
            case "POST", ["principal"]:
                return _data(self._add(_object(body)))
            case "GET", ["principal", name]:
                return _data(self._accounts.show(unquote(name)))
            case "DELETE", ["principal", name]:
                return _data(self._remove(unquote(name)))
            case "POST", ["settings"]:
                return _data(self._accounts.change_settings(_list(body)))
            case "GET", ["reload"]:
                return _data({"warnings": {}, "errors": {}})
            case "GET", ["reload", "certificate"]:
                self._reload()
                return _data({"warnings": {}, "errors": {}})
        return NOT_FOUND

    def _add(self, request: dict) -> int:
        number, principal = self._accounts.add(request)
        if principal["type"] == "individual":
            self._homes.add(principal["name"])
        return number

    def _remove(self, name: str) -> None:
        principal = self._accounts.remove(name)
        if principal["type"] == "individual":
            self._homes.remove(principal["name"])

    def _authorized(self, authorization: str | None) -> bool:
        scheme, _, credentials = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return self._accounts.is_admin(user, password)


def _data(value) -> Answer:
    return 200, {"data": value}


def _object(body: bytes) -> dict:
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ValueError("a JSON object is expected")
    return value


def _list(body: bytes) -> list:
    value = json.loads(body)
    if not isinstance(value, list):
        raise ValueError("a JSON list is expected")
    return value
