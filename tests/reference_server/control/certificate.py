"""The certificate: mounted by the operator, or self-signed once and kept on the volume."""
import os
import subprocess
import tempfile
from pathlib import Path

import durable
from layout import MOUNTED_CERTIFICATE

Pair = tuple[Path, Path]


def pair(folder: Path, hostname: str, mounted: Path = MOUNTED_CERTIFICATE) -> Pair:
    """Certificate and key to use."""
    given = (mounted / "tls.crt", mounted / "tls.key")
    if all(file.is_file() for file in given):
        return given
    own = (folder / "tls.crt", folder / "tls.key")
    # The certificate is written last: where it is, its key is there too.
    if not own[0].is_file() or not _names(own[0], hostname):
        _make(own, hostname)
    return own


def _names(certificate: Path, hostname: str) -> bool:
    check = _openssl("x509", "-in", str(certificate), "-noout", "-checkhost", hostname)
    return "does match" in check


def _make(own: Pair, hostname: str) -> None:
    names = dict.fromkeys([f"DNS:{hostname}", "DNS:localhost", "IP:127.0.0.1"])
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder, "tls.crt"), Path(folder, "tls.key")
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                 "-subj", f"/CN={hostname}", "-addext", "subjectAltName=" + ",".join(names),
                 "-keyout", str(key), "-out", str(certificate))
        os.makedirs(own[0].parent, mode=0o700, exist_ok=True)
        own[0].unlink(missing_ok=True)
        durable.write(own[1], key.read_bytes(), 0o600)
        durable.write(own[0], certificate.read_bytes(), 0o644)


def _openssl(*arguments: str) -> str:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0 and arguments[0] == "req":
        raise SystemExit(f"openssl cannot make a certificate: {done.stderr.strip()}")
    return done.stdout
