"""Pictures that staff uploads, made into the sizes of the shop one at a time: a second would need the same memory."""

import threading
from typing import IO

from product.catalogue.media import LARGEST_SIDE, SMALLER_SIDES
from servicekit.pictures import MEDIA_TYPE, Converted, TooManyUploads, convert, within

_LONGEST_WAIT_SECONDS = 4

_turn = threading.Lock()


def convert_upload(file: IO[bytes], declared_type: str | None) -> tuple[Converted, dict[int, bytes]]:
    """The picture for its product, and its smaller forms by their longest side.

    Raises `PictureTypeNotSupported`, `InvalidPicture`, and `TooManyUploads` when its turn does not come in time.
    """
    if not _turn.acquire(timeout=_LONGEST_WAIT_SECONDS):
        raise TooManyUploads
    try:
        return _converted(file.read(), declared_type)
    finally:
        _turn.release()


def smaller_forms(content: bytes) -> dict[int, bytes]:
    """Of a WebP picture of our own."""
    return _converted(content, MEDIA_TYPE)[1]


def _converted(data: bytes, declared_type: str | None) -> tuple[Converted, dict[int, bytes]]:
    shapes = [within(side) for side in (LARGEST_SIDE, *SMALLER_SIDES)]
    whole, *smaller = convert(data, declared_type=declared_type, shapes=shapes, enough=LARGEST_SIDE)
    longest = max(whole.width, whole.height)
    made = zip(SMALLER_SIDES, smaller, strict=True)
    return whole, {side: picture.content for side, picture in made if side < longest}
