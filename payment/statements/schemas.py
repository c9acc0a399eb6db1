"""Lines of a statement over the wire."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from payment.pagination import Cursor, Page
from payment.transfers.schemas import Party

Kind = Literal["starting_balance", "top_up", "payment", "refund", "transfer"]


class HistoryQuery(BaseModel):
    """By cursor, or by how many to skip."""

    cursor: Cursor | None = None
    limit: int | None = Field(None, ge=1, le=100, description="How many at most; without it as many as is set.")
    skip: int = Field(0, ge=0, le=10_000, description="Instead of a cursor: how many of the newest to leave out.")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.skip and self.cursor:
            raise ValueError("skip and cursor exclude one another")
        return self


class StatementLine(BaseModel):
    """One movement of money in a wallet: what came in, or went out (negative), what was left, and what it was for.

    `id` is the ledger transaction's. `order_id` tells of payments and refunds, `partner` of transfers.
    """

    id: UUID
    wallet_id: UUID
    kind: Kind
    amount: str
    balance_after: str
    currency: str
    order_id: UUID | None = None
    partner: Party | None = None
    created_at: datetime


class StatementPage(Page[StatementLine]):
    """The newest first."""
