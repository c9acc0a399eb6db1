"""Changing avatars."""

from uuid import UUID

from auth.accounts.queries import lock_user
from auth.avatars.errors import NoAvatar
from auth.avatars.store import AvatarStore
from auth.database import transaction


async def save_avatar(*, user_id: UUID, image: bytes, avatars: AvatarStore) -> None:
    """Keep the picture in the place of any other. Raises `NotFound`. No picture appears behind a deletion."""
    async with transaction() as session:
        await lock_user(session, user_id)
        await avatars.save(session, user_id, image)


async def delete_avatar(*, user_id: UUID, avatars: AvatarStore) -> None:
    """Raises `NoAvatar`."""
    async with transaction() as session:
        await lock_user(session, user_id)
        if not await avatars.erase(session, user_id):
            raise NoAvatar
