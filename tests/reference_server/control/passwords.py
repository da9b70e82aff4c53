"""Secrets as they are kept: hashed, in a form that Dovecot's authentication process reads."""
import hashlib
import hmac
import re
import secrets

# Low for a hash at rest, since every login of a load test pays for it on two cores.
ROUNDS = 2000
_SCHEME = re.compile(r"\{[A-Za-z0-9.-]+\}")


def hashed(password: str) -> str:
    salt = secrets.token_hex(8)
    return f"{{PBKDF2}}$1${salt}${ROUNDS}${_digest(password, salt, ROUNDS)}"


def stored(secret: str) -> str:
    """The API takes a secret in plain text, as crypt(3) writes it, or with its scheme in braces."""
    if _SCHEME.match(secret):
        return secret
    if secret.startswith("$") and secret.count("$") >= 3:
        return f"{{CRYPT}}{secret}"
    return hashed(secret)


def verify(password: str, kept: str) -> bool:
    """For what hashed() made; other schemes are left to Dovecot."""
    scheme, _, rest = kept.partition("}")
    parts = rest.split("$")
    if scheme != "{PBKDF2" or len(parts) != 5:
        return False
    _, _, salt, rounds, digest = parts
    return hmac.compare_digest(_digest(password, salt, int(rounds)), digest)


def _digest(password: str, salt: str, rounds: int) -> str:
    return hashlib.pbkdf2_hmac("sha1", password.encode(), salt.encode(), rounds).hex()
