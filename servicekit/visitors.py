"""Whose device a request comes from: told to the services that are called in answering it, and kept out of logs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_current: ContextVar["Visitor | None"] = ContextVar("visitor", default=None)


@dataclass(frozen=True, slots=True)
class Visitor:
    address: Address | None
    """None when the peer has none, such as behind a local socket."""
    user_agent: str


def current_visitor() -> Visitor | None:
    """Of the request that is being answered; None outside of one."""
    return _current.get()


@contextmanager
def serving(visitor: Visitor) -> Iterator[None]:
    """Inside the block this is the current visitor."""
    token = _current.set(visitor)
    try:
        yield
    finally:
        _current.reset(token)


def visitor_address(peer: str, *, forwarded_for: str, trusted: Sequence[Network]) -> Address | None:
    """The first address, going back from the peer, that is no trusted proxy.

    Each proxy appends whom it was called by; what stands further left was there before, and anybody may have put it.
    Where all are trusted it is the leftmost one. What is no address, such as `unknown`, ends the way back.
    """
    visitor = _parsed(peer)
    for hop in reversed(forwarded_for.split(",")):
        previous = _parsed(hop)
        if previous is None or visitor is None or not any(visitor in network for network in trusted):
            break
        visitor = previous
    return visitor


def _parsed(host: str) -> Address | None:
    try:
        address = ip_address(host.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
