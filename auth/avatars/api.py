"""Uploading, showing and removing an avatar."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Header, Response, status

from auth.avatars import services
from auth.avatars.errors import NoAvatar
from auth.avatars.schemas import AvatarUpload
from auth.database import DatabaseUnavailable, transaction
from auth.dependencies import AccountOwner, AppSettings, Avatars, Pictures
from auth.errors import UNUSABLE_BODY, problem_responses
from auth.request_bodies import CheckedBodyRoute
from servicekit.pictures import MEDIA_TYPE, InvalidPicture, PictureTooLarge, PictureTypeNotSupported, TooManyUploads
from servicekit.problems import NotFound, Unauthenticated, ValidationFailed

router = APIRouter(prefix="/api/v1/users/{user_id:uuid}/avatar", tags=["avatars"], route_class=CheckedBodyRoute)

_BYTES = {"type": "string", "format": "binary"}
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {MEDIA_TYPE: {"schema": _BYTES}}},
    304: {"description": "It is still the one that `If-None-Match` names."},
}
_CACHING = "public, max-age=60, must-revalidate"


@router.post(
    "",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(
        *UNUSABLE_BODY, Unauthenticated, NotFound, PictureTooLarge, PictureTypeNotSupported, InvalidPicture,
        DatabaseUnavailable, TooManyUploads,
    ),
)  # fmt: skip
async def upload_avatar(
    owner: AccountOwner,
    upload: Annotated[AvatarUpload, Form(media_type="multipart/form-data")],
    pictures: Pictures,
    avatars: Avatars,
    settings: AppSettings,
) -> None:
    """Set one's own avatar: a PNG, JPEG or WebP file, which becomes a WebP of 256 by 256 without metadata."""
    if upload.file.size is None or upload.file.size > settings.max_avatar_size:
        raise PictureTooLarge(f"At most {settings.max_avatar_size} bytes are taken")
    image = await pictures.make_avatar(upload.file.file, upload.file.content_type)
    await services.save_avatar(user_id=owner.id, image=image, avatars=avatars)


@router.get(
    "",
    response_class=Response,
    responses=_PICTURE | problem_responses(NoAvatar, ValidationFailed, DatabaseUnavailable),
)
async def read_avatar(
    user_id: UUID, avatars: Avatars, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Anyone's avatar, for anyone."""
    async with transaction() as session:
        image = await avatars.find(session, user_id)
    if image is None:
        raise NoAvatar
    etag = f'"{hashlib.sha256(image).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": _CACHING}
    if _matches(if_none_match, etag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(image, media_type=MEDIA_TYPE, headers=headers | {"Content-Disposition": "inline"})


@router.delete(
    "",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(Unauthenticated, NotFound, NoAvatar, ValidationFailed, DatabaseUnavailable),
)
async def delete_avatar(owner: AccountOwner, avatars: Avatars) -> None:
    """Remove one's own avatar."""
    await services.delete_avatar(user_id=owner.id, avatars=avatars)


def _matches(if_none_match: str | None, etag: str) -> bool:
    """RFC 9110, 13.1.2: a list of tags, compared weakly, or `*`."""
    tags = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return etag in tags or "*" in tags
