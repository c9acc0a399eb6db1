"""From a file of unknown origin to a small picture of our own making."""

import struct
import zlib
from functools import partial
from io import BytesIO
from typing import BinaryIO

import anyio
from anyio.to_thread import run_sync
from PIL import Image, ImageOps, PngImagePlugin

from auth.avatars.errors import AvatarTypeNotSupported, InvalidAvatar, TooManyUploads
from auth.avatars.headers import MEDIA_TYPES, UnreadablePicture, detect_format, read_header

SIDE = 256
MEDIA_TYPE = "image/webp"
_MAX_PIXELS = 16_777_216
"""4096 by 4096: more than a phone's camera makes, and at four bytes each 64 MiB while it is decoded."""
_MAX_SIDE = 16_383
_TEXT_BYTES = 65_536

# Pillow would unpack up to 64 MiB of text from a PNG, which is thrown away here.
PngImagePlugin.MAX_TEXT_CHUNK = _TEXT_BYTES
PngImagePlugin.MAX_TEXT_MEMORY = _TEXT_BYTES
Image.MAX_IMAGE_PIXELS = _MAX_PIXELS

# All that decoders were seen to raise on broken files.
_DECODING_ERRORS = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError,
    struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip


class PictureProcessor:
    """Makes avatars in a thread, one at a time: a second would need the same memory again."""

    def __init__(self, *, threads: int = 1, longest_wait_seconds: float = 5) -> None:
        self._slots = anyio.CapacityLimiter(threads)
        self._longest_wait_seconds = longest_wait_seconds

    async def make_avatar(self, file: BinaryIO, declared_type: str | None) -> bytes:
        """The file as a WebP of 256 by 256, read when its turn has come.

        Raises `AvatarTypeNotSupported`, `InvalidAvatar`, and `TooManyUploads` when its turn does not come in time.
        """
        try:
            with anyio.fail_after(self._longest_wait_seconds):
                return await run_sync(partial(_read_and_convert, file, declared_type), limiter=self._slots)
        except TimeoutError as error:
            raise TooManyUploads from error


def _read_and_convert(file: BinaryIO, declared_type: str | None) -> bytes:
    data = file.read()
    picture_format = detect_format(data)
    if picture_format is None or MEDIA_TYPES.get(declared_type or "") != picture_format:
        raise AvatarTypeNotSupported
    try:
        header = read_header(data, picture_format)
    except UnreadablePicture as error:
        raise InvalidAvatar(str(error)) from error
    if header.is_animated:
        raise InvalidAvatar("The picture is animated")
    if not (0 < header.width <= _MAX_SIDE and 0 < header.height <= _MAX_SIDE):
        raise InvalidAvatar("The picture has no size that can be used")
    if header.width * header.height > _MAX_PIXELS:
        raise InvalidAvatar(f"The picture has more than {_MAX_PIXELS} pixels")
    if _holds_more(data[header.end :]):
        raise InvalidAvatar("The file holds something else behind the picture")
    try:
        return _convert(data, picture_format)
    except _DECODING_ERRORS as error:
        raise InvalidAvatar("The file is broken") from error


def _holds_more(rest: bytes) -> bool:
    """Padding, and the further JPEGs that cameras append (CIPA DC-007), are no disguise of another file."""
    rest = rest.lstrip(b"\x00")
    return bool(rest) and detect_format(rest) != "JPEG"


def _convert(data: bytes, picture_format: str) -> bytes:
    """Only pixels get through: nothing of the file's own bytes, and no metadata."""
    with Image.open(BytesIO(data), formats=[picture_format]) as picture:
        if picture.width * picture.height > _MAX_PIXELS:
            raise InvalidAvatar(f"The picture has more than {_MAX_PIXELS} pixels")
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # lets JPEG decode at a fraction of its size
        mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
        whole = picture if picture.mode == mode else picture.convert(mode)
        small = ImageOps.exif_transpose(ImageOps.fit(whole, (SIDE, SIDE)))
    made = BytesIO()
    bare = Image.frombytes(mode, small.size, small.tobytes())  # a picture would take its colour profile along
    bare.save(made, "WEBP", quality=85)
    return made.getvalue()
