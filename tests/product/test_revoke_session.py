"""A session is ended at auth: its tokens open nothing here any more, and nobody is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pytest_django import Settings

from product import authentication
from product.revocations.memory import revoked_sessions
from product.revocations.models import RevokedSession
from servicekit.contracts import SessionRevoked
from servicekit.ids import new_id
from tests.problems import assert_problem
from tests.product.api import Api
from tests.product.factories import receive
from tests.product.storefront.fake_services import FakeServices, make_token

PATH = "/api/v1/orders"


@pytest.fixture(autouse=True)
def _auth(settings: Settings) -> Iterator[None]:
    with FakeServices() as fake:
        settings.AUTH_URL = fake.url
        forget()
        yield
    forget()


def forget() -> None:
    """As in a process that has just started."""
    authentication._verifier.cache_clear()
    revoked_sessions.cache_clear()


def revoked(session_id: UUID) -> SessionRevoked:
    return SessionRevoked(user_id=new_id(), session_id=session_id, until=datetime.now(UTC) + timedelta(minutes=15))


def headers(session_id: UUID) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token('ada', session_id=session_id)}"}


def test_its_tokens_are_refused_and_others_are_not(api: Api) -> None:
    ended, other = new_id(), new_id()
    assert api.get(PATH, headers=headers(ended)).status_code == 200

    receive(revoked(ended))
    revoked_sessions().refresh()

    assert_problem(api.get(PATH, headers=headers(ended)), 401, "invalid_token")
    assert api.get(PATH, headers=headers(other)).status_code == 200


def test_a_process_that_starts_afterwards_refuses_them_too(api: Api) -> None:
    session_id = new_id()
    receive(revoked(session_id))

    forget()

    assert api.get(PATH, headers=headers(session_id)).status_code == 401


def test_the_news_may_come_twice(db: None) -> None:
    session_id = new_id()

    receive(revoked(session_id), revoked(session_id))
    receive(revoked(session_id))

    assert RevokedSession.objects.filter(session_id=session_id).count() == 1
