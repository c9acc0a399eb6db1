"""The product service on a migrated database of its own per xdist worker, with the roles and rights of production."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from servicekit.principal import Principal
from tests.product.api import Api
from tests.product.factories import make_principal
from tests.servers import new_database


@pytest.fixture(scope="session")
def django_db_setup(worker_name: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Built by the migrations, as the owner; tests work as the application's role."""
    urls = new_database("product", f"product_{worker_name}")
    for alias, url in (("owner", urls.owner), ("default", urls.app)):
        parts = urlsplit(url)
        connections.settings[alias].update(
            NAME=parts.path.removeprefix("/"),
            USER=parts.username,
            PASSWORD=parts.password,
            HOST=parts.hostname,
            PORT=parts.port,
        )
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)
        with connections["owner"].cursor() as cursor:
            # Tests with several transactions clean up by truncating.
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO product_app")
        connections["owner"].close()


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def customer() -> Principal:
    return make_principal()


@pytest.fixture
def staff() -> Principal:
    return make_principal(role="staff")


@pytest.fixture
def api(db: None) -> Api:
    """A client of nobody in particular."""
    return Api(None)


@pytest.fixture
def customer_api(db: None, customer: Principal) -> Api:
    return Api(customer)


@pytest.fixture
def staff_api(db: None, staff: Principal) -> Api:
    return Api(staff)
