"""Auth's place in a measurement of another service: hands out access tokens, and the key to check them with."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from servicekit.ids import new_id
from servicekit.tokens import ALGORITHM, TOKEN_TYPE
from stack.ports import HOST, private_port

_KEY_ID = "bench"
_LASTS_SECONDS = 3600


@dataclass(frozen=True)
class TokenIssuer:
    url: str
    _key: ec.EllipticCurvePrivateKey = field(repr=False)

    def token(self, user_id: UUID, *, role: str = "customer") -> str:
        now = int(time.time())
        claims = {
            "iss": "storefront-auth",
            "aud": "storefront",
            "sub": str(user_id),
            "sid": str(new_id()),
            "role": role,
            "username": f"user-{user_id.hex[-12:]}",
            "iat": now,
            "exp": now + _LASTS_SECONDS,
            "jti": str(new_id()),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"typ": TOKEN_TYPE, "kid": _KEY_ID})


@contextmanager
def token_issuer() -> Iterator[TokenIssuer]:
    """Serves its public key at `<url>/.well-known/jwks.json`."""
    key = ec.generate_private_key(ec.SECP256R1())
    jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": _KEY_ID, "use": "sig", "alg": ALGORITHM}
    body = json.dumps({"keys": [jwk]}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Measurements are quiet."""

    server = ThreadingHTTPServer((HOST, private_port()), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield TokenIssuer(f"http://{HOST}:{server.server_port}", key)
    finally:
        server.shutdown()
        server.server_close()
