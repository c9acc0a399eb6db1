"""Signatures by the Standard Webhooks specification, and how their secrets are kept.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

Secrets must be known to sign, so they cannot be hashed. They are encrypted with a key derived from Django's
SECRET_KEY: a copy of the database alone lets nobody forge. Whoever changes the SECRET_KEY has the secrets rotated.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Sequence
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

_PREFIX = "whsec_"


class SecretUnreadable(Exception):
    """It was encrypted under another SECRET_KEY."""


def new_secret() -> str:
    """In the form that receivers' libraries take: `whsec_` and 32 random bytes in base64."""
    return _PREFIX + b64encode(secrets.token_bytes(32)).decode()


def sealed(secret: str) -> str:
    """The form in which a secret is stored."""
    return _box().encrypt(secret.encode()).decode()


def opened(stored: str) -> str:
    """Raises `SecretUnreadable`."""
    try:
        return _box().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error


def signature_headers(
    signing_secrets: Sequence[str], *, message_id: UUID | str, timestamp: int, body: str
) -> dict[str, str]:
    """The three headers; one signature per secret. `timestamp` is of this try, in seconds."""
    signatures = [_signature(secret, f"{message_id}.{timestamp}.{body}") for secret in signing_secrets]
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, signed: str) -> str:
    key = b64decode(secret.removeprefix(_PREFIX))
    return "v1," + b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()


def _box() -> Fernet:
    key = salted_hmac("product.webhooks.signing", b"secrets", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))
