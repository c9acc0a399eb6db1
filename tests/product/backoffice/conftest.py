"""The admin as people of different roles find it, signed in at the shop."""

import pytest

from tests.product.storefront.browser import Browser
from tests.product.storefront.conftest import services, visitor
from tests.product.storefront.fake_services import FakeServices

__all__ = ["services", "visitor"]


@pytest.fixture
def clerk(visitor: Browser, services: FakeServices) -> Browser:
    """Grace, a member of staff, signed in."""
    services.usernames.add("grace")
    services.roles["grace"] = "staff"
    visitor.sign_in("grace")
    return visitor
