"""Every test here runs against each of the three services."""

import pytest

from stack.credentials import SERVICES
from tests.conformance.surface import SURFACES, Surface
from tests.running_shop import RunningShop
from tests.shop_client import Visitor


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def surface(service: str) -> Surface:
    return SURFACES[service]


@pytest.fixture(scope="session")
def people(shop: RunningShop) -> dict[str, Visitor]:
    """Somebody of each role."""
    return {"anyone": shop.visitor, "customer": shop.new_customer(), "staff": shop.staff, "admin": shop.admin}
