"""Finds the messages that were in a mailbox and in the queue at once when everything was killed.

Postfix delivers such a message again, since it never read Dovecot's answer. Stalwart drops a message whose Message-ID
the INBOX already has; here a Sieve script for each such account, made before the servers start, does the same.
"""
import re
from pathlib import Path
from typing import Iterable, Iterator

from layout import Volume

# Queue files are records with a type and a length between the lines, so a folded header has some bytes more.
_QUEUED_ID = re.compile(rb"message-id:[^<]{0,40}(<[^<>\s]{1,900}>)", re.IGNORECASE)
_HEADER_ID = re.compile(rb"^message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_HEADER_SIZE = 128 * 1024
# A message caught between mailbox and queue is one of the last that were delivered.
_NEWEST = 2000


def write_scripts(volume: Volume, folder: Path) -> dict[str, int]:
    """Writes FOLDER/ACCOUNT.sieve where there is something to drop. Returns how many for which account."""
    queued = queued_ids(volume.queue)
    counts: dict[str, int] = {}
    if not queued or not volume.mail.is_dir():
        return counts
    for home in sorted(volume.mail.iterdir()):
        found = queued & mailbox_ids(home / "Maildir")
        if found:
            (folder / f"{home.name}.sieve").write_text(script(found))
            counts[home.name] = len(found)
    return counts


def queued_ids(queue: Path) -> set[bytes]:
    found: set[bytes] = set()
    for name in ("incoming", "active", "deferred", "hold"):
        for file in (queue / name).rglob("*"):
            if file.is_file():
                found.update(_QUEUED_ID.findall(_head(file)))
    return found


def mailbox_ids(maildir: Path) -> set[bytes]:
    """Message-IDs of the newest messages in INBOX and Junk Mail."""
    files = [file for box in (maildir, maildir / ".Junk Mail") for part in ("new", "cur") for file in _files(box / part)]
    files.sort(key=lambda file: _delivered_at(file.name), reverse=True)
    return {match[1] for file in files[:_NEWEST] if (match := _HEADER_ID.search(_header(_head(file))))}


def script(ids: Iterable[bytes]) -> str:
    listed = ",\n  ".join('"' + one.decode("utf-8", "replace").replace("\\", "\\\\").replace('"', '\\"') + '"'
                          for one in sorted(ids))
    return f'if header :is :comparator "i;octet" "message-id" [\n  {listed}\n] {{\n  discard;\n  stop;\n}}\n'


def _files(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())


def _delivered_at(name: str) -> int:
    seconds = name.partition(".")[0]
    return int(seconds) if seconds.isdigit() else 0


def _head(file: Path) -> bytes:
    with file.open("rb") as content:
        return content.read(_HEADER_SIZE)


def _header(content: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
