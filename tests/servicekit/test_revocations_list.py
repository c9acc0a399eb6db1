"""What the broker has lost of ended sessions is taken in from auth's own list."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from servicekit.ids import new_id
from servicekit.revocations import RevokedSessions
from tests.servicekit.revocations_database import Database


@pytest.fixture
def auth(monkeypatch: pytest.MonkeyPatch) -> list[httpx2.Response | Exception]:
    """What auth's list answers, in turn."""
    answers: list[httpx2.Response | Exception] = []

    def get(url: str, **_: Any) -> httpx2.Response:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        answer.request = httpx2.Request("GET", url)
        return answer

    monkeypatch.setattr("servicekit.revocations.httpx2.get", get)
    return answers


def published(*session_ids: UUID) -> httpx2.Response:
    until = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
    return httpx2.Response(200, json={"until_by_session": {str(session_id): until for session_id in session_ids}})


def test_takes_in_what_the_broker_has_lost_and_keeps_it(
    database: Database, revoked: RevokedSessions, auth: list[httpx2.Response | Exception]
) -> None:
    heard, lost = new_id(), new_id()
    database.revoke(heard)
    auth.append(published(heard, lost))

    revoked.take_in_list()
    revoked.refresh()

    assert revoked.is_revoked(lost)
    assert database.count() == 2


def test_writes_nothing_when_all_is_known(
    database: Database, revoked: RevokedSessions, auth: list[httpx2.Response | Exception]
) -> None:
    session_id = new_id()
    database.revoke(session_id)
    revoked.refresh()
    auth.append(published(session_id))
    before = database.questions

    revoked.take_in_list()

    assert database.questions == before


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.ConnectError("refused"),
        httpx2.Response(503),
        httpx2.Response(200, content=b"<html>"),
        httpx2.Response(200, json={"until_by_session": {"x": "y"}}),
    ],
)
def test_goes_on_with_what_it_knows_while_auth_has_no_list(
    database: Database,
    revoked: RevokedSessions,
    auth: list[httpx2.Response | Exception],
    answer: httpx2.Response | Exception,
) -> None:
    session_id = new_id()
    database.revoke(session_id)
    auth.append(answer)

    revoked.take_in_list()

    assert revoked.is_revoked(session_id)


def test_takes_the_list_in_later_when_the_database_is_away(
    database: Database, revoked: RevokedSessions, auth: list[httpx2.Response | Exception]
) -> None:
    session_id = new_id()
    auth += [published(session_id), published(session_id)]

    database.is_away = True
    revoked.take_in_list()
    database.is_away = False
    revoked.take_in_list()

    assert revoked.is_revoked(session_id)
