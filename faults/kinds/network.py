"""The network between any two parts: refused, reset, silent, silent one way, and cut in the middle of what matters."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from faults.breakable_shop import BROKER_LINKS, CLIENT_LINKS, DATABASE_LINKS, SERVICE_LINKS
from faults.fault import Fault, Scene
from faults.links import Cut, Link, Passes, Way

_SECONDS = 20
_CUTS = 5
_CUT_WITHIN_SECONDS = 20
_RECOVERED_SECONDS = 45

_COMMIT = b"COMMIT"
# AMQP 0-9-1 method frames, by class 60 (basic) and method.
_PUBLISH, _DELIVER, _ACK = b"\x00\x3c\x00\x28", b"\x00\x3c\x00\x3c", b"\x00\x3c\x00\x50"
_END_OF_HEAD = b"\r\n\r\n"

_DATABASE_CUTS = {
    "commit-lost": Cut(_COMMIT, Way.TO_SERVER, Passes.NOTHING),
    "commit-unanswered": Cut(_COMMIT, Way.TO_SERVER, Passes.EVERYTHING),
}
_BROKER_CUTS = {
    "publish-lost": Cut(_PUBLISH, Way.TO_SERVER, Passes.NOTHING),
    "publish-in-part": Cut(_PUBLISH, Way.TO_SERVER, Passes.UP_TO_PATTERN),
    "confirm-lost": Cut(_ACK, Way.TO_CLIENT, Passes.NOTHING),
}
_CONSUMER_CUTS = {
    "ack-lost": Cut(_ACK, Way.TO_SERVER, Passes.NOTHING),
    "ack-sent": Cut(_ACK, Way.TO_SERVER, Passes.EVERYTHING),
    "delivery-in-part": Cut(_DELIVER, Way.TO_CLIENT, Passes.UP_TO_PATTERN),
}
_HTTP_CUTS = {
    "answer-lost": Cut(_END_OF_HEAD, Way.TO_CLIENT, Passes.NOTHING),
    "answer-without-body": Cut(_END_OF_HEAD, Way.TO_CLIENT, Passes.UP_TO_PATTERN),
    "request-without-body": Cut(_END_OF_HEAD, Way.TO_SERVER, Passes.UP_TO_PATTERN),
}
_CONSUMING = ("product-to-rabbitmq", "payment-to-rabbitmq")

_OUTAGES: dict[str, Callable[[Link], None]] = {
    "refuse": Link.refuse,
    "reset": Link.reset,
    "silence": Link.hold,
    "silence-to-server": lambda link: link.hold(Way.TO_SERVER),
    "silence-to-client": lambda link: link.hold(Way.TO_CLIENT),
}


def faults() -> Iterator[Fault]:
    for link in (*DATABASE_LINKS, *BROKER_LINKS, *SERVICE_LINKS, *CLIENT_LINKS):
        for name, begin in _OUTAGES.items():
            yield Fault(link, name, "network", partial(_outage, link, begin), limit_seconds=_RECOVERED_SECONDS)
        for name, cut in _cuts(link).items():
            yield Fault(link, name, "cut", partial(_cut, link, cut), limit_seconds=_RECOVERED_SECONDS)


def _cuts(link: str) -> dict[str, Cut]:
    if link in DATABASE_LINKS:
        return _DATABASE_CUTS
    if link in BROKER_LINKS:
        return _BROKER_CUTS | (_CONSUMER_CUTS if link in _CONSUMING else {})
    return _HTTP_CUTS


def _outage(name: str, begin: Callable[[Link], None], scene: Scene) -> None:
    link = scene.shop.links[name]
    begin(link)
    try:
        scene.hold(_SECONDS)
    finally:
        link.open()


def _cut(name: str, cut: Cut, scene: Scene) -> None:
    """Several times in a row; where little goes by, as often as there is something to cut."""
    link = scene.shop.links[name]
    link.cut(cut, times=_CUTS)
    deadline = time.monotonic() + _CUT_WITHIN_SECONDS / (4 if scene.is_quick else 1)
    while link.cuts_left and time.monotonic() < deadline:
        time.sleep(0.1)
    if link.cuts_left == _CUTS and name not in SERVICE_LINKS:  # services seldom talk to each other
        scene.misses.append(f"{name}: nothing to cut came by")
    link.open()
