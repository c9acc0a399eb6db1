"""Messages that nobody should ever send, by what is wrong with them: a good event, spoilt in one way each."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from servicekit.ids import new_id

Event = dict[str, Any]


@dataclass(frozen=True)
class Hostile:
    flaw: str
    body: bytes
    is_parked: bool = True
    """Otherwise there is nothing wrong with what it says: it is taken as the repetition that it is."""
    properties: dict[str, Any] = field(default_factory=dict)
    """Of AMQP, in the place of those that a relay would set."""


def hostile_messages(recorded: str, *, foreign: str) -> Iterator[Hostile]:
    """`recorded` was processed before; `foreign` is a good event that belongs on another queue."""
    good, stranger = json.loads(recorded), json.loads(foreign)
    yield from _no_events(good)
    yield from _spoilt_envelopes(good)
    yield from spoilt_data(recorded)
    yield from _strange_but_harmless(good)
    yield from _spoilt_properties(good)
    yield Hostile("the same once more", recorded.encode(), is_parked=False)
    yield Hostile("a known id with another body", as_json(good | {"subject": "changed"}))
    yield Hostile("an event of another queue", as_json(anew(stranger)))
    yield Hostile(
        "an event of another queue, as if from this one's writer", as_json(anew(stranger) | {"source": good["source"]})
    )


def spoilt_data(recorded: str) -> Iterator[Hostile]:
    """The event with one of its facts missing, or of a kind that it cannot be."""
    good = json.loads(recorded)
    event_type, data = good["type"], good["data"]
    for name, value in data.items():
        if name not in _OPTIONAL.get(event_type, ()):
            fewer = {key: value for key, value in data.items() if key != name}
            yield Hostile(f"{event_type} without {name}", as_json(anew(good) | {"data": fewer}))
        for wrong in ({"a": 1}, ["x"], *_WRONG[_kind(name)]):
            if wrong != value and not (event_type in _ANSWERS and name == "attempt" and wrong in _STALE):
                text = f"{event_type}, {name}: {wrong!r:.40} ({type(wrong).__name__})"
                yield Hostile(text, as_json(anew(good) | {"data": data | {name: wrong}}))


def anew(event: Event) -> Event:
    """The same with an id of its own, so that nothing but what is spoilt speaks against it."""
    return event | {"id": str(new_id())}


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _no_events(good: Event) -> Iterator[Hostile]:
    text = as_json(anew(good))
    bodies = {
        "nothing": b"", "a space": b" ", "words": b"this is no JSON", "a NUL": b"\x00", "bytes": bytes(range(256)),
        "invalid UTF-8": text.replace(b"storefront", b"store\xff\xfefront", 1),
        "UTF-16": text.decode().encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf" + as_json(anew(good)), "cut short": text[:-7],
        "more behind it": text + b"}",
        "two events": as_json(anew(good)) + as_json(anew(good)), "a list of one": as_json([anew(good)]),
        "a number": b"7",
        "text": b'"order.placed"', "null": b"null", "true": b"true", "an empty object": b"{}", "an empty list": b"[]",
        "a hundred thousand brackets": b"[" * 100_000, "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        "single quotes": str(anew(good)).encode(), "a number of 10,000 digits": b'{"id": ' + b"9" * 10_000 + b"}",
        "XML with an entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "a pickle": b"\x80\x04\x95\x1f\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
    }  # fmt: skip
    for flaw, body in bodies.items():
        yield Hostile(flaw, body)
    yield Hostile("compressed", gzip.compress(text), properties={"content_encoding": "gzip"})


def _spoilt_envelopes(good: Event) -> Iterator[Hostile]:
    value: Any
    for name in ("id", "source", "type", "subject", "time", "data"):
        yield Hostile(f"no {name}", as_json({key: value for key, value in anew(good).items() if key != name}))
        for value in (None, [], {}, True):
            yield Hostile(f"{name}: {value!r}", as_json(anew(good) | {name: value}))
    for name, value in (
        ("specversion", "0.3"), ("specversion", 1.0), ("datacontenttype", "text/xml"), ("sequence", []),
        ("correlationid", "x"), ("causationid", [1]), ("traceparent", {"a": 1}), ("id", "../../etc"), ("id", 7),
        ("source", "storefront/elsewhere"), ("source", "storefront/auth/../product"), ("source", ""),
        ("type", "order.teleported"), ("type", good["type"].upper()), ("type", f" {good['type']}"),
        ("type", f"{good['type']}\x00"), ("time", "yesterday"), ("time", "2026-13-45T99:99:99Z"), ("time",
        "0001-01-01T00:00:00"), ("time", "2026-01-01T00:00:00"), ("data", "text"),
        ("data", 7), ("data", [good["data"]]), ("data", json.dumps(good["data"])), ("subject", "\x00"), ("subject",
        "\ud800"),
    ):  # fmt: skip
        yield Hostile(f"{name}: {value!r:.40}", as_json(anew(good) | {name: value}))


_OPTIONAL = {
    "order.placed": ("attempt", "payment_method"), "order.payment_requested": ("payment_method",),
}  # fmt: skip
_ANSWERS = ("payment.succeeded", "payment.failed")
_STALE = (10**30, 2**31)
"""Answers to attempts that nobody has made are passed over like those that come late."""

_WRONG: dict[str, tuple[Any, ...]] = {
    "amount": (
        None, 10, 10.5, "-5.00", "NaN", "Infinity", "1e5", "10.001", "10.0000000001", "", " 10.00", "10,00", "0x10",
        "9" * 14,
        "९.९९", "10.00\n", "--1", "+1", float("nan"), float("inf"), True,
    ),
    "currency": (None, "XXX", "eur", "", "EUR ", 978, "JPY\x00"),
    "attempt": (None, 0, -1, 1.5, "one", 10**30, 2**31, float("nan")),
    "id": (None, "", "x", 7, "00000000-0000-0000-0000-00000000000g", "\x00"),
    "lines": (None, [], [{}], [{"quantity": -1}], "lines"),
    "text": ("\x00", "\ud800", 7, None),
    "name": ("", "x y", "\x00", 7, None),
    "moment": ("", "soon", "2026-13-45", "0001-01-01T00:00:00", "2026-01-01T00:00:00", [], None),
}  # fmt: skip


def _kind(name: str) -> str:
    if name.endswith("_id"):
        return "id"
    kinds = {
        "total": "amount",
        "total_refunded": "amount",
        "payment_method": "name",
        "code": "name",
        "reason": "name",
        "until": "moment",
    }
    return kinds.get(name, name if name in _WRONG else "text")


_HARMLESS: dict[str, Event] = {
    "from the end of time": {"time": "9999-12-31T23:59:59Z"},
    "from its beginning": {"time": "0001-01-01T00:00:00Z"},
    "a field that nobody knows": {"role": "admin", "balance": "1"},
    "ten thousand such fields": {f"x{n}": n for n in range(10_000)},
    "a trace that is none": {"traceparent": "\r\nX: y"},
    "a trace of 100 kB": {"traceparent": "0" * 100_000},
}


def _strange_but_harmless(good: Event) -> Iterator[Hostile]:
    def harmless(flaw: str, body: bytes) -> Hostile:
        return Hostile(flaw, body, is_parked=False)

    for flaw, change in _HARMLESS.items():
        yield harmless(flaw, as_json(anew(good) | change))
    yield harmless("four megabytes, which the broker just takes", as_json(anew(good) | {"x": "x" * 4_190_000}))
    yield harmless("prototype pollution", as_json(anew(good) | {"__proto__": {"total": "0.01"}, "__class__": "x"}))
    twice = as_json(anew(good))
    yield harmless("a type before the type", b'{"type": "order.teleported", ' + twice[1:])


def _spoilt_properties(good: Event) -> Iterator[Hostile]:
    """What stands beside the body: nothing that is done depends on it, and nothing breaks by it."""
    strange: dict[str, dict[str, Any]] = {
        "another message id": {"message_id": str(new_id())}, "a message id with a NUL": {"message_id": "a\x00b"},
        "a type with a NUL": {"type": "a\x00b"}, "another type": {"type": "order.teleported"},
        "the longest message id": {"message_id": "x" * 255}, "a strange content type": {"content_type": "text/html"},
        "an unknown encoding": {"content_encoding": "bogus"}, "the highest priority": {"priority": 255},
        "a name in its headers with a NUL": {"headers": {"a\x00b": "c\x00d"}},
        "headers with bytes": {"headers": {"a": b"\xff\xfe"}},
        "a forged death": {"headers": {"x-death": "yes", "x-delivery-count": 1_000_000}},
        "a death in another form": {"headers": {"x-death": [{"reason": ["x"]}], "traceparent": 7}},
        "headers within headers": {"headers": {"a": {"b": {"c": [1, None, {"d": "e"}]}}}},
        "a hundred headers": {"headers": {f"h{n}": "x" * 100 for n in range(100)}},
        "a timestamp of long ago": {"timestamp": 0},
        "a reply address": {"reply_to": "amq.gen-nobody"}, "not to be kept": {"delivery_mode": 1},
        "another app": {"app_id": "payment\x00"}, "another correlation": {"correlation_id": "\x00"},
    }  # fmt: skip
    for flaw, properties in strange.items():
        yield Hostile(f"poison with {flaw}", b"poison " + flaw.encode(), properties=properties)
        yield Hostile(f"a good one with {flaw}", as_json(anew(good)), is_parked=False, properties=properties)
