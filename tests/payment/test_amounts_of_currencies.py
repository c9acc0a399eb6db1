"""An amount has at most its currency's own decimals, wherever it is named: none in yen, three in Kuwaiti dinars."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from payment.database import transaction
from payment.settings import get_settings
from payment.wallets.models import Wallet
from payment.wallets.services import open_wallet
from servicekit.ids import new_id
from tests.payment.factories import bearer, deliver, order_placed
from tests.payment.fake_auth import FakeAuth
from tests.payment.records import count, payments_of

HELD_MINOR = 50_000
STAFF = bearer(role="staff")

Name = Callable[[Any], Any]
"""Names the amount in a request."""

RIGHT = [("JPY", "1", 1), ("JPY", "1234", 1234), ("KWD", "0.001", 1), ("KWD", "1.234", 1234), ("KWD", "1.2", 1200)]
NO_AMOUNTS: list[Any] = [
    "0", "-1", "NaN", "Infinity", "1e2", "1E2", "1.", ".5", "+1", " 1", "1 ", "1,5", "\u0661", "", 1, 1.5, True, None,
    ["1"], "9" * 14, "9" * 40, "9223372036854775808",
]  # fmt: skip
WRONG = [
    *[(currency, amount) for currency in ("JPY", "KWD") for amount in NO_AMOUNTS],
    *[("JPY", amount) for amount in ("1.0", "1.5", "0.1", "1.000")],
    *[("KWD", amount) for amount in ("0.000", "0.0001", "1.2345")],
]


@pytest.fixture
def users(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, UUID]]:
    """Ada and bob, whom auth knows. Ada has money in yen and in dinars."""
    with FakeAuth({"ada": new_id(), "bob": new_id()}) as auth, monkeypatch.context() as patch:
        patch.setenv("PAYMENT_AUTH_URL", auth.url)
        get_settings.cache_clear()
        for currency in ("JPY", "KWD"):
            open_wallet(user_id=auth.users["ada"], currency=currency, label=None)
        with transaction() as session:
            session.execute(update(Wallet).values(balance_minor=HELD_MINOR))
        yield auth.users
    get_settings.cache_clear()


def wallet_of(user_id: UUID, currency: str) -> Wallet:
    with transaction() as session:
        return session.query(Wallet).filter_by(user_id=user_id, currency=currency).one()


def top_up(client: FlaskClient, ada: UUID, currency: str) -> Name:
    url = f"/api/v1/wallets/{wallet_of(ada, currency).id}/top-up"
    return lambda amount: client.post(url, json={"amount": amount}, headers=bearer(ada))


def transfer(client: FlaskClient, ada: UUID, currency: str) -> Name:
    fields = {"receiver_username": "bob", "currency": currency}
    return lambda amount: client.post("/transfer", json=fields | {"amount": amount}, headers=bearer(ada))


def refund(client: FlaskClient, ada: UUID, currency: str) -> Name:
    """Of an order that took 5000 minor units."""
    order_id, total = new_id(), {"JPY": "5000", "KWD": "5.000"}[currency]
    line = {"product_id": new_id(), "sku": "MUG-1", "name": "Mug", "quantity": 1, "unit_price": total}
    deliver(order_placed(order_id=order_id, user_id=ada, currency=currency, total=total, lines=[line]))
    (payment,) = payments_of(order_id)
    assert payment.status == "succeeded"
    return lambda amount: client.post(f"/api/v1/payments/{payment.id}/refund", json={"amount": amount}, headers=STAFF)


@pytest.mark.parametrize(("request_of", "sign"), [(top_up, 1), (transfer, -1), (refund, 1)])
@pytest.mark.parametrize(("currency", "amount", "minor"), RIGHT)
def test_takes_what_the_currency_can_say(
    client: FlaskClient,
    users: dict[str, UUID],
    *,
    request_of: Callable[..., Name],
    sign: int,
    currency: str,
    amount: str,
    minor: int,
) -> None:
    name = request_of(client, users["ada"], currency)
    before = wallet_of(users["ada"], currency).balance_minor

    answer = name(amount)

    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    assert wallet_of(users["ada"], currency).balance_minor == before + sign * minor


@pytest.mark.parametrize("request_of", [top_up, transfer, refund])
def test_refuses_all_else_and_changes_nothing(
    client: FlaskClient, users: dict[str, UUID], request_of: Callable[..., Name]
) -> None:
    names = {currency: request_of(client, users["ada"], currency) for currency in ("JPY", "KWD")}
    before = state(users)

    for currency, amount in WRONG:
        if request_of is refund and amount is None:
            continue  # all that is left
        answer = names[currency](amount)

        assert (answer.status_code, answer.get_json()["code"]) == (422, "validation_failed"), (currency, amount)
        assert {error["pointer"] for error in answer.get_json()["errors"]} == {"/amount"}, (currency, amount)
    assert state(users) == before


def state(users: dict[str, UUID]) -> tuple[Any, ...]:
    """Everything that a request could have changed."""
    balances = [wallet_of(users["ada"], currency).balance_minor for currency in ("JPY", "KWD")]
    tables = ("wallets", "ledger_entries", "transfers", "refunds", "outbox_events", "payments")
    return (*balances, *[count(table) for table in tables])
