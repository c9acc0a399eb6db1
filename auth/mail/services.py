"""Asking for an e-mail, and what the sender does with the requests."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.database import transaction
from auth.mail.models import MailKind, MailRequest
from servicekit.ids import new_id

_FIRST_PAUSE = timedelta(seconds=30)


async def request_mail(session: AsyncSession, *, kind: MailKind, email: str, user_id: UUID | None = None) -> None:
    """Have an e-mail sent once the transaction of `session` has been committed."""
    session.add(MailRequest(id=new_id(), kind=kind, email=email, user_id=user_id))


async def claim_mail() -> MailRequest | None:
    """The request that is due first, if any. It falls due again by itself, later each time, unless it is removed.

    So a mail whose sender died is sent by another one; if it had gone out already, twice.
    """
    async with transaction() as session:
        first = select(MailRequest.id).where(MailRequest.due_at <= func.now()).order_by(MailRequest.due_at)
        return await session.scalar(
            update(MailRequest)
            .where(MailRequest.id == first.limit(1).with_for_update(skip_locked=True).scalar_subquery())
            .values(
                due_at=func.now() + _FIRST_PAUSE * func.power(2, MailRequest.attempts),
                attempts=MailRequest.attempts + 1,
            )
            .returning(MailRequest)
        )


async def remove_mail(mail_id: UUID) -> None:
    """The request is done with: sent, pointless, or given up."""
    async with transaction() as session:
        await session.execute(delete(MailRequest).where(MailRequest.id == mail_id))
