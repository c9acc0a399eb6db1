"""A browser without JavaScript, and the services that the storefront talks to."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from product import authentication
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import FakeServices


@pytest.fixture
def services(settings: Settings) -> Iterator[FakeServices]:
    """Auth and payment, at work."""
    with FakeServices() as fake:
        settings.AUTH_URL = settings.PAYMENT_URL = fake.url
        authentication._verifier.cache_clear()
        yield fake
    authentication._verifier.cache_clear()


@pytest.fixture
def visitor(db: None, services: FakeServices) -> Browser:
    """Somebody who is not signed in."""
    return Browser()


@pytest.fixture
def shopper(visitor: Browser) -> Browser:
    """Ada, signed in."""
    visitor.sign_in("ada")
    return visitor
