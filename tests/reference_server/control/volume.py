"""Makes the volume fit for the servers: an empty one is set up, one in use is freed of what a killed life left behind."""
import fcntl
import os
import shutil
import stat
import time
from pathlib import Path

from layout import TEMPLATES, Volume

# Owner, group and mode as Postfix demands of its queue.
_QUEUE = {
    **{name: ("postfix", "root", 0o700) for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold",
                                                     "incoming", "private", "saved", "trace")},
    "maildrop": ("postfix", "postdrop", 0o1730),
    "public": ("postfix", "postdrop", 0o2710),
    "pid": ("root", "root", 0o755),
}


def lock(volume: Volume, patience: float = 0) -> int:
    """One server to a volume: two would deliver from the same queue. The lock ends with the process that holds it.

    `patience`, in seconds, is for the pod before this one, which may still be ending.
    """
    _check_writable(volume)
    descriptor = os.open(volume.root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise SystemExit(f"{volume.root} is in use by another server: wait until that one has ended") from None
            time.sleep(0.05)


def _check_writable(volume: Volume) -> None:
    if not os.access(volume.root, os.W_OK | os.X_OK):
        raise SystemExit(f"{volume.root} cannot be written: mount a volume there that root may write")


def prepare(volume: Volume) -> None:
    _let_servers_through(volume.root)
    leave_settings(volume)
    _folder(volume.mail, "vmail", "vmail", 0o700)
    _folder(volume.queue, "root", "root", 0o755)
    for name, (owner, group, mode) in _QUEUE.items():
        _folder(volume.queue / name, owner, group, mode)
    remove_queue_leftovers(volume.queue)
    remove_stale_locks(volume.mail)


def leave_settings(volume: Volume) -> None:
    """By this file a volume of Stalwart 0.15 is known; one that is there is somebody's, and stays."""
    if not volume.settings.exists():
        volume.settings.parent.mkdir(exist_ok=True)
        shutil.copyfile(TEMPLATES / "stalwart" / "config.toml", volume.settings)


class Homes:
    """Folders of the accounts. They are there before the first mail: Dovecot's record of what was delivered needs its place."""

    def __init__(self, mail: Path, owner: str = "vmail"):
        self._mail = mail
        self._owner = owner

    def add(self, account: str) -> None:
        _folder(self._mail / account, self._owner, self._owner, 0o700)

    def remove(self, account: str) -> None:
        shutil.rmtree(self._mail / account, ignore_errors=True)


def remove_queue_leftovers(queue: Path) -> None:
    """Sockets and pid files of a former life; Postfix makes them anew."""
    for name in ("private", "public", "pid"):
        for entry in (queue / name).iterdir():
            entry.unlink()


def remove_stale_locks(mail: Path) -> None:
    """A lock file names a process and a host of a former life: a process of this life would wait for it in vain.

    Only folders with a leading dot are mailboxes; new, cur and tmp hold messages, whatever their names end in.
    """
    for home in _folders(mail):
        for folder in (home, home / "Maildir", *(home / "Maildir").glob(".*/")):
            for lock in folder.glob("*.lock"):
                lock.unlink(missing_ok=True)


def _folders(path: Path) -> list[Path]:
    return [entry for entry in path.iterdir() if entry.is_dir()] if path.is_dir() else []


def _let_servers_through(root: Path) -> None:
    """Postfix and Dovecot reach their folders as users of their own."""
    mode = stat.S_IMODE(root.stat().st_mode)
    if mode & 0o111 != 0o111:
        root.chmod(mode | 0o111)


def _folder(path: Path, owner: str, group: str, mode: int) -> None:
    path.mkdir(exist_ok=True)
    shutil.chown(path, owner, group)
    path.chmod(mode)
