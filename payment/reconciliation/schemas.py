"""Results of the reconciliation over the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from payment.reconciliation.findings import Kind


class FoundMoney(BaseModel):
    amount: str
    currency: str


class FindingOutput(BaseModel):
    """`kind`, `name` and `facts` say by parts what `subject` and `detail` say in English."""

    code: str
    subject: str
    detail: str
    meaning: str = Field(description="What the code means.")
    kind: Kind | None = None
    name: str | None = Field(None, description="An order's number, or an id.")
    facts: dict[str, FoundMoney | int | str] = {}
    order_id: UUID | None = Field(description="The order that it is about, if it is about one.")


class FinishedRun(BaseModel):
    """`error` is set, and all numbers are null, when it came to no result."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    requested_at: datetime
    finished_at: datetime
    error: str | None
    orders: int | None
    payments: int | None
    entries: int | None
    wallets: int | None
    under_way: int | None = Field(description="Orders that have changed too lately to be judged.")
    duration_seconds: float | None
    findings_count: int | None
    findings: list[FindingOutput] | None = Field(description="The first 100.")


class PendingRun(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    requested_at: datetime
    is_under_way: bool = Field(description="False while it waits for payment's clock process.")


class ReconciliationState(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    latest: FinishedRun | None = Field(description="The last one with a result.")
    failed: FinishedRun | None = Field(description="One that came to no result after that, if there is one.")
    pending: PendingRun | None = Field(description="The one that was asked for, or is under way.")
