"""Avatars made one at a time, in a thread, and by nobody who has waited too long."""

from functools import partial
from typing import BinaryIO

import anyio
from anyio.to_thread import run_sync

from servicekit.pictures import TooManyUploads, convert, square

SIDE = 256


class PictureProcessor:
    """Makes avatars in a thread, one at a time: a second would need the same memory again."""

    def __init__(self, *, threads: int = 1, longest_wait_seconds: float = 5) -> None:
        self._slots = anyio.CapacityLimiter(threads)
        self._longest_wait_seconds = longest_wait_seconds

    async def make_avatar(self, file: BinaryIO, declared_type: str | None) -> bytes:
        """The file as a WebP of 256 by 256, read when its turn has come.

        Raises `PictureTypeNotSupported`, `InvalidPicture`, and `TooManyUploads` when its turn does not come in time.
        """
        try:
            with anyio.fail_after(self._longest_wait_seconds):
                return await run_sync(partial(_read_and_convert, file, declared_type), limiter=self._slots)
        except TimeoutError as error:
            raise TooManyUploads from error


def _read_and_convert(file: BinaryIO, declared_type: str | None) -> bytes:
    [avatar] = convert(file.read(), declared_type=declared_type, shapes=[square(SIDE)], enough=SIDE)
    return avatar.content
