"""Process 1 of the reference mail server: sets up the volume, starts Postfix, Dovecot and nginx, and answers for them."""
import os
import secrets
import shutil
import signal
import sys
import time
from functools import partial
from pathlib import Path

import certificate
import configuration
import delivered
import lookup
import volume as volumes
import web
from accounts import Accounts
from children import Children, say
from health import Monitor
from layout import DICT_SOCKET, DOVECOT_RUN, HTTP_SOCKET, RUN, SIEVE, SOCKETMAP_SOCKET, TEMPLATES, Volume
from management import Management
from reload import reload

STOP_SECONDS = 4.0
DOVECOT_START_SECONDS = 20.0
_SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}


def main() -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    volume = Volume()
    volumes.lock(volume, patience=4)
    volumes.prepare(volume)
    accounts = open_accounts(volume)
    homes = volumes.Homes(volume.mail)
    for account in accounts.individuals():
        homes.add(account)
    set_up_run()
    # "--config FILE", as Stalwart 0.15 is called; the host name is all that is taken from there.
    settings = Path(sys.argv[2]) if sys.argv[1:2] == ["--config"] and len(sys.argv) == 3 else None
    name = configuration.hostname(settings=settings)
    pair = certificate.pair(volume.certificate, name)
    configuration.write(TEMPLATES, configuration.values(name, *pair, configuration.has_ipv6(), accounts.settings()))
    for account, count in delivered.write_scripts(volume, SIEVE).items():
        say(f"{account}: {count} messages of the queue are already in the mailbox and will not be delivered twice")

    lookup.serve(DICT_SOCKET, "dovecot", lookup.DovecotDict(accounts, volume.mail).talk)
    lookup.serve(SOCKETMAP_SOCKET, "postfix", lookup.PostfixMaps(accounts).talk)
    monitor, children = Monitor(), Children()
    read_anew = partial(reload, children.reload, pair[0])
    web.serve(HTTP_SOCKET, "www-data", monitor, Management(accounts, homes, read_anew))
    return run(monitor, children)


def open_accounts(volume: Volume) -> Accounts:
    if volume.accounts.exists():
        return Accounts.load(volume.accounts)
    password = os.environ.get("STALWART_ADMIN_PASSWORD")
    if not password:
        password = secrets.token_urlsafe(12)
        print(f"Your administrator account is 'admin' with password '{password}'.", file=sys.stderr, flush=True)
    return Accounts.create(volume.accounts, password)


def set_up_run() -> None:
    """What a former life of this container left below /run must not be taken for this one's."""
    for folder in (RUN, DOVECOT_RUN):
        shutil.rmtree(folder, ignore_errors=True)
    DOVECOT_RUN.mkdir(parents=True)
    RUN.mkdir()
    SIEVE.mkdir()
    # Dovecot keeps the compiled scripts beside their text.
    shutil.chown(SIEVE, "vmail", "vmail")


def run(monitor: Monitor, children: Children) -> int:
    monitor.watch_server("nginx", children.start("nginx", ["/usr/sbin/nginx", "-e", "stderr", "-g", "daemon off;"]))
    monitor.watch_server("dovecot", children.start("dovecot", ["/usr/sbin/dovecot", "-F"]))
    status = wait_for_dovecot(children)
    if status is None:
        monitor.watch_server("postfix", children.start("postfix", ["/usr/lib/postfix/sbin/master", "-s", "-c", "/etc/postfix"]))
        monitor.start()
        status = watch(children, monitor)
    monitor.stop()
    children.stop(STOP_SECONDS)
    return status


def wait_for_dovecot(children: Children) -> int | None:
    """Postfix would put its queue aside for a while if it found no LMTP server. Returns an exit status to end early."""
    deadline = time.monotonic() + DOVECOT_START_SECONDS
    sockets = [DOVECOT_RUN / "lmtp", DOVECOT_RUN / "auth-postfix"]
    while not all(socket.exists() for socket in sockets):
        if (status := ending(children, 0.02)) is not None:
            return status
        if time.monotonic() > deadline:
            say(f"dovecot did not open its sockets within {DOVECOT_START_SECONDS:g} s: see its messages above")
            return 1
    return None


def watch(children: Children, monitor: Monitor) -> int:
    """Until a signal or a server ends it."""
    flushed = False
    while (status := ending(children, 1.0 if flushed else 0.05)) is None:
        if not flushed and not monitor.failing():
            say("all eight listeners greet")
            # Deferred messages of the former life need not wait for their next turn.
            children.start("flush", ["/usr/sbin/postqueue", "-f"])
            flushed = True
    return status


def ending(children: Children, seconds: float) -> int | None:
    received = signal.sigtimedwait(_SIGNALS, seconds)
    # After SIGSTOP and SIGCONT the wait returns with signal number 0.
    if received and received.si_signo in (signal.SIGTERM, signal.SIGINT):
        say(f"{signal.Signals(received.si_signo).name} received: stopping")
        return 0
    for name, how in children.reap():
        if name != "flush":
            say(f"{name} ended unexpectedly with {how}: stopping the others")
            return 1
        if how != "status 0":
            say(f"postqueue -f ended with {how}: deferred mail waits for its next turn")
    return None


if __name__ == "__main__":
    sys.exit(main())
