"""Messages in the admin: what waits to be sent is shown, and what could not be processed is decided upon."""

import pytest
from django.contrib.admin.models import LogEntry

from product.messaging import inbox
from product.messaging.models import OutboxEvent, ParkedMessage
from servicekit.messaging import Delivery
from tests.product.backoffice.clicks import choose
from tests.product.factories import delivery, make_order, succeeded
from tests.product.records import states
from tests.product.storefront.browser import Browser

OUTBOX = "/admin/messaging/outboxevent/"
PARKED = "/admin/messaging/parkedmessage/"


def make_parked(message: Delivery | None = None) -> ParkedMessage:
    message = message or Delivery("product.payments", b"not \xff json", "m-1", "payment.succeeded", {"x": "y"})
    inbox.park(message, "processing_failed", "ValueError")
    return ParkedMessage.objects.get(body_hash=message.body_hash)


def test_filters_the_outbox_by_what_became_of_its_events(clerk: Browser) -> None:
    for _ in range(3):
        make_order()
    sent, failed, waiting = OutboxEvent.objects.order_by("id")
    OutboxEvent.objects.filter(id=sent.pk).update(published_at="2026-01-01T00:00:00Z")
    OutboxEvent.objects.filter(id=failed.pk).update(failed_at="2026-01-01T00:00:00Z")

    shown = {state: clerk.open(f"{OUTBOX}?state={state}").text for state in ("waiting", "failed")}

    for state, event in (("waiting", waiting), ("failed", failed)):
        assert str(event.event_id) in shown[state]
        assert "1 event to be published" in shown[state]


def test_shows_a_body_that_is_no_text(clerk: Browser) -> None:
    assert "not \ufffd json" in clerk.open(f"{PARKED}{make_parked().pk}/change/").text


def test_processes_again_what_can_be_processed_now(clerk: Browser) -> None:
    order = make_order()
    parked = make_parked(delivery(succeeded(order)))

    page = choose(clerk, PARKED, "replay", parked)

    assert "Replayed." in page.text
    assert states(order) == ("confirmed", "paid")
    assert ParkedMessage.objects.get().resolution == "replayed"
    assert LogEntry.objects.get().object_id == str(parked.pk)


def test_tells_of_what_still_cannot_be_processed_and_keeps_it(clerk: Browser) -> None:
    parked = make_parked()

    page = choose(clerk, PARKED, "replay", parked)

    assert "Replayed." not in page.text
    assert "Product.payments: payment.succeeded: It still cannot be processed. " in page.text
    assert "(expected ident" in page.text
    assert ParkedMessage.objects.get().resolved_at is None
    assert not LogEntry.objects.exists()


def test_gives_up_with_a_reason_and_once(clerk: Browser) -> None:
    parked = make_parked()

    first = choose(clerk, PARKED, "discard", parked, reason="planted by a test")
    second = choose(clerk, PARKED, "discard", parked, reason="again")

    assert "Given up." in first.text
    assert "Given up." not in second.text
    kept = ParkedMessage.objects.get()
    assert (kept.resolution, kept.note) == ("discarded", "planted by a test")


@pytest.mark.parametrize("reason", ["", "  "])
def test_gives_nothing_up_without_a_reason(clerk: Browser, reason: str) -> None:
    page = choose(clerk, PARKED, "discard", make_parked(), reason=reason)

    assert "say why" in page.text
    assert ParkedMessage.objects.get().resolved_at is None
