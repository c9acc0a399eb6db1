"""A card that is none, for teams that test their clients: the buyer's token says what happens. Off in production.

| `payment_method`                  | what happens                                                                |
|-----------------------------------|-----------------------------------------------------------------------------|
| `sandbox-card`                    | charged                                                                     |
| `sandbox-card:slow`               | charged after five seconds                                                  |
| `sandbox-card:declined`           | `card_declined`; so does every token that is not in this table              |
| `sandbox-card:insufficient-funds` | `insufficient_funds`                                                        |
| `sandbox-card:unavailable`        | never answers: `provider_unavailable` after some tries                      |
| `sandbox-card:crash-after-charge` | charged, but the first answer is lost on the way: the second try finds it   |
"""

import time
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from payment.database import Model, transaction
from payment.payments.methods.provider import Declined, ProviderUnavailable
from payment.settings import get_settings
from servicekit.contracts import FailureCode

SLOW_SECONDS = 5.0

_CHARGED = "charged"
_VOIDED = "voided"
_REFUNDED = "refunded"
_OUTCOMES: dict[str, FailureCode | None] = {
    "": None,
    "slow": None,
    "crash-after-charge": None,
    "insufficient-funds": "insufficient_funds",
}


class SandboxCardEntry(Model):
    """A line in the sandbox's own books, which stand for those of a provider: a charge or a refund, by our id.

    They are apart from ours and written by transactions of their own, so that tests can compare the two.
    """

    __tablename__ = "sandbox_card_book"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(index=True)
    amount_minor: Mapped[int]
    outcome: Mapped[str]
    calls: Mapped[int] = mapped_column(server_default=text("1"))
    """How often this was asked for."""


class SandboxCard:
    """A `Provider`."""

    name = "sandbox-card"
    test_tokens: tuple[str, ...] = ("slow", "declined", "insufficient-funds", "unavailable", "crash-after-charge")

    @property
    def is_offered(self) -> bool:
        return get_settings().sandbox_card

    def charge(self, *, payment_id: UUID, amount_minor: int, currency: str, token: str | None) -> str:  # noqa: ARG002
        if token == "unavailable":  # nosec B105  # noqa: S105
            raise ProviderUnavailable
        if token == "slow":  # nosec B105  # noqa: S105
            time.sleep(SLOW_SECONDS)
        outcome = _OUTCOMES.get(token or "", "card_declined") or _CHARGED
        entry = _note(id_=payment_id, payment_id=payment_id, amount_minor=amount_minor, outcome=outcome)
        if token == "crash-after-charge" and entry.calls == 1:  # nosec B105  # noqa: S105
            raise ProviderUnavailable
        if entry.outcome == "insufficient_funds":
            raise Declined("insufficient_funds")
        if entry.outcome != _CHARGED:
            raise Declined("card_declined")
        return f"sandbox-{payment_id}"

    def void(self, *, payment_id: UUID) -> None:
        entry = _note(id_=payment_id, payment_id=payment_id, amount_minor=0, outcome=_VOIDED)
        if entry.outcome == _CHARGED:
            with transaction() as session:
                voided = update(SandboxCardEntry).where(SandboxCardEntry.id == payment_id).values(outcome=_VOIDED)
                session.execute(voided)

    def refund(self, *, refund_id: UUID, payment_id: UUID, reference: str, amount_minor: int, currency: str) -> None:  # noqa: ARG002
        _note(id_=refund_id, payment_id=payment_id, amount_minor=amount_minor, outcome=_REFUNDED)


def _note(*, id_: UUID, payment_id: UUID, amount_minor: int, outcome: str) -> SandboxCardEntry:
    """Write the line, or count one more call for it. Returns the line as it stands: the first outcome holds."""
    values = {"id": id_, "payment_id": payment_id, "amount_minor": amount_minor, "outcome": outcome}
    again = {"calls": SandboxCardEntry.calls + 1}
    statement = insert(SandboxCardEntry).values(values).on_conflict_do_update(index_elements=["id"], set_=again)
    with transaction() as session:
        return session.scalars(statement.returning(SandboxCardEntry)).one()
