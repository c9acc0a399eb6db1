"""Refresh tokens: opaque, stored as hashes, and each with one successor that can be found again but not be stored."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

_BYTES = 32


def new_secret() -> bytes:
    """For a session, kept in the database."""
    return secrets.token_bytes(_BYTES)


def first_token() -> str:
    """The token that a family begins with."""
    return secrets.token_urlsafe(_BYTES)


def successor(token: str, *, secret: bytes) -> str:
    """The token that follows, the same whenever it is asked for.

    Two browser tabs that refresh at once, and a client whose answer was lost, get it again. It follows from the token
    and the session's secret: who steals the database knows no token, and who steals a token not the secret.
    """
    return urlsafe_b64encode(hmac.digest(secret, token.encode(), "sha256")).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()
