"""Where a webhook may go: to the public internet, and nowhere inside.

Whoever registers an address could otherwise make this service knock at doors that only it can reach: other services,
the cloud's metadata. A name is resolved once and the connection made to the very address that was checked, so that a
name which changes its mind in between gains nothing.
"""

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext_noop as _

_PORTS = frozenset({443, 8443})
_RESOLVE_SECONDS = 3.0
_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is used between networks; site-local and other old ranges lie outside."""
_NAT64 = IPv6Network("64:ff9b::/96")

_resolvers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve")


class AddressRefused(Exception):
    """The reason is for the staff member who registered the address."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be connected to."""

    is_tls: bool
    host: str
    """For the certificate and the Host header."""
    address: str
    port: int
    path: str


def check_url(url: str, *, loopback_allowed: bool) -> SplitResult:
    """What can be said without asking the DNS. Raises `AddressRefused`."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise AddressRefused(_("This is not an address")) from error
    if not host or not url.isascii() or any(character.isspace() or not character.isprintable() for character in url):
        raise AddressRefused(_("This is not an address"))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused(_("The address must not contain credentials or a fragment"))
    if loopback_allowed and parts.scheme == "http" and _is_loopback_host(host):
        return parts
    if parts.scheme != "https":
        raise AddressRefused(_("The address must begin with https://"))
    if (port or 443) not in _PORTS and not (loopback_allowed and _is_loopback_host(host)):
        raise AddressRefused(_("The port must be 443 or 8443"))
    if (literal := _as_address(host)) is not None:
        _check_address(literal, loopback_allowed=loopback_allowed)
    return parts


def resolve(url: str, *, loopback_allowed: bool) -> Target:
    """Where to connect to, now. Raises `AddressRefused` also when one of several addresses is not public."""
    parts = check_url(url, loopback_allowed=loopback_allowed)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _look_up(host, port)
    for address in addresses:
        _check_address(ip_address(address), loopback_allowed=loopback_allowed)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_tls=parts.scheme == "https", host=host, address=addresses[0], port=port, path=path)


def _look_up(host: str, port: int) -> list[str]:
    try:
        found = _resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(_RESOLVE_SECONDS)
    except (OSError, UnicodeError, TooLate) as error:
        raise AddressRefused(_("The host name cannot be resolved")) from error
    return [str(entry[4][0]).partition("%")[0] for entry in found]


def _check_address(address: IPv4Address | IPv6Address, *, loopback_allowed: bool) -> None:
    inner = _inside(address)
    if loopback_allowed and inner.is_loopback:
        return
    is_unicast = isinstance(inner, IPv4Address) or inner in _UNICAST
    if not inner.is_global or inner.is_multicast or inner.is_reserved or not is_unicast:
        raise AddressRefused(_("The address is not on the public internet"))


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one may stand for: mapped, or translated on the way."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


def _as_address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_loopback_host(host: str) -> bool:
    literal = _as_address(host)
    return host == "localhost" if literal is None else literal.is_loopback
