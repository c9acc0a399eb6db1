"""A session is ended at auth: its tokens open nothing here any more, and nobody is asked."""

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from payment.app import create_app
from payment.revocations.memory import revoked_sessions
from payment.settings import get_settings
from servicekit.ids import new_id
from servicekit.tokens import TokenVerifier
from tests.payment.factories import AUDIENCE, ISSUER, bearer, deliver, find_key, session_revoked
from tests.payment.records import count

PATH = "/api/v1/wallets"


@pytest.fixture(scope="module")
def strict_app(_environment: None) -> APIFlask:
    verifier = TokenVerifier(
        find_key,
        issuer=ISSUER,
        audience=AUDIENCE,
        is_revoked=lambda session_id: revoked_sessions().is_revoked(session_id),
    )
    return create_app(get_settings(), verifier=verifier)


@pytest.fixture
def client(strict_app: APIFlask) -> Iterator[FlaskClient]:
    revoked_sessions.cache_clear()
    yield strict_app.test_client()
    revoked_sessions.cache_clear()


def test_its_tokens_are_refused_and_others_are_not(client: FlaskClient) -> None:
    user_id, session_id = new_id(), new_id()
    ended, other = bearer(user_id, sid=str(session_id)), bearer(user_id)
    assert client.get(PATH, headers=ended).status_code == 200

    deliver(session_revoked(session_id))
    revoked_sessions().refresh()

    assert client.get(PATH, headers=ended).status_code == 401
    assert client.get(PATH, headers=other).status_code == 200


def test_a_process_that_starts_afterwards_refuses_them_too(client: FlaskClient) -> None:
    session_id = new_id()
    deliver(session_revoked(session_id))

    revoked_sessions.cache_clear()

    assert client.get(PATH, headers=bearer(sid=str(session_id))).status_code == 401


def test_the_news_may_come_twice(client: FlaskClient) -> None:
    session_id = new_id()

    deliver(session_revoked(session_id), session_revoked(session_id))
    deliver(session_revoked(session_id))

    assert count("revoked_sessions") == 1
