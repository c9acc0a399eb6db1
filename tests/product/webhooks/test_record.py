"""What is to be delivered is recorded with the change that it tells of, once for each fact."""

import json

from django.db import transaction

from product.webhooks.models import WebhookDelivery, WebhookEndpoint
from product.webhooks.services import (
    change_endpoint,
)
from tests.product.factories import failed, make_order, receive, refunded, succeeded


def types_recorded() -> list[str]:
    return list(WebhookDelivery.objects.order_by("id").values_list("event_type", flat=True))


def test_an_order_is_told_of_in_the_transaction_of_its_change(endpoint: WebhookEndpoint) -> None:
    with transaction.atomic():
        make_order()
        transaction.set_rollback(True)

    assert types_recorded() == []

    order = make_order()
    receive(succeeded(order))

    assert sorted(types_recorded()) == ["order.confirmed", "order.placed", "payment.succeeded"]


def test_internals_stay_inside(endpoint: WebhookEndpoint) -> None:
    receive(succeeded(make_order()))

    for body in WebhookDelivery.objects.values_list("body", flat=True):
        assert "ledger_transaction_id" not in body
        assert "traceparent" not in body
        assert set(json.loads(body)) == {"id", "type", "timestamp", "data"}


def test_only_what_was_asked_for_is_sent(endpoint: WebhookEndpoint) -> None:
    change_endpoint(endpoint_id=endpoint.pk, changes={"event_types": ["payment.failed"]})

    receive(failed(make_order()))

    assert types_recorded() == ["payment.failed"]


def test_nothing_is_recorded_for_one_that_is_switched_off(endpoint: WebhookEndpoint) -> None:
    change_endpoint(endpoint_id=endpoint.pk, changes={"is_active": False})

    make_order()

    assert types_recorded() == []


def test_one_fact_is_told_once_however_often_the_services_tell_each_other(endpoint: WebhookEndpoint) -> None:
    order = make_order()
    answer = succeeded(order)

    receive(answer)
    receive(answer)

    assert types_recorded().count("payment.succeeded") == 1


def test_two_partial_refunds_are_two_facts(endpoint: WebhookEndpoint) -> None:
    order = make_order()
    receive(succeeded(order))

    receive(
        refunded(order, amount="1.00", total_refunded="1.00"), refunded(order, amount="1.00", total_refunded="2.00")
    )

    assert types_recorded().count("payment.refunded") == 2
