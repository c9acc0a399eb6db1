"""From the recorded delivery to the receiver: at least once, signed, and given up in the end."""

import json
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from product.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from product.webhooks.sender import Outcome
from product.webhooks.services import (
    Claimed,
    change_endpoint,
    claim_due,
    delete_endpoint,
    forget_old_deliveries,
    redeliver,
    register_endpoint,
    rotate_secret,
    send_test,
    write_outcome,
)
from product.webhooks.services.deliveries import RETRY_SECONDS
from product.webhooks.signing import opened, signature_headers
from product.webhooks.worker import send
from tests.product.factories import make_order
from tests.product.webhooks.receiver import Receiver

OK = Outcome(200, "", "", 5)
BROKEN = Outcome(500, "", "oops", 5)
GONE = Outcome(410, "", "", 5)


def work() -> list[Outcome]:
    """Send all that is due."""
    outcomes = []
    while claimed := claim_due():
        for one in claimed:
            outcomes.append(send(one, loopback_allowed=True))
            write_outcome(claimed=one, outcome=outcomes[-1])
    return outcomes


def the_delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


def try_once(outcome: Outcome) -> Claimed:
    """Whatever the pause is, now."""
    WebhookDelivery.objects.update(next_attempt_at=Now())
    (claimed,) = claim_due()
    write_outcome(claimed=claimed, outcome=outcome)
    return claimed


def test_the_receiver_can_verify_what_it_gets(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    order = make_order()

    work()

    (received,) = receiver.received
    signed = signature_headers(
        [opened(endpoint.secret)],
        message_id=received.headers["webhook-id"],
        timestamp=int(received.headers["webhook-timestamp"]),
        body=received.body,
    )
    assert received.headers["webhook-signature"] == signed["webhook-signature"]
    body = json.loads(received.body)
    assert (body["type"], body["data"]["order_id"], body["id"]) == (
        "order.placed",
        str(order.pk),
        received.headers["webhook-id"],
    )


def test_a_success_is_final_and_logged(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    make_order()

    work()

    delivery = the_delivery()
    assert delivery.state == "delivered"
    assert delivery.delivered_at is not None
    attempt = WebhookAttempt.objects.get(delivery=delivery)
    assert (attempt.status, attempt.answer, attempt.error) == (200, "thanks", "")
    assert work() == []


def test_a_failure_is_tried_again_later_with_the_same_id(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    make_order()
    receiver.status = 500
    work()
    assert claim_due() == []

    receiver.status = 204
    WebhookDelivery.objects.update(next_attempt_at=Now())
    work()

    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert the_delivery().state == "delivered"
    assert list(WebhookAttempt.objects.values_list("status", flat=True)) == [500, 204]


def test_pauses_grow_and_vary(endpoint: WebhookEndpoint) -> None:
    make_order()
    for pause in RETRY_SECONDS:
        try_once(BROKEN)
        waited = the_delivery().next_attempt_at - WebhookAttempt.objects.latest("id").attempted_at
        assert pause * 0.79 <= waited.total_seconds() <= pause * 1.21


def test_gives_up_after_the_last_try_and_switches_off_what_failed_for_a_day(endpoint: WebhookEndpoint) -> None:
    make_order()
    try_once(BROKEN)
    WebhookEndpoint.objects.update(failing_since=Now() - timedelta(hours=25))
    for _ in RETRY_SECONDS:
        try_once(BROKEN)

    endpoint.refresh_from_db()
    assert the_delivery().state == "failed"
    assert (endpoint.is_active, endpoint.note) == (False, "Nothing was delivered for a day.")


def test_one_success_in_between_keeps_an_endpoint_on(endpoint: WebhookEndpoint) -> None:
    make_order()
    try_once(BROKEN)
    WebhookEndpoint.objects.update(failing_since=Now() - timedelta(hours=25))
    send_test(endpoint_id=endpoint.pk)
    for claimed in claim_due():
        write_outcome(claimed=claimed, outcome=OK)

    for _ in RETRY_SECONDS:
        WebhookDelivery.objects.filter(state="pending").update(next_attempt_at=Now())
        for claimed in claim_due():
            write_outcome(claimed=claimed, outcome=BROKEN)

    endpoint.refresh_from_db()
    assert endpoint.is_active
    assert endpoint.failing_since is not None


def test_one_that_says_gone_is_asked_no_more(endpoint: WebhookEndpoint) -> None:
    make_order()

    try_once(GONE)

    endpoint.refresh_from_db()
    assert the_delivery().state == "failed"
    assert not endpoint.is_active
    assert "410" in endpoint.note


def test_what_was_pending_goes_on_when_it_is_switched_on_again(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    make_order()
    change_endpoint(endpoint_id=endpoint.pk, changes={"is_active": False})
    assert work() == []

    change_endpoint(endpoint_id=endpoint.pk, changes={"is_active": True})

    assert [outcome.status for outcome in work()] == [200]


def test_a_worker_that_died_leaves_its_claim_to_another(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    make_order()
    (lost,) = claim_due()
    assert claim_due() == []

    WebhookDelivery.objects.update(next_attempt_at=Now())
    work()

    assert len(receiver.received) == 1
    assert receiver.received[0].headers["webhook-id"] == str(lost.event_id)
    assert the_delivery().state == "delivered"


def test_one_whose_claim_was_taken_over_changes_nothing_any_more(endpoint: WebhookEndpoint) -> None:
    make_order()
    (late,) = claim_due()
    try_once(OK)

    write_outcome(claimed=late, outcome=BROKEN)

    assert the_delivery().state == "delivered"
    assert WebhookAttempt.objects.count() == 2


def test_each_receiver_gets_its_turn_whatever_waits_for_the_others(
    endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    for _ in range(5):
        make_order()
    other, _ = register_endpoint(url=receiver.url, event_types=["order.placed"])
    make_order()

    claimed = claim_due()

    assert {one.endpoint_id for one in claimed} == {endpoint.pk, other.pk}
    assert len(claimed) == 2
    assert [one.endpoint_id for one in claim_due(busy=[endpoint.pk])] == []


def test_redelivering_by_hand_starts_anew_with_the_same_id(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    make_order()
    work()

    redeliver(endpoint_id=endpoint.pk, delivery_id=the_delivery().pk)
    work()

    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert the_delivery().state == "delivered"


def test_for_a_day_after_a_rotation_both_secrets_sign(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    rotate_secret(endpoint_id=endpoint.pk)
    make_order()
    work()
    WebhookEndpoint.objects.update(former_secret_until=Now())
    make_order()
    work()

    first, second = (received.headers["webhook-signature"].split(" ") for received in receiver.received)
    assert (len(first), len(second)) == (2, 1)


def test_a_secret_that_cannot_be_read_is_told_of_and_mended_by_rotating(
    endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    WebhookEndpoint.objects.update(secret="stored under another key")
    make_order()

    (outcome,) = work()

    assert "rotate" in outcome.error
    assert receiver.received == []


def test_deleting_an_endpoint_never_hurts_what_is_under_way(endpoint: WebhookEndpoint) -> None:
    make_order()
    (claimed,) = claim_due()

    delete_endpoint(endpoint_id=endpoint.pk)
    write_outcome(claimed=claimed, outcome=OK)

    assert not WebhookDelivery.objects.exists()
    assert not WebhookAttempt.objects.exists()


def test_what_is_old_and_over_is_forgotten(endpoint: WebhookEndpoint) -> None:
    make_order()
    try_once(OK)
    make_order()
    WebhookDelivery.objects.update(created_at=Now() - timedelta(days=31))

    assert forget_old_deliveries() == 1

    assert the_delivery().state == "pending"


def test_nothing_about_the_secret_is_logged(
    endpoint: WebhookEndpoint, capsys: pytest.CaptureFixture[str], receiver: Receiver
) -> None:
    make_order()
    work()

    printed = capsys.readouterr()
    assert opened(endpoint.secret).removeprefix("whsec_") not in printed.out + printed.err
