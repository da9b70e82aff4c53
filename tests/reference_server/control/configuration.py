"""Writes the servers' configuration files from the templates, where the servers' own tools look for them."""
import os
import re
import socket
import time
import tomllib
from pathlib import Path

_PLACE = re.compile(r"@([A-Z0-9_]+)@")
_TARGETS = {"postfix": Path("/etc/postfix"), "dovecot": Path("/etc/dovecot"), "nginx": Path("/etc/nginx"),
            "sieve": Path("/run/reference-server/sieve")}


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::", 0))
        return True
    except OSError:
        return False


def hostname(environment=os.environ, settings: Path | None = None) -> str:
    """Not the pod's own name: that one changes with each pod. `settings` is a config.toml as Stalwart 0.15 reads it."""
    configured = tomllib.loads(settings.read_text()).get("server", {}).get("hostname") if settings else None
    name = environment.get("STALWART_HOSTNAME") or configured or "localhost"
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", name):
        raise SystemExit(f"{name!r} is no host name: letters, digits, '-' and '.' are possible")
    return name.lower()


def values(name: str, certificate: Path, key: Path, ipv6: bool, settings: dict[str, str]) -> dict[str, str]:
    return {"SESSION_TIMEOUT": session_timeout(settings), "HOSTNAME": name, "CERTIFICATE": str(certificate), "KEY": str(key),
            "INET_PROTOCOLS": "all" if ipv6 else "ipv4", "DOVECOT_LISTEN": "*, ::" if ipv6 else "*",
            "NGINX_HTTP6": "listen [::]:8080 ipv6only=on;" if ipv6 else "",
            "NGINX_HTTPS6": "listen [::]:443 ipv6only=on ssl;" if ipv6 else ""}


def session_timeout(settings: dict[str, str]) -> str:
    """How long SMTP waits for a client, as Stalwart 0.15 calls it; what is no such time is passed over."""
    given = str(settings.get("session.timeout", ""))
    return given if re.fullmatch(r"[1-9][0-9]{0,4}[smh]", given) else "5m"


def filled(template: str, entries: dict[str, str]) -> str:
    return _PLACE.sub(lambda place: entries[place[1]], template)


def write(templates: Path, entries: dict[str, str]) -> None:
    for folder, target in _TARGETS.items():
        for template in sorted((templates / folder).iterdir()):
            file = target / template.name
            file.write_text(filled(template.read_text(), entries))
            # Postfix waits, two seconds in all, while a file of its is so new that it may still be being written.
            os.utime(file, (time.time() - 60,) * 2)
