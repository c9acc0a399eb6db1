"""Reading accounts."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User


async def find_user(session: AsyncSession, *, name_or_email: str) -> User | None:
    """The account with this user name or e-mail address, in any case. User names hold no `@`."""
    column = User.email if "@" in name_or_email else User.username
    return await session.scalar(select(User).where(func.lower(column) == func.lower(name_or_email)))
