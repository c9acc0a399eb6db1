"""Webhooks in the admin: how they are doing, switched on and off, and delivered again. The secret is never shown."""

import pytest

from product.webhooks.models import WebhookDelivery, WebhookEndpoint
from product.webhooks.sender import Outcome
from product.webhooks.services import claim_due, register_endpoint, write_outcome
from product.webhooks.signing import opened
from tests.product.backoffice.clicks import choose
from tests.product.factories import make_order
from tests.product.storefront.browser import Browser

ENDPOINTS = "/admin/webhooks/webhookendpoint/"
DELIVERIES = "/admin/webhooks/webhookdelivery/"


@pytest.fixture
def endpoint(clerk: Browser) -> WebhookEndpoint:
    return register_endpoint(url="https://receiver.example/hook", event_types=["order.placed"])[0]


def make_tried(outcome: Outcome) -> WebhookDelivery:
    """A delivery that was tried once."""
    make_order()
    (claimed,) = claim_due()
    write_outcome(claimed=claimed, outcome=outcome)
    return WebhookDelivery.objects.get()


def test_shows_an_endpoint_without_its_secret(clerk: Browser, endpoint: WebhookEndpoint) -> None:
    pages = clerk.open(ENDPOINTS), clerk.open(f"{ENDPOINTS}{endpoint.pk}/change/")

    for page in pages:
        assert "https://receiver.example/hook" in page.text
        assert endpoint.secret not in page.html
        assert opened(endpoint.secret) not in page.html


def test_switches_off_and_on(clerk: Browser, endpoint: WebhookEndpoint) -> None:
    choose(clerk, ENDPOINTS, "switch_off", endpoint)
    endpoint.refresh_from_db()
    assert not endpoint.is_active

    choose(clerk, ENDPOINTS, "switch_on", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.is_active


@pytest.mark.usefixtures("endpoint")
def test_shows_each_try_of_a_delivery(clerk: Browser) -> None:
    delivery = make_tried(Outcome(503, "", "closed for lunch", 41))

    page = clerk.open(f"{DELIVERIES}{delivery.pk}/change/")

    assert "503" in page.text
    assert "closed for lunch" in page.text


@pytest.mark.usefixtures("endpoint")
def test_delivers_again_under_the_same_id(clerk: Browser) -> None:
    delivered = make_tried(Outcome(200, "", "", 5))
    assert delivered.state == "delivered"

    page = choose(clerk, DELIVERIES, "deliver_again", delivered)

    assert "Will be delivered again." in page.text
    (claimed,) = claim_due()
    assert (claimed.delivery_id, claimed.event_id) == (delivered.pk, delivered.event_id)
