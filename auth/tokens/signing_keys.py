"""The keys that sign access tokens: a folder of private keys, noticed by all processes when it changes.

A name may end in the moment from which its key signs (`signing-20261120T120000Z.pem`). Until then it is only published,
so that all readers have it when it is used; and one whose successor has signed for longer than any token lives is
retired: neither published nor believed. `key_rotation.py` writes such names; those without a moment sign from ever.
"""

import hashlib
import json
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt import PyJWK
from jwt.algorithms import ECAlgorithm

from servicekit.settings import UnsafeConfiguration
from servicekit.tokens import ALGORITHM, LEEWAY

MOMENT_FORMAT = "%Y%m%dT%H%M%SZ"
LONGEST_TOKEN_LIFE = timedelta(hours=1) + LEEWAY
"""The most that `AUTH_ACCESS_TOKEN_SECONDS` may be, whatever it is at the moment."""

_VARIABLE = "AUTH_SIGNING_KEYS_DIR"
_MOMENT = re.compile(r"(\d{8}T\d{6}Z)\.pem$")
_EVER = datetime.min.replace(tzinfo=UTC)
_LOOK_EVERY_SECONDS = 2.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and its public half in the form that is published (RFC 7517)."""

    id: str
    private_key: EllipticCurvePrivateKey
    public_jwk: dict[str, Any]
    verifying: PyJWK
    signs_from: datetime


def signs_from(path: Path) -> datetime:
    """The moment in the name. Raises ValueError for digits that are none."""
    found = _MOMENT.search(path.name)
    return datetime.strptime(found[1], MOMENT_FORMAT).replace(tzinfo=UTC) if found else _EVER


def in_order(directory: Path) -> list[Path]:
    """The files of keys, oldest first. Raises `UnsafeConfiguration` for a name with an impossible moment."""
    try:
        return sorted(directory.glob("*.pem"), key=lambda path: (signs_from(path), path.name))
    except ValueError as error:
        raise UnsafeConfiguration(f"{_VARIABLE}: the name of a key holds an impossible moment") from error


def retired(moments: Sequence[datetime], *, now: datetime) -> int:
    """How many of the keys that begin to sign at these moments, in order, have no token left that is good."""
    over = (later != _EVER and later + LONGEST_TOKEN_LIFE <= now for _, later in pairwise(moments))
    return sum(over)


class SigningKeys:
    """The keys in order of age. Looks at the folder again every other second, when asked for anything."""

    def __init__(
        self, directory: Path, names: list[Path], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._directory = directory
        self._names = names
        self._keys = [_load_key(path) for path in names]
        self._now = now
        self._looked_at = time.monotonic()

    @classmethod
    def load(cls, directory: Path, **clock: Callable[[], datetime]) -> "SigningKeys":
        """Read `*.pem`. Raises `UnsafeConfiguration` for a missing or a weak key."""
        paths = in_order(directory)
        if not paths:
            raise UnsafeConfiguration(f"{_VARIABLE}: the folder holds no *.pem file, or does not exist")
        return cls(directory, paths, **clock)

    @property
    def current(self) -> SigningKey:
        """The key that signs: the last whose moment has come, or the first when none has."""
        keys = self._live()
        begun = [key for key in keys if key.signs_from <= self._now()]
        return begun[-1] if begun else keys[0]

    @property
    def public_jwks(self) -> list[dict[str, Any]]:
        """The public keys, for everyone."""
        return [key.public_jwk for key in self._live()]

    def find(self, key_id: str) -> PyJWK | None:
        """The public key with exactly this id, for checking a token."""
        return next((key.verifying for key in self._live() if key.id == key_id), None)

    def _live(self) -> list[SigningKey]:
        if time.monotonic() - self._looked_at > _LOOK_EVERY_SECONDS:
            self._look_again()
        return self._keys[retired([key.signs_from for key in self._keys], now=self._now()) :]

    def _look_again(self) -> None:
        """A folder that has become unusable is no reason to stop: the keys in hand are good."""
        self._looked_at = time.monotonic()
        try:
            names = in_order(self._directory)
            if names and names != self._names:
                self._keys, self._names = [_load_key(path) for path in names], names
                _log.info("signing_keys.changed", count=len(names))
        except (UnsafeConfiguration, OSError) as error:
            _log.error("signing_keys.unusable", error=str(error))


def _load_key(path: Path) -> SigningKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnsafeConfiguration(f"{_VARIABLE}: {path.name} is not a readable private key without password") from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise UnsafeConfiguration(f"{_VARIABLE}: {path.name} is not a P-256 key, as {ALGORITHM} needs it")
    public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    jwk = public | {"kid": _thumbprint(public), "use": "sig", "alg": ALGORITHM}
    return SigningKey(jwk["kid"], key, jwk, PyJWK(jwk), signs_from(path))


def _thumbprint(jwk: dict[str, Any]) -> str:
    """The key's id: its RFC 7638 thumbprint, the same wherever it is computed."""
    members = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()
