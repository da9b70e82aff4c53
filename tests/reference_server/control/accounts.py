"""Domains, accounts and settings: one file on the volume, written whole and synced before a change counts as made."""
import json
import re
import threading
from pathlib import Path

import durable
import passwords

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,62}(@[A-Za-z0-9][A-Za-z0-9.-]{0,252})?")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*/=?^_`{|}~+-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}")


class Refused(Exception):
    """A request that the management API answers with an error object."""

    def __init__(self, error: str, **details):
        super().__init__(error)
        self.answer = {"error": error, **details}


class Accounts:
    def __init__(self, path: Path, data: dict):
        self._path = path
        self._data = data
        self._lock = threading.RLock()

    @classmethod
    def create(cls, path: Path, admin_password: str) -> "Accounts":
        accounts = cls(path, {"admin": passwords.hashed(admin_password), "next_id": 1, "principals": {}, "settings": {}})
        accounts._save(accounts._data)
        return accounts

    @classmethod
    def load(cls, path: Path) -> "Accounts":
        try:
            data = json.loads(path.read_bytes())
            return cls(path, {key: data[key] for key in ("admin", "next_id", "principals", "settings")})
        except (ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"{path} is not a whole accounts file ({error!r}): restore it from a backup, or remove it "
                             "to begin with no accounts (mail stays)") from error

    def is_admin(self, user: str, password: str) -> bool:
        return user == "admin" and passwords.verify(password, self._data["admin"])

    def domains(self) -> list[str]:
        return [p["name"] for p in self._data["principals"].values() if p["type"] == "domain"]

    def individuals(self) -> list[str]:
        return [p["name"] for p in self._data["principals"].values() if p["type"] == "individual"]

    def has_domain(self, name: str) -> bool:
        return self._is(name, "domain")

    def owner(self, address: str) -> str | None:
        """Name of the account that gets mail for this address."""
        address = address.lower()
        local, _, domain = address.rpartition("@")
        for principal in list(self._data["principals"].values()):
            emails = principal.get("emails", ())
            # Somebody has to be each domain's postmaster (RFC 5321 4.5.1): the first account there.
            if address in emails or local == "postmaster" and any(email.endswith("@" + domain) for email in emails):
                return principal["name"]
        return None

    def login(self, name: str) -> str | None:
        """The secret of an account that may log in: permissions come from the role only."""
        principal = self._data["principals"].get(name.lower())
        if not principal or principal["type"] != "individual" or "user" not in principal["roles"]:
            return None
        return next(iter(principal["secrets"]), None)

    def quota(self, name: str) -> int:
        """Octets that the account's mail may take; 0: as many as there are."""
        principal = self._data["principals"].get(name.lower(), {})
        return principal.get("quota") or 0

    def show(self, name: str) -> dict:
        principal = self._data["principals"].get(name.lower())
        if principal is None:
            raise Refused("notFound", item=name)
        return {key: value for key, value in principal.items() if key != "secrets"}

    def add(self, request: dict) -> tuple[int, dict]:
        kind = request.get("type")
        if kind not in ("domain", "individual"):
            raise Refused("unsupported", details=f"principals of type {kind!r} are not kept here")
        with self._lock:
            principal = self._domain(request) if kind == "domain" else self._individual(request)
            principal["id"] = self._data["next_id"]
            principals = {**self._data["principals"], principal["name"]: principal}
            self._save({**self._data, "next_id": principal["id"] + 1, "principals": principals})
        return principal["id"], principal

    def remove(self, name: str) -> dict:
        with self._lock:
            principal = self.show(name)
            suffix = "@" + principal["name"]
            users = [p["name"] for p in self._data["principals"].values() if any(e.endswith(suffix) for e in p.get("emails", ()))]
            if principal["type"] == "domain" and users:
                raise Refused("other", details=f"{name} still has the account {users[0]}")
            principals = {key: value for key, value in self._data["principals"].items() if key != principal["name"]}
            self._save({**self._data, "principals": principals})
        return principal

    def change_settings(self, changes: list) -> None:
        with self._lock:
            settings = dict(self._data["settings"])
            for change in changes:
                _apply(settings, change)
            self._save({**self._data, "settings": settings})

    def settings(self) -> dict:
        return dict(self._data["settings"])

    def _domain(self, request: dict) -> dict:
        name = self._new_name(request, _DOMAIN)
        return {"type": "domain", "name": name, "description": request.get("description") or ""}

    def _individual(self, request: dict) -> dict:
        name = self._new_name(request, _NAME)
        emails = [email.lower() for email in _strings(request, "emails")]
        for email in emails:
            self._check_address(email)
        return {"type": "individual", "name": name, "description": request.get("description") or "",
                "quota": _octets(request, "quota"), "emails": emails, "roles": _strings(request, "roles"),
                "secrets": [passwords.stored(secret) for secret in _strings(request, "secrets")]}

    def _new_name(self, request: dict, pattern: re.Pattern) -> str:
        name = request.get("name")
        if not name:
            raise Refused("fieldMissing", field="name")
        if not isinstance(name, str) or not pattern.fullmatch(name) or ".." in name:
            raise Refused("other", details=f"{name!r} cannot be a name here")
        if name.lower() in self._data["principals"]:
            raise Refused("fieldAlreadyExists", field="name", value=name)
        return name.lower()

    def _check_address(self, email: str) -> None:
        if not _ADDRESS.fullmatch(email):
            raise Refused("other", details=f"{email!r} is no e-mail address")
        domain = email.rpartition("@")[2]
        if not self.has_domain(domain):
            raise Refused("notFound", item=domain)
        if self.owner(email):
            raise Refused("fieldAlreadyExists", field="emails", value=email)

    def _is(self, name: str, kind: str) -> bool:
        principal = self._data["principals"].get(name.lower())
        return principal is not None and principal["type"] == kind

    def _save(self, data: dict) -> None:
        durable.write(self._path, json.dumps(data, indent=1).encode())
        self._data = data


def _strings(request: dict, field: str) -> list[str]:
    value = request.get(field) or []
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Refused("other", details=f"{field} must be a list of strings")
    return value


def _octets(request: dict, field: str) -> int:
    value = request.get(field) or 0
    if not isinstance(value, int) or value < 0:
        raise Refused("other", details=f"{field} must be a number of octets")
    return value


def _apply(settings: dict, change: dict) -> None:
    """One entry of POST /api/settings: insert, delete or clear."""
    kind = change.get("type") if isinstance(change, dict) else None
    if kind == "insert":
        prefix = change.get("prefix")
        for key, value in change.get("values") or []:
            settings[f"{prefix}.{key}" if prefix else key] = value
    elif kind == "delete":
        for key in change.get("keys") or []:
            settings.pop(key, None)
    elif kind == "clear":
        prefix = change.get("prefix") or ""
        for key in [key for key in settings if key.startswith(prefix)]:
            del settings[key]
    else:
        raise Refused("unsupported", details=f"settings change of type {kind!r}")
