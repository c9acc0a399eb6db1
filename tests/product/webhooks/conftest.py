"""A receiver on this machine, which webhooks may reach in tests, and its endpoint."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from product.webhooks.models import WebhookEndpoint
from product.webhooks.services import register_endpoint
from tests.product.webhooks.receiver import Receiver, running_receiver


@pytest.fixture(autouse=True)
def _loopback(settings: Settings) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"webhooks_to_loopback": True})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def endpoint(db: None, receiver: Receiver) -> WebhookEndpoint:
    """Wants to hear of everything."""
    return register_endpoint(
        url=receiver.url,
        event_types=["order.placed", "order.confirmed", "order.cancelled", "payment.succeeded", "payment.refunded"],
    )[0]
