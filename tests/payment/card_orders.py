"""Orders that are paid with the sandbox card, and what the provider's own books say of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from payment.database import transaction
from payment.payments.methods.sandbox_card import SandboxCardEntry
from payment.settings import get_settings
from servicekit.ids import new_id
from tests.payment.factories import ask_providers, deliver, order_placed
from tests.payment.records import payments_of


def place(token: str = "", **overrides: Any) -> UUID:
    """An order of 19.99 that is paid with the card. Returns its id."""
    order_id: UUID = new_id()
    method = f"sandbox-card:{token}" if token else "sandbox-card"
    deliver(order_placed(**{"order_id": order_id, "payment_method": method} | overrides))
    return order_id


def ask_until_nothing_is_due() -> None:
    for _ in range(50):
        due_now("true")
        if not ask_providers():
            return
    raise AssertionError("there is no end to what is due")


def due_now(condition: str) -> None:
    """Let the time pass that calls wait for."""
    with transaction() as session:
        session.execute(text(f"UPDATE provider_calls SET due_at = now() WHERE finished_at IS NULL AND {condition}"))


def charged_by_the_provider(order_id: UUID) -> int:
    """What the provider's books say was taken and not given back, in minor units."""
    ids = [payment.id for payment in payments_of(order_id)]
    with transaction() as session:
        entries = session.scalars(select(SandboxCardEntry).where(SandboxCardEntry.payment_id.in_(ids))).all()
    signs = {"charged": 1, "refunded": -1}
    return sum(entry.amount_minor * signs.get(entry.outcome, 0) for entry in entries)


class fresh_settings:  # noqa: N801  (a context manager)
    """Settings as the environment has them inside the block, and as before after it."""

    def __enter__(self) -> None:
        get_settings.cache_clear()

    def __exit__(self, *_: object) -> None:
        get_settings.cache_clear()
