"""Where everything is. What must outlive the container is below the volume; the rest is made anew at each start."""
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Volume:
    root: Path = Path("/opt/stalwart")

    @property
    def accounts(self) -> Path:
        return self.root / "accounts.json"

    @property
    def certificate(self) -> Path:
        return self.root / "certificate"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def queue(self) -> Path:
        return self.root / "queue"

    @property
    def settings(self) -> Path:
        return self.root / "etc" / "config.toml"


RUN = Path("/run/reference-server")
HTTP_SOCKET = RUN / "http"
DICT_SOCKET = RUN / "dict"
SOCKETMAP_SOCKET = RUN / "socketmap"
SIEVE = RUN / "sieve"

MOUNTED_CERTIFICATE = Path("/etc/stalwart-tls")
TEMPLATES = Path(__file__).resolve().parent.parent / "etc"
DOVECOT_RUN = Path("/run/dovecot")
