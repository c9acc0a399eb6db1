"""Whose address a request comes from: the peer's, or what trusted proxies have written."""

from ipaddress import ip_address, ip_network

import pytest

from servicekit.visitors import visitor_address

TRUSTED = [ip_network("10.0.0.0/24"), ip_network("2001:db8::/64")]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger says who they are
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1"),  # the first part is the visitor's own invention
        ("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.66, unknown", "10.0.0.1"),
        ("10.0.0.1", "1'; DROP TABLE, 198.51.100.1", "198.51.100.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8::1", "2001:db8:1::5", "2001:db8:1::5"),
    ],
)
def test_believes_what_trusted_proxies_have_written(peer: str, forwarded_for: str, expected: str) -> None:
    assert visitor_address(peer, forwarded_for=forwarded_for, trusted=TRUSTED) == ip_address(expected)


def test_a_local_socket_has_no_address() -> None:
    assert visitor_address("", forwarded_for="198.51.100.1", trusted=TRUSTED) is None
