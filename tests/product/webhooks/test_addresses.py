"""Webhooks go to the public internet and nowhere inside, whatever an address looks like or resolves to."""

import socket
from typing import Any

import pytest

from product.webhooks.addresses import AddressRefused, check_url, resolve
from product.webhooks.sender import post


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name resolve to these."""

    def getaddrinfo(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "https://user:secret@example.com/",
        "https://example.com/#part",
        "https://example.com:22/",
        "https://example.com:5432/",
        "https://example.com:99999/",
        "https:///hook",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://exa mple.com/",
        "https://example.com/\r\nX-Injected: 1",
        "https://ex\u00e4mple.com/",
        "hook",
        "",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/",
        "https://0.0.0.0/",
    ],
)
def test_an_address_that_is_wrong_on_its_face_is_refused_at_once(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url, loopback_allowed=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
        "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "2002:a00:1::", "fec0::1",
        "2001:0:0a00:1::f5ff:fffe",
    ],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    answers(monkeypatch, address)

    with pytest.raises(AddressRefused, match="public internet"):
        resolve("https://receiver.example/", loopback_allowed=False)


def test_one_address_inside_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "93.184.215.14", "10.0.0.1")

    with pytest.raises(AddressRefused):
        resolve("https://receiver.example/", loopback_allowed=False)


@pytest.mark.parametrize("url", ["https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://localhost/"])
def test_loopback_in_disguise_is_refused_after_resolving(url: str) -> None:
    with pytest.raises(AddressRefused):
        resolve(url, loopback_allowed=False)


def test_connects_to_the_address_that_was_checked_under_the_name_that_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers(monkeypatch, "93.184.215.14")

    target = resolve("https://receiver.example:8443/hook?a=1", loopback_allowed=False)

    assert (target.address, target.port, target.host, target.path) == (
        "93.184.215.14",
        8443,
        "receiver.example",
        "/hook?a=1",
    )


def test_a_name_that_changes_between_check_and_connection_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "93.184.215.14")
    asked: list[Any] = []

    def connect(address: Any, **_: Any) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)

    outcome = post("https://receiver.example/", headers={}, body="{}", loopback_allowed=False)

    assert asked == [("93.184.215.14", 443)]
    assert outcome.error == "ConnectionRefusedError"


def test_this_machine_is_reached_where_it_is_allowed_and_the_rest_inside_is_not() -> None:
    assert resolve("http://127.0.0.1:9/", loopback_allowed=True).port == 9
    with pytest.raises(AddressRefused):
        resolve("https://10.0.0.1/", loopback_allowed=True)
    with pytest.raises(AddressRefused):
        check_url("http://example.com/", loopback_allowed=True)
