"""The trace of a request goes with the event that it causes, and on through the consumer into the next."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider

from product.messaging import inbox
from product.orders.models import Order
from servicekit import tracing
from servicekit.contracts import CloudEvent
from servicekit.messaging import Delivery
from tests.product.api import Api
from tests.product.factories import make_product, succeeded
from tests.product.records import published

CALLERS_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture(autouse=True)
def _tracing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    provider = TracerProvider()
    monkeypatch.setattr(tracing, "_TRACER", provider.get_tracer("test"))
    yield
    provider.shutdown()


def test_one_trace_holds_the_request_and_both_events(customer_api: Api) -> None:
    line = {"product_id": str(make_product().pk), "quantity": 1}
    customer_api.post(
        "/api/v1/orders", {"lines": [line]}, headers={"traceparent": f"00-{CALLERS_TRACE}-00f067aa0ba902b7-01"}
    )
    (placed,) = published()

    answer = CloudEvent.of(succeeded(Order.objects.get()))
    answer = answer.model_copy(update={"traceparent": placed.traceparent, "causationid": placed.id})
    inbox.process([Delivery("product.payments", answer.to_json().encode())])

    _, confirmed = published()
    assert [str(event.traceparent).split("-")[1] for event in (placed, confirmed)] == [CALLERS_TRACE] * 2
    assert confirmed.traceparent != placed.traceparent
    assert (confirmed.causationid, confirmed.correlationid) == (answer.id, placed.data.order_id)
