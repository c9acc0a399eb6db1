"""Access tokens as a thief, a clumsy colleague or yesterday's browser would send them."""

import base64
import json
import time
from pathlib import Path
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from servicekit.ids import new_id
from servicekit.tokens import ALGORITHM
from tests.running_shop import RunningShop


class TokenForge:
    """Makes tokens that differ from a good one of the shop in one thing each."""

    def __init__(self, shop: RunningShop, *, good: str | None = None) -> None:
        """`good`: the token that the forgeries are made of; that of a new customer when None."""
        (key_file,) = Path(shop.addresses.signing_keys).glob("*.pem")
        self._key = cast("ec.EllipticCurvePrivateKey", load_pem_private_key(key_file.read_bytes(), password=None))
        good = good or str(shop.new_customer().token)
        self._header = jwt.get_unverified_header(good)
        self._claims = jwt.decode(good, options={"verify_signature": False})

    def token(self, *, key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A good token, but for what is given."""
        return jwt.encode(
            self._claims | claims, key or self._key, algorithm=ALGORITHM, headers=self._header | (header or {})
        )

    def signed(self, header: dict[str, Any] | bytes, payload: dict[str, Any] | bytes) -> str:
        """Whatever is given, with auth's own signature. What comes as bytes is taken as it is."""
        parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
        message = b".".join(_encoded(part) for part in parts)
        algorithm = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256)
        return (message + b"." + _encoded(algorithm.sign(message, self._key))).decode()

    @property
    def header(self) -> dict[str, Any]:
        return dict(self._header)

    @property
    def claims(self) -> dict[str, Any]:
        return dict(self._claims)

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    def forgeries(self) -> dict[str, str]:
        """By what is wrong with them."""
        long_ago = int(time.time()) - 3600
        good = self.token()
        return {
            "signed with another key": self.token(key=ec.generate_private_key(ec.SECP256R1())),
            "expired": self.token(iat=long_ago, exp=long_ago + 900),
            "from another issuer": self.token(iss="https://elsewhere.example"),
            "for another audience": self.token(aud="elsewhere"),
            "with an unknown key id": self.token(header={"kid": str(new_id())}),
            "of another type": self.token(header={"typ": "JWT"}),
            "with a changed payload": _with_other_payload(good, self.token(role="admin")),
            "unsigned": good.rpartition(".")[0] + ".",
            "cut short": good[:-8],
            "no token at all": "letmein",
        }


def _with_other_payload(token: str, other: str) -> str:
    header, _, signature = token.split(".")
    return ".".join([header, other.split(".")[1], signature])


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
