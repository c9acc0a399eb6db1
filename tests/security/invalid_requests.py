"""Requests that are wrong, made from the services' own descriptions: by chance, but the same ones for the same seed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from servicekit.http import MAX_BODY_BYTES
from servicekit.ids import new_id

_METHODS = ("get", "put", "post", "patch", "delete")
_ENDS_A_SESSION = ("/logout",)
_JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    """A template."""
    query: tuple[str, ...]
    body: Mapping[str, Any] | None
    """The schema of its JSON body, or an empty one when it takes another."""


@dataclass(frozen=True)
class InvalidRequest:
    operation: Operation
    target: str
    """Path and query."""
    headers: dict[str, str]
    content: bytes | None

    def __str__(self) -> str:
        return f"{self.operation.method} {self.target[:300]} {self.headers} {(self.content or b'')[:300]!r}"


def operations_of(description: Mapping[str, Any]) -> list[Operation]:
    """Of an OpenAPI document."""
    return [
        Operation(
            method.upper(),
            path,
            tuple(each["name"] for each in operation.get("parameters", ()) if each.get("in") == "query"),
            _body_schema(description, operation),
        )
        for path, methods in description["paths"].items()
        if path not in _ENDS_A_SESSION
        for method, operation in methods.items()
        if method in _METHODS
    ]


def invalid_requests(
    operations: Sequence[Operation], count: int, chance: Random, *, ids: Mapping[str, str]
) -> Iterator[InvalidRequest]:
    """So many, each operation in turn. `ids` lead to real things, by the names of path parameters."""
    for number in range(count):
        yield _invalid_request(operations[number % len(operations)], chance, ids)


def _body_schema(description: Mapping[str, Any], operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if "requestBody" not in operation:
        return None
    schema: Mapping[str, Any] = operation["requestBody"].get("content", {}).get(_JSON, {}).get("schema", {})
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = description["components"]["schemas"][name]
    return schema


def _invalid_request(operation: Operation, chance: Random, ids: Mapping[str, str]) -> InvalidRequest:
    path = operation.path
    for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
        is_real = name in ids and operation.method != "DELETE" and chance.random() < 0.5
        path = path.replace(f"{{{name}}}", ids[name] if is_real else chance.choice(_PATHS))
    headers, content = {"Accept": chance.choice(("*/*", _JSON, "text/plain", "x/y; q=z", "*"))}, None
    if chance.random() < 0.2:
        headers[chance.choice(_HEADERS)] = chance.choice(_HEADER_VALUES)
    if operation.body is not None or (operation.method != "GET" and chance.random() < 0.2):
        headers["Content-Type"] = _JSON if chance.random() < 0.75 else chance.choice(_MEDIA_TYPES)
        content = _body(operation.body or {}, chance)
    return InvalidRequest(operation, path + _query(operation, chance), headers, content)


def _query(operation: Operation, chance: Random) -> str:
    if operation.body is not None and chance.random() < 0.7:
        return ""
    if chance.random() < 0.1:
        return "?" + chance.choice(_QUERIES)
    names = [name for name in (*operation.query, "limit", "cursor", "role", "id[]") if name != "wait"]
    chosen = chance.sample(names, min(len(names), chance.randint(1, 3)))
    return "?" + "&".join(f"{name}={_quoted(chance.choice(_VALUES))}" for name in chosen)


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return quote(text[:3000].encode("utf-8", "surrogatepass"))


def _body(schema: Mapping[str, Any], chance: Random) -> bytes:
    kind = chance.random()
    if kind < 0.15:
        return chance.choice(_BODIES)
    if kind < 0.2:
        return json.dumps(chance.choice(_VALUES)).encode()
    names = list(schema.get("properties", {"file": {}}))
    chosen = chance.sample(names, chance.randint(0, len(names)))
    fields = {name: chance.choice(_VALUES) for name in chosen}
    if chance.random() < 0.3:
        fields |= {name: chance.choice(_VALUES) for name in chance.sample(_FIELDS, 2)}
    text = json.dumps(fields)
    if fields and chance.random() < 0.1:  # each of them twice
        text = text[:-1] + ", " + json.dumps(fields)[1:]
    return text.encode()


_BODIES = (
    b"", b" ", b"{", b"}", b"{}", b"[]", b"[" * 20_000, b'{"a":' * 9_000, b"\xff\xfe{}", b"\x00", b"{} {}", b"{'a': 1}",
    b'{"a": NaN}', b'{"a": Infinity}', b'{"a": -Infinity}', b'{"a": 1e99999}', b'{"a": ' + b"9" * 9000 + b"}",
    b'{"\\ud800": "\\udfff"}', b'{"a": "\\u0000"}', b'{"a": "\xc0\xaf"}', b'{"a": 01}', b'{"a": .1}', b"{,}", b'{"a"}',
    b"a=b&c=d", b"a=%ff&b=%00", b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\n", b"--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../a.png"\r\n\r\n\x89PNG\r\n\r\n--x--\r\n',
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    b"\x1f\x8b\x08\x00" + b"x" * 50,
    b"x" * (MAX_BODY_BYTES + 1), b'"' + b"x" * 200_000 + b'"', b"\xef\xbb\xbf{}", '{"a": 1}'.encode("utf-16"),
)  # fmt: skip

_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, 1e308, 2**31, 2**63, -(2**63) - 1, 10**30, "", " ", "\x00", "a\x00b", "\ud800",
    "\udfff\ud800",
    "x" * 300, "x" * 70_000, "' OR 1=1 --", '"; DROP TABLE users; --', "../../../etc/passwd", "..\\..\\x",
    "<script>alert(1)</script>",
    "${jndi:ldap://127.0.0.1/a}", "{{7*7}}", "%s%s%n", "%00", "%", "\r\nX-Injected: 1", "\u202eabc", "\ufeff",
    "é" * 50, "e\u0301" * 50,
    "\U0001f600", "١٢٣", "\U0001d7d9", "NaN", "Infinity", "-0", "1e9", "0x10", "1_000", "-5.00", "10.001", "1,00",
    "9" * 40,
    "true", "null",
    [], [[]], [None], [1] * 1000, ["x"] * 50, {}, {"a": 1}, {"$ne": 1}, {"__proto__": {"role": "admin"}}, [{}] * 20,
    "a@b", "@", "a@b@c",
    "javascript:alert(1)", "file:///etc/passwd", "http://127.0.0.1:1/", "http://[::1", "//evil.example", "0000-00-00",
    "9999-12-31T23:59:60Z",
    "10000-01-01", str(new_id()), "00000000-0000-0000-0000-000000000000", "{" + str(new_id()) + "}", "admin", "EUR",
    "XXX", "paid,nonsense",
)  # fmt: skip

_PATHS = (
    str(new_id()), "0", "-1", "x", "%00", "%ff", "%FF%FE", "..", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "....//",
    "%5c..%5c", ".",
    "%20", "%0d%0aX-Injected:%201", "9" * 40, "x" * 3000, quote("é" * 200), "%F0%9F%98%80", "'%20OR%201=1--",
    "%3Cscript%3E", "null",
    "undefined", "NaN", "00000000-0000-0000-0000-000000000000", "%7B%7D", "a;b=c", "a,b", "*", "~", "%25",
    "%252e%252e", "me", "@x",
)  # fmt: skip

_QUERIES = (
    "%", "%ff", "=", "&", "&&&=&", "a", "a=" + "x" * 3500, "&".join(f"a{n}={n}" for n in range(500)), "a=1&a=2&a=3",
    "%00=%00",
    "limit=1&limit=2", "limit=%00", "cursor=" + "A" * 2000, "cursor=%ff", "cursor=bnVsbA==", "cursor=W10=",
    "a[b][c]=1", "?a?b",
    "limit=1e3", "limit=-1", "limit=99999999999999999999", "offset=-1", "offset=9223372036854775808",
    "skip=2147483648&limit=1",
)  # fmt: skip

_HEADERS = (
    "Idempotency-Key", "X-Request-ID", "traceparent", "If-Match", "If-None-Match", "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host", "Accept-Language", "Cookie", "Range", "Content-Encoding", "X-HTTP-Method-Override", "Forwarded",
    "Accept-Encoding", "If-Modified-Since", "User-Agent", "Referer", "Origin", "Authorization2", "HX-Request",
)  # fmt: skip

_HEADER_VALUES = (
    "", "x", "x" * 4000, "*", '"', 'W/"', "\xff\xfe", "é", "-1", "0" * 300, "00-" + "f" * 32 + "-" + "f" * 16 + "-01",
    "gzip, br;q=9",
    "bytes=0-,-1", "bytes=9-1", "a=b; c=d;;;=", "sessionid=" + "x" * 300, "127.0.0.1, ::1, x", "999.999.999.999",
    "for=_x;by=", "DELETE",
    "Mon, 99 Foo 0000", "xx-YY;q=NaN", "${jndi:ldap://x}", "' OR 1=1 --",
)  # fmt: skip

_MEDIA_TYPES = (
    "text/plain", "text/xml", "application/xml", "multipart/form-data", "multipart/form-data; boundary=x", "nonsense",
    "", "*/*",
    "multipart/form-data; boundary=" + "x" * 300, "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "application/json; charset=nonsense", "application/problem+json", "image/png", "text/csv", "application/json;",
)  # fmt: skip

_FIELDS = (
    "role",
    "is_staff",
    "balance",
    "price",
    "total",
    "user_id",
    "status",
    "id",
    "is_active",
    "__class__",
    "created_at",
)
