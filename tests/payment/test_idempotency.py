"""Idempotency keys: however often a request is sent, it has one effect and one answer."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from flask import Response, request
from pydantic import BaseModel
from sqlalchemy import func, text, update

from payment.app import create_app
from payment.authentication import signed_in
from payment.database import TransactionConflict, current_session, transaction
from payment.idempotency import TAKES_KEY, Answer, answer_once
from payment.idempotency_keys import IdempotencyKey, forget_old_keys
from payment.payments.models import Order
from payment.settings import get_settings
from servicekit.ids import new_id
from servicekit.problems import Conflict
from tests.parallel import at_once
from tests.payment.factories import bearer, verifier
from tests.payment.records import count

Send = Callable[..., Any]


class Made(BaseModel):
    id: UUID
    name: str


class NameTaken(Conflict):
    code = "name_taken"


@pytest.fixture
def app() -> APIFlask:
    """The application with an endpoint of the test's own, whose effect is a row in the table of orders."""
    app = create_app(get_settings(), verifier=verifier)

    @app.post("/things")
    @app.auth_required(signed_in)
    @app.doc(extensions={TAKES_KEY: True})
    def make_thing() -> Response:
        return answer_once(lambda: make(name=request.get_json()["name"]))

    return app


def make(*, name: str) -> Answer:
    made = Made(id=new_id(), name=name)
    with transaction() as session:
        session.add(Order(id=made.id))
        if name == "taken":
            raise NameTaken
    return Answer(made, location=f"/things/{made.id}")


@pytest.fixture
def send(app: APIFlask) -> Send:
    someone = bearer()

    def send(*, name: str = "ä", key: str | None = "k", headers: dict[str, str] = someone) -> Any:
        keyed = headers if key is None else headers | {"Idempotency-Key": key}
        return app.test_client().post("/things", json={"name": name}, headers=keyed)

    return send


def test_the_same_request_gets_the_same_answer_and_has_one_effect(send: Send) -> None:
    first, second = send(), send()

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.data == first.data
    assert second.headers["Location"] == first.headers["Location"] == f"/things/{first.get_json()['id']}"
    assert ("Idempotency-Replayed" in first.headers, second.headers["Idempotency-Replayed"]) == (False, "true")
    assert count("orders") == 1


def test_without_a_key_every_request_has_its_effect(send: Send) -> None:
    assert [send(key=None).status_code for _ in range(2)] == [201, 201]
    assert (count("orders"), count("idempotency_keys")) == (2, 0)


def test_another_request_under_the_same_key_is_refused(send: Send) -> None:
    send()

    answer = send(name="other")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency_key_reused")
    assert count("orders") == 1


def test_keys_belong_to_their_users(send: Send) -> None:
    assert [send(headers=bearer()).status_code for _ in range(2)] == [201, 201]
    assert count("orders") == 2


def test_a_refused_request_leaves_nothing_behind_and_may_be_tried_again(send: Send) -> None:
    refused = send(name="taken")

    assert (refused.status_code, refused.get_json()["code"]) == (409, "name_taken")
    assert (count("orders"), count("idempotency_keys")) == (0, 0)
    assert send(name="free").status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
def test_refuses_keys_that_are_none(send: Send, key: str) -> None:
    answer = send(key=key)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed_request")
    assert count("orders") == 0


def test_a_key_that_is_being_worked_on_is_refused_at_once(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payment.idempotency.lock_id", lambda *_: 7)
    with transaction():
        current_session().execute(text("SELECT pg_advisory_xact_lock(7)"))
        (answer,) = at_once([send])

    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency_key_in_use")
    assert answer.headers["Retry-After"] == "1"
    assert send().status_code == 201


def test_thirty_at_once_have_one_effect(send: Send) -> None:
    answers = at_once([partial(send)] * 30)

    codes = Counter(answer.status_code for answer in answers)
    assert set(codes) <= {201, 409}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1
    assert count("orders") == 1


def test_a_conflict_with_somebody_else_repeats_the_whole_effect(app: APIFlask) -> None:
    tries: list[UUID] = []

    def effect() -> Answer:
        answer = make(name="ä")
        tries.append(answer.content.id)  # type: ignore[attr-defined]
        if len(tries) == 1:
            raise TransactionConflict
        return answer

    headers = bearer() | {"Idempotency-Key": "k"}
    with app.test_request_context("/things", method="POST", headers=headers):
        app.preprocess_request()
        answer = signed_in.login_required(lambda: answer_once(effect))()

    assert (answer.status_code, answer.get_json()["id"]) == (201, str(tries[1]))
    assert count("orders") == 1


def test_keys_are_forgotten_after_thirty_days(send: Send) -> None:
    send(key="old")
    with transaction() as session:
        session.execute(update(IdempotencyKey).values(created_at=func.now() - timedelta(days=30, minutes=1)))
    send(key="young")

    assert (forget_old_keys(), forget_old_keys()) == (1, 0)
    assert count("idempotency_keys") == 1


def test_the_documentation_tells_of_the_header(app: APIFlask) -> None:
    operation = app.test_client().get("/openapi.json").get_json()["paths"]["/things"]["post"]

    assert [parameter["name"] for parameter in operation["parameters"]] == ["Idempotency-Key"]
    assert TAKES_KEY not in operation
