"""Reading sessions."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User
from auth.sessions.models import UserSession


async def find_user_of_live_session(session: AsyncSession, *, session_id: UUID, user_id: UUID) -> User | None:
    """The active user behind a session that was neither ended nor has expired."""
    return await session.scalar(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.id == session_id,
            User.id == user_id,
            User.is_active,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > func.now(),
        )
    )
