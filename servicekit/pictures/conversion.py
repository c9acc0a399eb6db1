"""From a file of unknown origin to pictures of our own making."""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, PngImagePlugin

from servicekit.pictures.errors import InvalidPicture, PictureTypeNotSupported
from servicekit.pictures.headers import MEDIA_TYPES, Format, UnreadablePicture, detect_format, read_header
from servicekit.pictures.trailers import is_disguise

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

Shape = Callable[[Image.Image], Image.Image]
"""How a picture is made smaller. It may still lie on its side, so both directions are to be treated alike."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A WebP file."""

    content: bytes
    width: int
    height: int


def square(side: int) -> Shape:
    """The middle of the picture."""
    return lambda picture: ImageOps.fit(picture, (side, side))


def within(side: int) -> Shape:
    """The whole picture, neither side longer than this. A smaller one stays as it is."""
    return lambda picture: ImageOps.contain(picture, (side, side)) if max(picture.size) > side else picture


def convert(data: bytes, *, declared_type: str | None, shapes: Sequence[Shape], enough: int) -> list[Converted]:
    """The picture as WebP, once per shape: upright, nothing but pixels. `enough`: the longest side that shapes need.

    Takes the memory of the whole picture, up to some 200 MiB: callers do one at a time. Raises
    `PictureTypeNotSupported`, `InvalidPicture`.
    """
    picture_format = _checked_format(data, declared_type)
    try:
        return _convert(data, picture_format, shapes, enough)
    except InvalidPicture:
        raise
    except _DECODING_ERRORS as error:
        raise InvalidPicture("The file is broken") from error


def _checked_format(data: bytes, declared_type: str | None) -> Format:
    picture_format = detect_format(data)
    if picture_format is None or MEDIA_TYPES.get(declared_type or "") != picture_format:
        raise PictureTypeNotSupported
    try:
        header = read_header(data, picture_format)
    except UnreadablePicture as error:
        raise InvalidPicture(str(error)) from error
    if header.is_animated:
        raise InvalidPicture("The picture is animated")
    if not (0 < header.width <= _MAX_SIDE and 0 < header.height <= _MAX_SIDE):
        raise InvalidPicture("The picture has no size that can be used")
    if header.width * header.height > _MAX_PIXELS:
        raise InvalidPicture(f"The picture has more than {_MAX_PIXELS} pixels")
    if is_disguise(data[header.end :], picture_format):
        raise InvalidPicture("The file holds something else behind the picture")
    return picture_format


def _convert(data: bytes, picture_format: str, shapes: Sequence[Shape], enough: int) -> list[Converted]:
    with Image.open(BytesIO(data), formats=[picture_format]) as picture:
        if picture.width * picture.height > _MAX_PIXELS:
            raise InvalidPicture(f"The picture has more than {_MAX_PIXELS} pixels")
        picture.draft("RGB", (2 * enough, 2 * enough))  # lets JPEG decode at a fraction of its size
        mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
        whole = picture if picture.mode == mode else picture.convert(mode)
        return [_written(ImageOps.exif_transpose(shape(whole)), mode) for shape in shapes]


def _written(picture: Image.Image, mode: str) -> Converted:
    made = BytesIO()
    bare = Image.frombytes(mode, picture.size, picture.tobytes())  # a picture would take its colour profile along
    bare.save(made, "WEBP", quality=85)
    return Converted(made.getvalue(), *picture.size)
