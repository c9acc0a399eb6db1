"""Access tokens: only what auth signed, for us, and still valid, is believed. Keys outlive auth's absence."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt import PyJWK

from servicekit.ids import new_id
from servicekit.tokens import InvalidToken, JwksCache, KeysUnavailable, TokenVerifier

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: ec.EllipticCurvePrivateKey = KEY, key_id: str = "k1") -> dict[str, Any]:
    jwk = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return jwk | {"kid": key_id, "alg": "ES256", "use": "sig"}


def make_token(*, key: Any = KEY, algorithm: str = "ES256", header: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(time.time())
    payload: dict[str, Any] = {
        "iss": "issuer", "aud": "audience", "sub": str(new_id()), "sid": str(new_id()), "role": "customer",
        "username": "ann", "iat": now, "exp": now + 900, "jti": "t1",
    }  # fmt: skip
    payload = {name: value for name, value in (payload | claims).items() if value is not None}
    return jwt.encode(payload, key, algorithm=algorithm, headers={"typ": "at+jwt", "kid": "k1"} | (header or {}))


@pytest.fixture
def verifier() -> TokenVerifier:
    keys = {"k1": PyJWK.from_dict(public_jwk())}
    return TokenVerifier(keys.get, issuer="issuer", audience="audience")


def test_tells_who_is_calling(verifier: TokenVerifier) -> None:
    user_id = new_id()

    principal = verifier.verify(make_token(sub=str(user_id), role="staff"))

    assert (principal.user_id, principal.username, principal.role) == (user_id, "ann", "staff")
    assert principal.is_staff


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def resigned(header: dict[str, Any]) -> str:
    """A token with this very header, properly signed."""
    signed = f"{encoded(json.dumps(header).encode())}.{make_token().split('.')[1]}"
    signature = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256).sign(signed.encode(), KEY)
    return f"{signed}.{encoded(signature)}"


def unsigned(token: str) -> str:
    header = encoded(b'{"alg": "none", "typ": "at+jwt", "kid": "k1"}')
    return f"{header}.{token.split('.')[1]}."


def signed_with_the_public_key_as_secret(token: str) -> str:
    """The classic confusion: HMAC over the public key. Built by hand, since the library refuses to make one."""
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    header = encoded(b'{"alg": "HS256", "typ": "at+jwt", "kid": "k1"}')
    signed = f"{header}.{token.split('.')[1]}"
    return f"{signed}.{encoded(hmac.digest(pem, signed.encode(), 'sha256'))}"


FORGERIES: dict[str, Callable[[], str]] = {
    "another key": lambda: make_token(key=OTHER_KEY),
    "another algorithm": lambda: make_token(key=rsa.generate_private_key(65537, 2048), algorithm="RS256"),
    "the public key as a secret": lambda: signed_with_the_public_key_as_secret(make_token()),
    "no signature": lambda: unsigned(make_token()),
    "unknown key id": lambda: make_token(header={"kid": "k2"}),
    "no key id": lambda: resigned({"alg": "ES256", "typ": "at+jwt"}),
    "key id that is no text": lambda: resigned({"alg": "ES256", "typ": "at+jwt", "kid": 1}),
    "key id that is a path": lambda: make_token(header={"kid": "../../k1"}),
    "an embedded key": lambda: make_token(key=OTHER_KEY, header={"jwk": public_jwk(OTHER_KEY), "kid": "k2"}),
    "another kind of token": lambda: make_token(header={"typ": "JWT"}),
    "expired": lambda: make_token(exp=int(time.time()) - 60),
    "not yet valid": lambda: make_token(nbf=int(time.time()) + 600),
    "another issuer": lambda: make_token(iss="somebody"),
    "another audience": lambda: make_token(aud="somebody"),
    "a list of audiences": lambda: make_token(aud=["audience", "other"]),
    "no expiry": lambda: make_token(exp=None),
    "no session": lambda: make_token(sid=None),
    "unknown role": lambda: make_token(role="root"),
    "subject that is no id": lambda: make_token(sub="1 OR 1=1"),
    "subject in digits of another script": lambda: make_token(sub="\uff10" * 32),
    "session that is no text": lambda: make_token(sid=7),
    "expiry in text": lambda: make_token(exp=str(int(time.time()) + 900)),
    "expiry that is no whole number": lambda: make_token(exp=time.time() + 900.5),
    "time of issue in text": lambda: make_token(iat=str(int(time.time()))),
    "header nested without end": lambda: f"{encoded(b'[' * 3000)}.{make_token().partition('.')[2]}",
    "longer than any": lambda: make_token(username="x" * 4000),
    "name that is no text": lambda: make_token(username=["ann"]),
    "cut short": lambda: make_token()[:-4],
    "nothing": lambda: "",
    "not a token": lambda: "a.b.c",
    "not ASCII": lambda: "ä.ö.ü",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_refuses_a_forged_token(verifier: TokenVerifier, forge: Callable[[], str]) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(forge())


# --- a token that was believed before


def test_a_token_expires_that_was_believed(verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    token = make_token()
    principal, now = verifier.verify(token), time.time()

    monkeypatch.setattr("servicekit.tokens.time.time", lambda: now + 925)
    assert verifier.verify(token) == principal
    monkeypatch.setattr("servicekit.tokens.time.time", lambda: now + 931)
    with pytest.raises(InvalidToken):
        verifier.verify(token)


@pytest.mark.parametrize(
    "keys",
    [{}, {"k1": PyJWK.from_dict(public_jwk(OTHER_KEY))}, {"k2": PyJWK.from_dict(public_jwk(key_id="k2"))}],
    ids=["no key", "another key of the same name", "the same key by another name"],
)
def test_refuses_a_token_that_was_believed_when_its_key_is_gone(keys: dict[str, PyJWK]) -> None:
    known = {"k1": PyJWK.from_dict(public_jwk())}
    verifier = TokenVerifier(known.get, issuer="issuer", audience="audience")
    token = make_token()
    verifier.verify(token)

    known.clear()
    known.update(keys)
    with pytest.raises(InvalidToken):
        verifier.verify(token)


def test_refuses_a_token_that_was_believed_when_its_session_has_ended() -> None:
    key, ended = PyJWK.from_dict(public_jwk()), set[UUID]()
    verifier = TokenVerifier(
        {"k1": key}.get, issuer="issuer", audience="audience", is_revoked=lambda session_id: session_id in ended
    )
    token = make_token()

    ended.add(verifier.verify(token).session_id)
    with pytest.raises(InvalidToken):
        verifier.verify(token)


def test_the_signature_belongs_to_the_token_that_was_believed(verifier: TokenVerifier) -> None:
    token, another = make_token(), make_token(role="staff")
    verifier.verify(token)

    header, _, signature = token.split(".")
    with pytest.raises(InvalidToken):
        verifier.verify(f"{header}.{another.split('.')[1]}.{signature}")


# --- auth's keys


class FakeAuth:
    """Stands in for auth's JWKS endpoint: answers with `keys`, or not at all when they are None."""

    def __init__(self, keys: list[dict[str, Any]] | None) -> None:
        self.keys = keys
        self.calls = 0

    def get(self, url: str, **_: Any) -> httpx2.Response:
        self.calls += 1
        if self.keys is None:
            raise httpx2.ConnectError("refused")
        return httpx2.Response(200, json={"keys": self.keys}, request=httpx2.Request("GET", url))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("servicekit.tokens.time.monotonic", lambda: now[0])
    return now


def use(monkeypatch: pytest.MonkeyPatch, auth: FakeAuth) -> JwksCache:
    monkeypatch.setattr("servicekit.tokens.httpx2.get", auth.get)
    return JwksCache("http://auth/.well-known/jwks.json")


def test_fetches_keys_once_for_many_tokens(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    cache = use(monkeypatch, auth := FakeAuth([public_jwk()]))

    found = [cache.find("k1") for _ in range(100)]

    assert all(found)
    assert auth.calls == 1


def test_unknown_key_ids_do_not_turn_into_requests(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    cache = use(monkeypatch, auth := FakeAuth([public_jwk()]))

    found = [cache.find(f"forged-{number}") for number in range(100)]

    assert not any(found)
    assert auth.calls == 1


def test_learns_a_new_key_within_seconds(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    cache = use(monkeypatch, auth := FakeAuth([public_jwk()]))
    cache.find("k1")
    auth.keys = [public_jwk(), public_jwk(OTHER_KEY, "k2")]

    clock[0] += 11

    assert cache.find("k2") is not None


def test_keeps_its_keys_while_auth_is_away(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    cache = use(monkeypatch, auth := FakeAuth([public_jwk()]))
    cache.find("k1")
    auth.keys = None

    clock[0] += 3600

    assert cache.find("k1") is not None


def test_says_so_when_there_never_was_a_key(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    cache = use(monkeypatch, FakeAuth(None))

    with pytest.raises(KeysUnavailable):
        cache.find("k1")
