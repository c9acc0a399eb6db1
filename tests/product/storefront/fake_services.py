"""Auth and payment as far as the storefront asks them anything: a small server, told by a test how to be."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs
from uuid import UUID, uuid5

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from servicekit.ids import new_id
from servicekit.tokens import ALGORITHM, TOKEN_TYPE

PASSWORD = "correct horse battery"

_NAMESPACE = UUID("4f1b6a52-9a39-4c1c-8b5e-0c1f5d1f6a10")
WALLET_ID = UUID("01890000-0000-7000-8000-00000000a11e")
_KEY = ec.generate_private_key(ec.SECP256R1())
_KEY_ID = "fake"
_PUBLIC_KEY = ECAlgorithm.to_jwk(_KEY.public_key(), as_dict=True) | {"kid": _KEY_ID, "use": "sig", "alg": ALGORITHM}

ACCOUNT: dict[str, tuple[int, Any]] = {
    "GET /api/v1/users/me": (
        200,
        {"username": "ada", "email": "ada@example.org", "email_verified": False}
        | dict.fromkeys(
            ["display_name", "first_name", "last_name", "bio", "location", "website", "phone_number", "address"]
        ),
    ),
    "GET /api/v1/users/me/preferences": (
        200,
        {"language": "en", "timezone": "UTC", "theme": "system", "date_format": "YYYY-MM-DD", "time_format": "24h"}
        | {"email_notifications": True, "push_notifications": False, "sms_notifications": False}
        | {"newsletter": False, "marketing": False},
    ),
    "GET /api/v1/users/me/sessions": (200, {"results": []}),
    f"GET /api/v1/wallets/{WALLET_ID}/transactions?limit=20": (200, {"results": [], "next": None, "previous": None}),
}


def user_id_of(username: str) -> UUID:
    return uuid5(_NAMESPACE, username)


def make_token(
    username: str, *, lasts_seconds: int = 900, role: str = "customer", session_id: UUID | None = None, **claims: Any
) -> str:
    now = int(time.time())
    good = {
        "iss": "storefront-auth",
        "aud": "storefront",
        "sub": str(user_id_of(username)),
        "sid": str(session_id or new_id()),
        "role": role,
        "username": username,
        "iat": now - 3600,
        "exp": now + lasts_seconds,
        "jti": str(new_id()),
    }
    return jwt.encode(good | claims, _KEY, ALGORITHM, headers={"typ": TOKEN_TYPE, "kid": _KEY_ID})


@dataclass
class FakeServices:
    """Runs inside `with`. Its fields are what a test arranges, and what it finds out afterwards."""

    usernames: set[str] = field(default_factory=lambda: {"ada"})
    """Those with an account; the password of all is `PASSWORD`."""
    roles: dict[str, str] = field(default_factory=dict)
    """By user name; all others are customers."""
    refusal: tuple[int, dict[str, Any]] | None = None
    """What auth answers to the next registrations and sign-ins instead of doing them: status and body."""
    balances: dict[str, str] = field(default_factory=lambda: {"ada": "1000.00"})
    """In EUR, by user name. Payment shows all of them, as it does to staff."""
    is_payment_away: bool = False
    tokens_seen: list[str] = field(default_factory=list)
    """The bearer tokens that came with requests to payment."""
    headers_seen: list[Message] = field(default_factory=list)
    """Of requests about sessions."""
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    """Those that are good, and whose they are."""
    refresh_grace: bool = False
    """Whether a refresh token that was used is good again, as at auth for some seconds."""
    on_refresh: Callable[[], object] = lambda: None
    """Happens in the middle of a refresh."""
    is_email_confirmed: bool = False
    """What tokens say from now on."""
    sessions_ended: list[str] = field(default_factory=list)
    """The tokens with which somebody signed out."""
    captured: dict[str, str] = field(default_factory=dict)
    """The id of the payment that was captured, by order id."""
    refund_refusal: tuple[int, dict[str, Any]] | None = None
    refunds: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """By idempotency key: of which payment, and the body of the request."""
    latest_refunds: list[dict[str, Any]] = field(default_factory=list)
    """As payment lists them to staff."""
    account_answers: dict[str, tuple[int, Any]] = field(default_factory=lambda: dict(ACCOUNT))
    """What auth and payment answer about Ada's account, by "METHOD path"; `me` stands for her id. 204 to the rest."""
    account_calls: list[tuple[str, bytes]] = field(default_factory=list)
    """"METHOD path" and body of what was asked about her account, or about nobody's in particular."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """From now on nobody answers at the address."""
        self._server.shutdown()
        self._server.server_close()

    def register(self, body: bytes) -> tuple[int, dict[str, Any]]:
        username = json.loads(body)["username"]
        if username in self.usernames:
            return 409, {"code": "username_taken"}
        self.usernames.add(username)
        return 201, {"username": username}

    def sign_in(self, body: bytes) -> tuple[int, dict[str, Any]]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if form["grant_type"] == "refresh_token":
            return self.refresh(form["refresh_token"])
        if form["username"] not in self.usernames or form["password"] != PASSWORD:
            return 401, {"code": "invalid_credentials"}
        return 200, self._tokens(form["username"])

    def refresh(self, refresh_token: str) -> tuple[int, dict[str, Any]]:
        self.on_refresh()
        username = self.refresh_tokens.get(refresh_token)
        if not self.refresh_grace:
            self.refresh_tokens.pop(refresh_token, None)
        return (401, {"code": "invalid_refresh_token"}) if username is None else (200, self._tokens(username))

    def _tokens(self, username: str) -> dict[str, Any]:
        refresh_token = str(new_id())
        self.refresh_tokens[refresh_token] = username
        role = self.roles.get(username, "customer")
        return {
            "access_token": make_token(username, role=role, email_verified=self.is_email_confirmed),
            "token_type": "bearer",
            "expires_in": 900,
            "refresh_token": refresh_token,
        }

    def sign_out(self, _body: bytes) -> tuple[int, None]:
        self.sessions_ended.append(self.headers_seen[-1]["Authorization"].removeprefix("Bearer "))
        return 204, None

    def list_wallets(self, token: str) -> tuple[int, dict[str, Any]]:
        self.tokens_seen.append(token)
        wallets = [
            {
                "id": str(WALLET_ID),
                "user_id": str(user_id_of(username)),
                "currency": "EUR",
                "balance": balance,
                "is_frozen": False,
            }
            for username, balance in self.balances.items()
        ]
        return (503, {}) if self.is_payment_away else (200, {"results": wallets})

    def list_payments(self, order_id: str) -> tuple[int, dict[str, Any]]:
        found = [{"id": self.captured[order_id], "status": "succeeded"}] if order_id in self.captured else []
        return (503, {}) if self.is_payment_away else (200, {"results": found})

    def refund(self, path: str, body: bytes, headers: Message) -> tuple[int, dict[str, Any]]:
        self.tokens_seen.append(headers["Authorization"].removeprefix("Bearer "))
        if self.refund_refusal is not None:
            return self.refund_refusal
        self.refunds.setdefault(headers["Idempotency-Key"], (path.split("/")[4], json.loads(body)))
        return 201, {}

    def answer(self, method: str, path: str, headers: Message, body: bytes) -> tuple[int, Any]:
        if path == "/.well-known/jwks.json":
            return 200, {"keys": [_PUBLIC_KEY]}
        use_cases = {"/register": self.register, "/token": self.sign_in, "/logout": self.sign_out}
        if path in use_cases:
            self.headers_seen.append(headers)
            return self.refusal or use_cases[path](body)
        if path.startswith(("/api/v1/wallets?", "/api/v1/payments", "/api/v1/refunds")) or path == "/api/v1/wallets":
            return self.answer_of_payment(path, headers, body)
        return self.about_account(method, path, body)

    def answer_of_payment(self, path: str, headers: Message, body: bytes) -> tuple[int, Any]:
        if path.endswith("/refund"):
            return self.refund(path, body, headers)
        if path.startswith("/api/v1/refunds"):
            return (503, {}) if self.is_payment_away else (200, {"results": self.latest_refunds})
        if path.startswith("/api/v1/payments?order_id="):
            return self.list_payments(path.partition("=")[2])
        return self.list_wallets(headers["Authorization"].removeprefix("Bearer "))

    def about_account(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        call = f"{method} {path.replace(str(user_id_of('ada')), 'me')}"
        self.account_calls.append((call, body))
        return self.account_answers.get(call, (204, None))


def _handler_of(services: FakeServices) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer(*services.answer(self.command, self.path, self.headers, body))

        do_GET = do_POST = do_PATCH = do_DELETE = _respond  # noqa: N815  (names of the standard library)

        def _answer(self, status: int, body: Any) -> None:
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if status in (429, 503):
                self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
