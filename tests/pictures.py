"""Pictures to upload, good ones and bad ones."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


def make_picture(
    picture_format: str, *, size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any
) -> bytes:
    """The left half red, the right half blue."""
    picture = Image.new(mode, size, _colour(mode, "blue"))
    picture.paste(_colour(mode, "red"), (0, 0, size[0] // 2, size[1]))
    made = BytesIO()
    picture.save(made, picture_format, **options)
    return made.getvalue()


def _colour(mode: str, name: str) -> Any:
    return {"L": 80 if name == "red" else 200, "P": 1 if name == "red" else 2, "1": name == "red"}.get(mode, name)


def make_animation(picture_format: str) -> bytes:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    made = BytesIO()
    frames[0].save(made, picture_format, save_all=True, append_images=frames[1:], duration=100)
    return made.getvalue()


def png_bomb(side: int) -> bytes:
    """A PNG of one colour: a few kilobytes that would become gigabytes."""
    row = zlib.compressobj(9)
    line = b"\x00" * (1 + side // 8)
    pixels = b"".join(row.compress(line) for _ in range(side)) + row.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small PNG whose comments unpack to 60 MiB."""
    comment = png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"x" * 1_000_000, 9))
    picture = make_picture("PNG", size=(8, 8))
    return picture[:33] + comment * 60 + picture[33:]


def webp_bomb() -> bytes:
    """A WebP that announces a canvas of 16,384 by 16,384."""
    size = (16_383).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + b"\x10\x00\x00\x00" + size + size
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
