"""Finding people."""

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.accounts.models import User
from auth.profiles.schemas import UserSearch

_SIMILAR_ENOUGH = "0.4"
"""How much of a word's trigrams must be found: two of five letters may be wrong, but hardly more."""


async def search_users(session: AsyncSession, search: UserSearch) -> list[User]:
    """Users in whose user name or display name a word begins with, or resembles, what is looked for, the closest first.

    Returns one more than `limit` when there are more. Who does not want to be found is left out.
    """
    wanted = func.lower(search.q)
    await session.execute(
        text("SELECT set_config('pg_trgm.word_similarity_threshold', :threshold, true)"),
        {"threshold": _SIMILAR_ENOUGH},
    )
    found = await session.scalars(
        select(User)
        .where(User.deleted_at.is_(None), User.is_active, User.is_searchable, wanted.op("<%")(User.names))
        .order_by(
            func.starts_with(User.names, wanted).desc(),
            func.strict_word_similarity(wanted, User.names).desc(),
            func.lower(User.username),
        )
        .offset(search.offset)
        .limit(search.limit + 1)
    )
    return list(found)
