"""The table of answers that repeated requests get again, and forgetting them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, LargeBinary, SmallInteger, delete, func, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from payment.database import Model, transaction
from servicekit.idempotency import KEPT_DAYS


class IdempotencyKey(Model):
    """What was answered to a request with this key. Written with the request's effect."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idempotency_keys_by_age", "created_at"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str]
    location: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def forget_old_keys(*, limit: int = 1000) -> int:
    """Delete keys that are past their time. Returns how many. Several processes may do this at once."""
    columns = (IdempotencyKey.user_id, IdempotencyKey.route, IdempotencyKey.key)
    old = IdempotencyKey.created_at < func.now() - timedelta(days=KEPT_DAYS)
    with transaction() as session:
        keys = session.execute(select(*columns).where(old).limit(limit).with_for_update(skip_locked=True)).all()
        if keys:
            session.execute(delete(IdempotencyKey).where(tuple_(*columns).in_(keys)))
    return len(keys)


def forget_keys_of(*, user_ids: Collection[UUID]) -> None:
    """Delete the keys of these users, whatever their age."""
    with transaction() as session:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.user_id.in_(user_ids)))
