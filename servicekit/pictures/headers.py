"""What the first bytes of a picture say of it, read without decoding anything, and where the picture ends.

Decoders reserve memory for what the header announces, so it is looked at before a decoder is.
"""

import struct
from dataclasses import dataclass
from typing import Literal

Format = Literal["PNG", "JPEG", "WEBP"]

MEDIA_TYPES: dict[str, Format] = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset({0x00, 0x01, 0xFF, *range(0xD0, 0xD8)})


class UnreadablePicture(ValueError):
    """The file breaks the rules of its format."""


@dataclass(frozen=True, slots=True)
class Header:
    """`end` is the offset behind the picture's last byte."""

    width: int
    height: int
    is_animated: bool
    end: int


def detect_format(data: bytes) -> Format | None:
    """The format by the file's signature, whatever it is called."""
    if data.startswith(_PNG_SIGNATURE):
        return "PNG"
    if data.startswith(_JPEG_START + b"\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def read_header(data: bytes, picture_format: Format) -> Header:
    """Raises `UnreadablePicture`."""
    readers = {"PNG": _read_png, "JPEG": _read_jpeg, "WEBP": _read_webp}
    try:
        return readers[picture_format](data)
    except (struct.error, IndexError) as error:
        raise UnreadablePicture("The file ends too early") from error


def _read_png(data: bytes) -> Header:
    """PNG 3, chapter 5: chunks of length, type, data, CRC. `acTL` announces an animation."""
    width, height = struct.unpack_from(">4x4xII", data, 8)
    is_animated, offset = False, len(_PNG_SIGNATURE)
    while True:
        length, chunk = struct.unpack_from(">I4s", data, offset)
        offset += length + 12
        if offset > len(data):
            raise UnreadablePicture("The file ends too early")
        is_animated = is_animated or chunk == b"acTL"
        if chunk == b"IEND":
            return Header(width, height, is_animated, offset)


def _read_jpeg(data: bytes) -> Header:
    """ITU T.81, annex B: segments of marker and length; between scans, entropy-coded bytes in which FF is stuffed."""
    size: tuple[int, int] | None = None
    offset = len(_JPEG_START)
    while True:
        offset = data.find(b"\xff", offset)
        if offset < 0:
            raise UnreadablePicture("The file ends too early")
        marker = data[offset + 1]
        if marker in _JPEG_WITHOUT_LENGTH:
            offset += 1 if marker == 0xFF else 2
            continue
        if marker == _JPEG_END[1]:
            break
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, offset + 5)
            size = (width, height)
        offset += 2 + max(2, struct.unpack_from(">H", data, offset + 2)[0])
    if size is None:
        raise UnreadablePicture("The file holds no picture")
    return Header(*size, is_animated=False, end=offset + 2)


def _read_webp(data: bytes) -> Header:
    """RFC 9649: a simple lossy or lossless picture, or the extended format with its own canvas and flags."""
    [length] = struct.unpack_from("<I", data, 4)
    end, kind = length + 8, data[12:16]
    if end > len(data):
        raise UnreadablePicture("The file ends too early")
    if kind == b"VP8X":
        flags, size = data[20], data[24:30]
        width, height = int.from_bytes(size[:3], "little") + 1, int.from_bytes(size[3:6], "little") + 1
        return Header(width, height, bool(flags & 0x02), end)
    if kind == b"VP8L":
        [bits] = struct.unpack_from("<I", data, 21)
        return Header((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, is_animated=False, end=end)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header(width & 0x3FFF, height & 0x3FFF, is_animated=False, end=end)
    raise UnreadablePicture("The file holds no picture")
