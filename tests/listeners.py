"""Which sockets take connections or datagrams, on which address, and whose they are: out of /proc."""
import collections
import ipaddress
import pathlib
import sys

PROC = pathlib.Path("/proc")
# The state in which a socket waits for whoever comes (TCP_LISTEN); a datagram socket is in TCP_CLOSE until it has a peer.
WAITING = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}

Listener = collections.namedtuple("Listener", "protocol address port inode")


def address_of(text):
    """The kernel writes each word of four octets as a number of the machine's own."""
    words = [int(text[at:at + 8], 16).to_bytes(4, sys.byteorder) for at in range(0, len(text), 8)]
    address = ipaddress.ip_address(b"".join(words))
    return getattr(address, "ipv4_mapped", None) or address


def listeners_in(protocol, table):
    for line in table.splitlines()[1:]:
        fields = line.split()
        address, port = fields[1].split(":")
        if fields[3] == WAITING[protocol] and fields[9] != "0":
            yield Listener(protocol, address_of(address), int(port, 16), fields[9])


def listening():
    """Everything in this network namespace that waits for somebody."""
    return {listener for protocol in WAITING if (PROC / "net" / protocol).exists()
            for listener in listeners_in(protocol, (PROC / "net" / protocol).read_text())}


def beyond_the_loopback(listeners):
    return {listener for listener in listeners if not listener.address.is_loopback}


def sockets_of(process):
    """Inodes of the sockets that a process holds; none of one that is gone or not ours to look at."""
    inodes = set()
    try:
        for fd in (PROC / str(process) / "fd").iterdir():
            target = str(fd.readlink())
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    except OSError:
        pass
    return inodes


def processes(accept):
    """Ids of those whose (command line, environment) `accept` takes."""
    for process in PROC.iterdir():
        try:
            if process.name.isdigit() and accept((process / "cmdline").read_bytes(), (process / "environ").read_bytes()):
                yield int(process.name)
        except OSError:
            continue
