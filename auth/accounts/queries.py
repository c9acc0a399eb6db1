"""Reading accounts."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import SQLColumnExpression

from auth.accounts.errors import LastAdmin
from auth.accounts.models import User
from auth.accounts.schemas import UserListing
from servicekit.principal import Role
from servicekit.problems import NotFound

_SORT_KEYS: dict[str, SQLColumnExpression[object] | InstrumentedAttribute[object]] = {
    "created_at": User.created_at,
    "username": func.lower(User.username),
}


async def find_user(session: AsyncSession, *, name_or_email: str) -> User | None:
    """The live account with this user name or e-mail address, in any case. User names hold no `@`."""
    column = User.email if "@" in name_or_email else User.username
    return await session.scalar(
        select(User).where(func.lower(column) == func.lower(name_or_email), User.deleted_at.is_(None))
    )


async def find_user_by_id(session: AsyncSession, user_id: UUID) -> User | None:
    """The live account with this id."""
    return await session.scalar(select(User).where(User.id == user_id, User.deleted_at.is_(None)))


async def lock_user(session: AsyncSession, user_id: UUID) -> User:
    """The live account, held until the end of the transaction. Raises `NotFound`."""
    user = await session.scalar(
        select(User).where(User.id == user_id, User.deleted_at.is_(None)).with_for_update(key_share=True)
    )
    if user is None:
        raise NotFound
    return user


async def refuse_to_lose_last_admin(session: AsyncSession, user_id: UUID) -> None:
    """Raise `LastAdmin` when this user is the only active admin.

    All admins are held until the end of the transaction, so that two of them cannot remove one another at once. Call it
    before the user's own row is locked: everyone takes these locks in the order of ids.
    """
    admins = await session.scalars(
        select(User.id)
        .where(User.role == "admin", User.is_active, User.deleted_at.is_(None))
        .order_by(User.id)
        .with_for_update(key_share=True)
    )
    if admins.all() == [user_id]:
        raise LastAdmin


async def list_users(session: AsyncSession, listing: UserListing) -> tuple[list[User], int]:
    """One page of the accounts, and how many there are in all."""
    conditions = _conditions(deleted=listing.deleted, role=listing.role)
    key = _SORT_KEYS[listing.order.removeprefix("-")]
    order = (key.desc(), User.id.desc()) if listing.order.startswith("-") else (key.asc(), User.id.asc())
    page = select(User).where(*conditions).order_by(*order).offset(listing.offset).limit(listing.limit)
    count = await session.scalar(select(func.count()).select_from(User).where(*conditions))
    return list(await session.scalars(page)), count or 0


def _conditions(*, deleted: bool, role: Role | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [User.deleted_at.is_not(None) if deleted else User.deleted_at.is_(None)]
    return conditions if role is None else [*conditions, User.role == role]
