"""Pictures on their way to the avatars."""

import httpx2

from auth.accounts.models import User
from tests.auth.factories import bearer


async def upload(
    client: httpx2.AsyncClient, user: User, data: bytes, media_type: str = "image/png", field: str = "file"
) -> httpx2.Response:
    return await client.post(
        f"/api/v1/users/{user.id}/avatar",
        files={field: ("../../picture", data, media_type)},
        headers=await bearer(client, user),
    )
