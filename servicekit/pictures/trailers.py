"""What stands behind a picture in its file: something of the camera's, or another file that hides there.

None of it gets through, for only pixels are written anew. It is refused all the same: who uploads a file that is two
things at once has a reason that is not ours.
"""

from servicekit.pictures.headers import Format

# What readers look for anywhere in a file, or from its end.
_ANYWHERE = (b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"<?php")
_AT_THE_START = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"GIF8",
    b"\x89PNG",
    b"RIFF",
    b"\x00asm",
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<?xml")
_MARKUP_BYTES = 1_445
"""As far as browsers look to guess a type (WHATWG MIME Sniffing, 5)."""


def is_disguise(rest: bytes, picture_format: Format) -> bool:
    """Whether these bytes behind the picture are another file. Padding is none in any format.

    Cameras and phones append to JPEGs what they like: further JPEGs (CIPA DC-007), the video of a moving picture, data
    of the maker's (Samsung's `SEFT`). To PNG and WebP nobody does.
    """
    rest = rest.lstrip(b"\x00")
    if not rest or picture_format != "JPEG":
        return bool(rest)
    start = rest[:_MARKUP_BYTES].lower()
    return (
        rest.startswith(_AT_THE_START)
        or any(mark in rest for mark in _ANYWHERE)
        or any(mark in start for mark in _MARKUP)
    )
