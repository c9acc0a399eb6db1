"""Reading preferences."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.preferences.models import Preferences
from auth.preferences.schemas import PreferencesResponse


async def language_of(session: AsyncSession, *, user_id: UUID) -> str:
    """What the user has chosen, or the default."""
    chosen = await session.scalar(select(Preferences.language).where(Preferences.user_id == user_id))
    return chosen or PreferencesResponse().language
