"""One try: bounded in time and size, and an outcome whatever happens."""

import time
from collections.abc import Iterator

import pytest

from product.webhooks import sender
from product.webhooks.sender import post
from tests.product.webhooks.receiver import Receiver, running_receiver


@pytest.fixture
def elsewhere() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


def test_sends_the_body_and_the_headers(receiver: Receiver) -> None:
    outcome = post(receiver.url, headers={"webhook-id": "1"}, body='{"ä": 1}', loopback_allowed=True)

    assert (outcome.status, outcome.answer, outcome.error, outcome.is_delivered) == (200, "thanks", "", True)
    (received,) = receiver.received
    assert (received.path, received.body, received.headers["webhook-id"]) == ("/hooks?shop=1", '{"ä": 1}', "1")
    assert received.headers["host"] == receiver.url.split("/")[2]


def test_follows_nobody_elsewhere(receiver: Receiver, elsewhere: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": elsewhere.url}

    outcome = post(receiver.url, headers={}, body="{}", loopback_allowed=True)

    assert (outcome.status, outcome.is_delivered) == (302, False)
    assert elsewhere.received == []


@pytest.mark.parametrize("how", ["delay", "drip"])
def test_gives_up_in_time_on_one_who_is_slow(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 0.5)
    receiver.delay_seconds, receiver.drips = (3, False) if how == "delay" else (0, True)
    started = time.monotonic()

    outcome = post(receiver.url, headers={}, body="{}", loopback_allowed=True)

    assert (outcome.status, outcome.error) == (None, "No answer in time")
    assert time.monotonic() - started < 2.5


def test_keeps_only_the_beginning_of_the_answer_in_a_form_that_can_be_stored(receiver: Receiver) -> None:
    receiver.answer = b"\x00\xff" + b"a" * 5_000_000

    outcome = post(receiver.url, headers={}, body="{}", loopback_allowed=True)

    assert outcome.answer == "\ufffd" + "a" * 499


def test_says_why_there_was_no_answer() -> None:
    with running_receiver() as gone:
        url = gone.url

    assert post(url, headers={}, body="{}", loopback_allowed=True).error == "ConnectionRefusedError"
    assert "public internet" in post("https://10.0.0.1/", headers={}, body="{}", loopback_allowed=True).error


def test_does_not_speak_plainly_to_one_who_should_speak_tls(receiver: Receiver) -> None:
    outcome = post(receiver.url.replace("http://", "https://"), headers={}, body="{}", loopback_allowed=True)

    assert outcome.status is None
    assert outcome.error.startswith(("TLS:", "Connection"))
    assert receiver.received == []
