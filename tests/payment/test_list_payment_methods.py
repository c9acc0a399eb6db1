"""Whoever shows a checkout can ask which ways to pay this installation offers."""

import pytest
from flask.testing import FlaskClient

from tests.payment.card_orders import fresh_settings
from tests.payment.factories import bearer


def test_the_wallet_comes_first_and_the_sandbox_says_what_to_try(client: FlaskClient) -> None:
    answer = client.get("/api/v1/payment-methods", headers=bearer())

    assert answer.status_code == 200
    assert answer.json
    wallet, card = answer.json["results"]
    assert wallet == {"name": "wallet", "test_tokens": []}
    assert card["name"] == "sandbox-card"
    assert {"declined", "slow", "unavailable"} < set(card["test_tokens"])


def test_what_is_switched_off_is_not_offered(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_SANDBOX_CARD", "false")

    with fresh_settings():
        answer = client.get("/api/v1/payment-methods", headers=bearer())

    assert answer.json
    assert [method["name"] for method in answer.json["results"]] == ["wallet"]
