"""Where avatars are kept: in the database, or in a folder. Which of them is a setting."""

from pathlib import Path
from typing import Protocol
from uuid import UUID

import anyio
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from auth.avatars.models import Avatar
from servicekit.ids import new_id


class AvatarStore(Protocol):
    """One picture per user. `session` is the transaction that a change is part of; its caller holds the user's row."""

    async def save(self, session: AsyncSession, user_id: UUID, image: bytes) -> None:
        """Put the picture in the place of any other."""

    async def find(self, session: AsyncSession, user_id: UUID) -> bytes | None:
        """The picture, if there is one."""

    async def erase(self, session: AsyncSession, user_id: UUID) -> bool:
        """Remove the picture, and say whether there was one."""


class DatabaseAvatars:
    """Pictures as rows: nothing else to back up, and every web process sees them."""

    async def save(self, session: AsyncSession, user_id: UUID, image: bytes) -> None:
        row = insert(Avatar).values(user_id=user_id, image=image)
        await session.execute(row.on_conflict_do_update(index_elements=["user_id"], set_={"image": image}))

    async def find(self, session: AsyncSession, user_id: UUID) -> bytes | None:
        return await session.scalar(select(Avatar.image).where(Avatar.user_id == user_id))

    async def erase(self, session: AsyncSession, user_id: UUID) -> bool:
        erased = await session.execute(delete(Avatar).where(Avatar.user_id == user_id).returning(Avatar.user_id))
        return erased.first() is not None


class FolderAvatars:
    """Pictures as files that are named after the user's id. The folder is shared by all web processes.

    A file is no part of a transaction: when that fails afterwards, the picture has changed although the rest has not.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = anyio.Path(folder)

    async def save(self, session: AsyncSession, user_id: UUID, image: bytes) -> None:  # noqa: ARG002
        """Whoever reads meanwhile finds the old file or the new one, and never half of one."""
        unfinished = self._folder / f".{new_id()}"
        await unfinished.write_bytes(image)
        await unfinished.replace(self._file(user_id))

    async def find(self, session: AsyncSession, user_id: UUID) -> bytes | None:  # noqa: ARG002
        try:
            return await self._file(user_id).read_bytes()
        except FileNotFoundError:
            return None

    async def erase(self, session: AsyncSession, user_id: UUID) -> bool:  # noqa: ARG002
        try:
            await self._file(user_id).unlink()
        except FileNotFoundError:
            return False
        return True

    def _file(self, user_id: UUID) -> anyio.Path:
        return self._folder / f"{user_id}.webp"


def avatar_store(folder: Path | None) -> AvatarStore:
    """The folder, or without one the database."""
    return FolderAvatars(folder) if folder else DatabaseAvatars()
