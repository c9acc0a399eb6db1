"""The keys that sign access tokens: a folder of private keys, all of them published, the newest in use."""

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm

from servicekit.settings import UnsafeConfiguration
from servicekit.tokens import ALGORITHM

_VARIABLE = "AUTH_SIGNING_KEYS_DIR"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and its public half in the form that is published (RFC 7517)."""

    id: str
    private_key: EllipticCurvePrivateKey
    public_jwk: dict[str, Any]


class SigningKeys:
    """The keys in order of age. Whoever adds one publishes it before signing with it: readers cache the set."""

    def __init__(self, keys: list[SigningKey]) -> None:
        self._keys = keys
        self._verifying = {key.id: PyJWK(key.public_jwk) for key in keys}

    @classmethod
    def load(cls, directory: Path) -> "SigningKeys":
        """Read `*.pem`; the last name in sort order signs. Raises `UnsafeConfiguration` for a missing or a weak key."""
        paths = sorted(directory.glob("*.pem"))
        if not paths:
            raise UnsafeConfiguration(f"{_VARIABLE}: the folder holds no *.pem file, or does not exist")
        return cls([_load_key(path) for path in paths])

    @property
    def current(self) -> SigningKey:
        """The key that signs."""
        return self._keys[-1]

    @property
    def public_jwks(self) -> list[dict[str, Any]]:
        """The public keys, for everyone."""
        return [key.public_jwk for key in self._keys]

    def find(self, key_id: str) -> PyJWK | None:
        """The public key with exactly this id, for checking a token."""
        return self._verifying.get(key_id)


def _load_key(path: Path) -> SigningKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnsafeConfiguration(f"{_VARIABLE}: {path.name} is not a readable private key without password") from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise UnsafeConfiguration(f"{_VARIABLE}: {path.name} is not a P-256 key, as {ALGORITHM} needs it")
    public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    key_id = _thumbprint(public)
    return SigningKey(key_id, key, public | {"kid": key_id, "use": "sig", "alg": ALGORITHM})


def _thumbprint(jwk: dict[str, Any]) -> str:
    """The key's id: its RFC 7638 thumbprint, the same wherever it is computed."""
    members = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
