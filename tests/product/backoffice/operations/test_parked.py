"""Parked messages of product and payment are read, replayed and discarded in the back office."""

from typing import Any
from uuid import UUID

import pytest

from product.messaging import inbox
from product.messaging.models import ParkedMessage
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from tests.product.backoffice.operations.conftest import OPERATIONS, parked, parked_page
from tests.product.factories import delivery, make_order, succeeded
from tests.product.records import states
from tests.product.storefront.browser import Browser

PATH = "/backoffice/operations/parked"

Answers = dict[str, tuple[int, Any]]
Calls = list[tuple[str, bytes]]


def park(message: Delivery, reason: str = "processing_failed") -> UUID:
    inbox.park(message, reason, "KeyError")
    return ParkedMessage.objects.get(body_hash=message.body_hash).pk


def test_lists_what_is_parked_with_the_reason(clerk: Browser, answers: Answers) -> None:
    parked_id = park(Delivery("product.payments", b"x", "m", "payment.succeeded"), "not_json")

    page = clerk.open(f"{PATH}/product")

    assert f"{PATH}/product/{parked_id}" in page.links
    assert "payment.succeeded" in page.text
    assert "The body is not JSON" in page.text


def test_lists_what_payment_has_parked(clerk: Browser, answers: Answers) -> None:
    message = parked(reason="of a newer version")
    following = f"http://payment/x?limit=20&cursor=o{0:032x}"
    answers[f"GET {OPERATIONS}/parked?limit=20"] = (200, parked_page(message, count=33, next=following))

    page = clerk.open(f"{PATH}/payment")

    assert "order.placed" in page.text
    assert "of a newer version" in page.text
    assert "33" in page.text
    assert f"?cursor=o{0:032x}" in page.links


def test_shows_the_body_readably_and_never_as_markup(clerk: Browser, answers: Answers) -> None:
    order = make_order()
    body = f'{{"data": {{"order_id": "{order.pk}", "note": "<script>alert(1)</script>"}}}}'
    parked_id = park(Delivery("product.payments", body.encode()))

    page = clerk.open(f"{PATH}/product/{parked_id}")

    assert "<script>alert" not in page.html
    assert "{\n  &quot;data&quot;: {\n" in page.html
    assert f"/orders/{order.pk}" in page.links


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\x00",
        b"",
        b"[" * 100_000,
        b'"\\ud800"',
        b'{"data": {"order_id": 7}}',
        b'{"data": []}',
        b"null",
        b"1" * 9000,
    ],
)
def test_any_body_can_be_looked_at(clerk: Browser, answers: Answers, body: bytes) -> None:
    assert clerk.open(f"{PATH}/product/{park(Delivery('product.payments', body))}").status == 200


def test_a_long_body_is_cut(clerk: Browser, answers: Answers) -> None:
    page = clerk.open(f"{PATH}/product/{park(Delivery('product.payments', b'x' * 1_000_000))}")

    assert len(page.html) < 60_000
    assert "not shown" in page.text


def test_replaying_has_the_messages_effect(clerk: Browser, answers: Answers) -> None:
    order = make_order()
    parked_id = park(delivery(succeeded(order)))
    form = clerk.open(f"{PATH}/product/{parked_id}").form(f"{PATH}/product/{parked_id}/replay")

    first, second = clerk.submit(form, follow=True), clerk.submit(form, follow=True)

    assert "The message was processed." in first.text
    assert "Nothing is parked" in first.text
    assert "replayed or discarded this message before" in second.text
    assert states(order) == ("confirmed", "paid")


def test_what_still_cannot_be_processed_stays_with_the_reason(clerk: Browser, answers: Answers) -> None:
    parked_id = park(Delivery("product.payments", b"poison"))
    form = clerk.open(f"{PATH}/product").form(f"{PATH}/product/{parked_id}/replay")

    page = clerk.submit(form, follow=True)

    assert "still cannot be processed. The body is not JSON" in page.text
    assert ParkedMessage.objects.get().resolved_at is None


def test_payments_messages_are_replayed_by_payment(clerk: Browser, answers: Answers, calls: Calls) -> None:
    message = parked()
    answers[f"GET {OPERATIONS}/parked?limit=20"] = (200, parked_page(message))
    answers[f"POST {OPERATIONS}/parked/{message['id']}/replay"] = (200, {})
    form = clerk.open(f"{PATH}/payment").form(f"{PATH}/payment/{message['id']}/replay")

    page = clerk.submit(form, follow=True)

    assert "The message was processed." in page.text
    assert (f"POST {OPERATIONS}/parked/{message['id']}/replay", b"") in calls


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        ((409, {"code": "already_resolved"}), "replayed or discarded this message before"),
        ((404, {"code": "parked_message_not_found"}), "replayed or discarded this message before"),
        ((503, {}), "does not answer right now"),
        ((418, {"code": "teapot"}), "does not answer right now"),
    ],
)
def test_what_payment_refuses_is_told(clerk: Browser, answers: Answers, refusal: tuple[int, Any], told: str) -> None:
    message = parked()
    answers[f"GET {OPERATIONS}/parked?limit=20"] = (200, parked_page(message))
    answers[f"POST {OPERATIONS}/parked/{message['id']}/replay"] = refusal
    form = clerk.open(f"{PATH}/payment").form(f"{PATH}/payment/{message['id']}/replay")

    assert told in clerk.submit(form, follow=True).text


def test_payments_own_reason_is_told(clerk: Browser, answers: Answers) -> None:
    message = parked() | {"body": "{}", "headers": {"x": "1"}, "resolved_at": None, "resolution": None, "note": None}
    refusal = {"code": "still_unprocessable", "reason": "invalid_amount", "detail": "data/total: EUR has 2 decimals"}
    answers[f"GET {OPERATIONS}/parked/{message['id']}"] = (200, message)
    answers[f"POST {OPERATIONS}/parked/{message['id']}/replay"] = (409, refusal)
    form = clerk.open(f"{PATH}/payment/{message['id']}").form(f"{PATH}/payment/{message['id']}/replay")

    assert "The amount cannot be right (data/total: EUR has 2 decimals)" in clerk.submit(form, follow=True).text


def test_replaying_all_says_how_many(clerk: Browser, answers: Answers) -> None:
    orders = [make_order() for _ in range(3)]
    for order in orders:
        park(delivery(succeeded(order)))
    park(Delivery("product.payments", b"poison"))

    page = clerk.submit(clerk.open(f"{PATH}/product").form(f"{PATH}/product/replay"), follow=True)

    assert "3 messages were processed. 1 still cannot be." in page.text
    assert {states(order) for order in orders} == {("confirmed", "paid")}


def test_the_rest_is_offered_to_be_gone_on_with(clerk: Browser, answers: Answers, calls: Calls) -> None:
    last = str(new_id())
    answers[f"GET {OPERATIONS}/parked?limit=20"] = (200, parked_page(parked()))
    answers[f"POST {OPERATIONS}/parked/replay"] = (
        200,
        {"replayed": 100, "unprocessable": 0, "untried": 7, "last": last},
    )

    page = clerk.submit(clerk.open(f"{PATH}/payment").form(f"{PATH}/payment/replay"), follow=True)
    clerk.submit(page.form(f"{PATH}/payment/replay"))

    assert "100 messages were processed. 7 were not tried yet." in page.text
    assert calls[-1][0] == f"POST {OPERATIONS}/parked/replay?after={last}"


def test_discarding_keeps_the_note(clerk: Browser, answers: Answers) -> None:
    parked_id = park(Delivery("product.payments", b"poison"))
    form = clerk.open(f"{PATH}/product/{parked_id}").form(f"{PATH}/product/{parked_id}/discard")

    without = clerk.submit(form, follow=True, note="  ")
    page = clerk.submit(form, follow=True, note="Sent by hand, for a test")

    assert "please say why" in without.text
    assert "your note is kept" in page.text
    assert ParkedMessage.objects.get().note == "Sent by hand, for a test"
    assert "Sent by hand, for a test" in clerk.open(f"{PATH}/product/{parked_id}").text


def test_payments_messages_are_discarded_by_payment(clerk: Browser, answers: Answers, calls: Calls) -> None:
    message = parked() | {"body": "{}", "headers": {}, "resolved_at": None, "resolution": None, "note": None}
    answers[f"GET {OPERATIONS}/parked/{message['id']}"] = (200, message)
    form = clerk.open(f"{PATH}/payment/{message['id']}").form(f"{PATH}/payment/{message['id']}/discard")

    clerk.submit(form, note="a test")

    assert calls[-1][0] == f"DELETE {OPERATIONS}/parked/{message['id']}?reason=a+test"


def test_payment_that_is_away_is_said(clerk: Browser, answers: Answers) -> None:
    answers[f"GET {OPERATIONS}/parked?limit=20"] = (503, {})

    page = clerk.open(f"{PATH}/payment")

    assert page.status == 200
    assert "payment does not answer right now" in page.text


def test_a_cursor_that_is_none_leads_to_the_first_page(clerk: Browser, answers: Answers) -> None:
    answers[f"GET {OPERATIONS}/parked?limit=20&cursor=bad"] = (422, {"code": "validation_failed"})

    assert clerk.open(f"{PATH}/product?cursor=bad").status == 200
    assert clerk.open(f"{PATH}/payment?cursor=bad").status == 200


@pytest.mark.parametrize("path", ["auth", "nobody", "product/01234567-89ab-7def-8123-456789abcdef"])
def test_what_is_not_there_is_not_found(clerk: Browser, answers: Answers, path: str) -> None:
    assert clerk.open(f"{PATH}/{path}").status == 404
