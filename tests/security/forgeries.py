"""A hundred and more access tokens that are none, by what is wrong with them.

Three kinds: made without auth's key; with its key, but not as auth makes them; and good ones, wrongly presented.
"""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from servicekit.ids import new_id
from tests.forged_tokens import TokenForge

Headers = list[tuple[bytes, bytes]]

_REQUIRED = ("iss", "aud", "sub", "sid", "role", "username", "iat", "exp", "jti")
_OTHER_KINDS: dict[str, Any] = {"a number": 7, "a list": ["x"], "an object": {"a": 1}, "null": None, "true": True}
_HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def forged_requests(forge: TokenForge, *, refresh_token: str) -> Iterator[tuple[str, Headers]]:
    """What is wrong, and the headers of the request."""
    tokens = (*_without_the_key(forge, refresh_token), *_mangled(forge), *_with_the_key(forge))
    yield from ((flaw, _bearer(token)) for flaw, token in tokens)
    yield from _wrongly_presented(forge.token())


def _without_the_key(forge: TokenForge, refresh_token: str) -> Iterator[tuple[str, str]]:
    header, claims = forge.header, forge.claims
    other, curve = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    numbers = rsa.generate_private_key(65537, 2048)
    jwk = jwt.algorithms.ECAlgorithm.to_jwk(other.public_key(), as_dict=True) | {"kid": "mine"}
    yield from forge.forgeries().items()
    yield "a refresh token", refresh_token
    for name in ("none", "None", "NONE", "nOnE", ""):
        for signature in ("", "AAAA"):
            yield (
                f"alg {name!r} with signature {signature!r}",
                f"{_part(header | {'alg': name})}.{_part(claims)}.{signature}",
            )
    for written, form in {"PEM": Encoding.PEM, "DER": Encoding.DER}.items():
        secret = forge.public_key.public_bytes(form, PublicFormat.SubjectPublicKeyInfo)
        for name in _HASHES:
            yield f"{name} over the public key in {written}", _hmac(header | {"alg": name}, claims, secret)
    for secret in (b"", b"secret", b"\x00", header["kid"].encode(), b"change-me"):
        yield f"HS256 over {secret!r}", _hmac(header | {"alg": "HS256"}, claims, secret)
    keys: dict[str, Any] = {
        "RS256": numbers, "PS256": numbers, "ES384": curve, "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    }  # fmt: skip
    for name, key in keys.items():
        yield f"signed with {name}", jwt.encode(claims, key, algorithm=name, headers=header | {"alg": name})
    for extra in (
        {"jwk": jwk}, {"jwk": jwk, "kid": "mine"}, {"jku": "http://127.0.0.1:1/keys"}, {"x5u": "http://127.0.0.1:1/c"},
        {"x5c": ["AAAA"]}, {"kid": "../../../../dev/null"}, {"kid": "' OR 1=1 --"}, {"kid": "\u0000"}, {"kid": ""},
        {"kid": header["kid"] + " "}, {"kid": header["kid"].upper() + "X"}, {"kid": "x" * 3000},
        {"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}, {"typ": "at+jwt", "cty": "JWT"},
    ):  # fmt: skip
        yield (
            f"another key, {', '.join(extra)} {extra.get('kid')!r:.30} in the header",
            forge.token(key=other, header=extra),
        )


def _mangled(forge: TokenForge) -> Iterator[tuple[str, str]]:
    good = forge.token()
    header, payload, signature = good.split(".")
    zeros = base64.urlsafe_b64encode(bytes(64)).decode().rstrip("=")
    der = base64.urlsafe_b64encode(b"\x30\x06\x02\x01\x00\x02\x01\x00").decode().rstrip("=")
    yield "signature of zeros (CVE-2022-21449)", f"{header}.{payload}.{zeros}"
    yield "signature in DER", f"{header}.{payload}.{der}"
    yield "signature doubled", f"{good}{signature}"
    yield "first bit of the signature turned", f"{header}.{payload}.{_turned(signature)}"
    yield "first bit of the payload turned", f"{header}.{_turned(payload)}.{signature}"
    yield "first bit of the header turned", f"{_turned(header)}.{payload}.{signature}"
    yield "signature of another token", f"{header}.{payload}.{forge.token(jti='other').split('.')[2]}"
    yield "without its header", f".{payload}.{signature}"
    yield "without its payload", f"{header}..{signature}"
    yield "without its signature", f"{header}.{payload}"
    yield "four parts", f"{good}.AAAA"
    yield "five parts, as if encrypted", f"{good}.AAAA.AAAA"
    yield "only dots", ".."
    yield "a thousand dots", "." * 1000
    yield "cut in the middle", good[: len(good) // 2]
    yield "the token twice", f"{good}{good}"
    yield "a space within", f"{header}. {payload}.{signature}"
    yield "a tab within", f"{header}.\t{payload}.{signature}"
    yield "percent-encoded", good.replace(".", "%2E")
    yield "in quotation marks", f'"{good}"'
    yield "in upper case", good.upper()
    yield "reversed", good[::-1]
    yield "JSON instead of base64", f"{json.dumps(forge.header)}.{json.dumps(forge.claims)}.x".replace(" ", "")
    yield "a JWS in its JSON form", json.dumps({"payload": payload, "signatures": [{"signature": signature}]})
    for name, part in (
        ("no JSON", b"\xff\xfe"), ("a list", b"[]"), ("a number", b"1"), ("null", b"null"), ("nothing", b""),
        ("nested six hundred deep", b"[" * 600), ("nested two thousand deep",
        b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}"),
        ("a number of 4,500 digits", b'{"kid": ' + b"9" * 4500 + b"}"), ("an endless number", b'{"kid": 1e999}'),
        ("not a number", b'{"kid": NaN, "typ": "at+jwt"}'), ("a lone surrogate",
        b'{"kid": "\\ud800", "typ": "at+jwt"}'),
        ("duplicate keys", b'{"alg": "none", "alg": "ES256", "typ": "at+jwt", "kid": "x"}'),
        ("an alg that is a list", b'{"alg": ["ES256"], "typ": "at+jwt", "kid": "x"}'),
        ("no alg", b'{"typ": "at+jwt", "kid": "x"}'),
    ):  # fmt: skip
        encoded = base64.urlsafe_b64encode(part).decode().rstrip("=")
        yield f"header: {name}", f"{encoded}.{payload}.{signature}"
        yield f"payload: {name}", f"{header}.{encoded}.{signature}"
    yield "huge (6 kB)", f"{header}.{'A' * 6000}.{signature}"


def _with_the_key(forge: TokenForge) -> Iterator[tuple[str, str]]:
    """Signed by auth, and yet not to be believed: a defect there must not open the others, nor break them."""
    header, claims, now = forge.header, forge.claims, int(time.time())
    for name in _REQUIRED:
        yield f"without {name}", forge.signed(header, {key: value for key, value in claims.items() if key != name})
        for kind, value in _OTHER_KINDS.items():
            is_time = name in ("iat", "exp")
            if not (is_time and kind == "a number"):
                yield f"{name} is {kind}", forge.signed(header, claims | {name: value})
    for name in ("alg", "typ", "kid"):
        yield f"header without {name}", forge.signed({k: v for k, v in header.items() if k != name}, claims)
        yield f"header with {name} as a list", forge.signed(header | {name: [header[name]]}, claims)
    changes: dict[str, dict[str, Any]] = {
        "expires in text": {"exp": str(now + 900)}, "expires never": {"exp": float("inf")},
        "expires at no number": {"exp": float("nan")}, "expired at minus one": {"exp": -1},
        "expired just beyond the leeway": {"exp": now - 31},
        "issued in an hour": {"iat": now + 3600}, "issued in text": {"iat": str(now)},
        "issued at no number": {"iat": float("nan")}, "not valid before tomorrow": {"nbf": now + 86_400},
        "not valid before a text": {"nbf": "tomorrow"}, "not valid before never": {"nbf": float("inf")},
        "another issuer": {"iss": "storefront-auth.evil.example"}, "issuer with a space": {"iss": "storefront-auth "},
        "a list of issuers": {"iss": [claims["iss"]]}, "a list of audiences": {"aud": [claims["aud"], "x"]},
        "an empty audience": {"aud": ""}, "role root": {"role": "root"}, "role in capitals": {"role": "ADMIN"},
        "role with a space": {"role": "admin "}, "an empty role": {"role": ""}, "many roles": {"role": ["admin"]},
        "subject that is no id": {"sub": "1 OR 1=1"}, "subject that is a path": {"sub": "../admin"},
        "an empty subject": {"sub": ""}, "session that is no id": {"sid": "x"}, "an empty session": {"sid": ""},
        "a session nobody has": {"sid": "no-session"}, "subject with a NUL": {"sub": "\x00"},
        "subject in full-width digits": {"sub": "".join(chr(0xFF10) for _ in range(32))},
    }  # fmt: skip
    for flaw, change in changes.items():
        yield flaw, forge.signed(header, claims | change)
    for name in ("JWT", "at+JWT;x", "application/refresh+jwt", ""):
        yield f"typ {name!r}", forge.signed(header | {"typ": name}, claims)
    yield "payload that is a list", forge.signed(header, json.dumps([claims]).encode())
    yield "payload that is no JSON", forge.signed(header, b"\xff")
    yield "payload nested two thousand deep", forge.signed(header, b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}")


def _wrongly_presented(good: str) -> Iterator[tuple[str, Headers]]:
    """A good token, but not where and how a token has to stand."""
    token = good.encode()
    for form in (
        b"%b", b"Basic %b", b"Token %b", b"JWT %b", b"Bearer", b"Bearer ", b"Bearer:%b", b"Bearer=%b",
        b"Bearer Bearer %b",
        b"Bearer %b x", b"Bearer %b,Bearer %b", b"Bearer %b, x", b"Bearer x %b", b"Bearer,%b", b"Bearer\xa0%b",
        b"Bearer \xe2\x80\x8b%b", b"B\xc3\xa9arer %b", b"Bearer token=%b", b'Bearer "%b"', b"Digest %b",
    ):  # fmt: skip
        yield f"as {form!r}", [(b"Authorization", form.replace(b"%b", token))]
    for name in (b"X-Authorization", b"Proxy-Authorization", b"Authentication", b"X-Access-Token", b"Authorization2"):
        yield f"in {name!r}", [(name, b"Bearer " + token)]
    for name in (b"access_token", b"token", b"Authorization", b"sessionid"):
        yield f"as the cookie {name!r}", [(b"Cookie", name + b"=" + token)]
    yield "beside a forged one", [*_bearer(good), *_bearer("forged")]
    yield "behind a forged one", [*_bearer("forged"), *_bearer(good)]
    yield "twice", [*_bearer(good), *_bearer(good)]


def _bearer(token: str) -> Headers:
    return [(b"Authorization", b"Bearer " + token.encode("utf-8", "surrogatepass"))]


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _hmac(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """By hand, since the library refuses to make one."""
    message = f"{_part(header)}.{_part(claims)}"
    digest = hmac.digest(secret, message.encode(), _HASHES[header["alg"]])
    return f"{message}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def _turned(part: str) -> str:
    """Another first character, and with it another first bit."""
    return ("A" if part[0] != "A" else "g") + part[1:]


def unknown_session(forge: TokenForge) -> str:
    """All is right but that no such session was ever opened: auth alone can know, from its database."""
    return forge.token(sid=str(new_id()))
