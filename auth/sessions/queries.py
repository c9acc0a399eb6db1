"""Reading sessions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User
from auth.sessions.models import IS_LIVE, UserSession


async def find_user_of_live_session(session: AsyncSession, *, session_id: UUID, user_id: UUID) -> User | None:
    """The active user behind a session that was neither ended nor has expired."""
    return await session.scalar(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.id == session_id, User.id == user_id, User.is_active, *IS_LIVE)
    )


async def find_active_user(session: AsyncSession, *, user_id: UUID) -> User | None:
    return await session.scalar(select(User).where(User.id == user_id, User.is_active))


async def live_sessions(session: AsyncSession, *, user_id: UUID) -> Sequence[UserSession]:
    """The user's sessions, newest first."""
    query = select(UserSession).where(UserSession.user_id == user_id, *IS_LIVE)
    return (await session.scalars(query.order_by(UserSession.created_at.desc(), UserSession.id.desc()))).all()
