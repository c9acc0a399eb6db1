"""Static files, served from the packages that bring them: named by their content, so that browsers keep them for good,
and compressed. There is no build step to forget: all of it happens when a web process starts."""

import atexit
import hashlib
import shutil
from functools import cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage
from whitenoise.compress import Compressor  # type: ignore[import-untyped]
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

_LARGEST_COMPRESSED = 400_000
"""Bytes. What is larger belongs to the interactive documentation, and would hold up the start."""


class ContentNamedStorage(StaticFilesStorage):
    """Says `css/pages.4f2a91c07d3e.css` for `css/pages.css`."""

    def url(self, name: str | None) -> str:
        return super().url(_content_name(name or ""))


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """Knows every file by its own name, for references inside of style sheets, and by the name of its content."""

    files: dict[str, Any]

    def add_files_from_finders(self) -> None:
        """Once per process, however many handlers are made in it."""
        if not _KNOWN:
            super().add_files_from_finders()
            _KNOWN.update(self.files)
        self.files = _KNOWN

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:  # noqa: ARG002
        name = url.removeprefix(self.static_prefix)
        served = _compressed(Path(path), name)
        for each in {url, staticfiles_storage.url(name)}:
            super().add_file_to_dictionary(each, str(served))


_KNOWN: dict[str, Any] = {}
_COMPRESSOR = Compressor(use_brotli=False, quiet=True)


def _compressed(path: Path, name: str) -> Path:
    """A copy with a compressed one beside it, which WhiteNoise finds there; the file itself if that is no use."""
    if not _COMPRESSOR.should_compress(name) or path.stat().st_size > _LARGEST_COMPRESSED:
        return path
    copy = _folder() / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, copy)
    _COMPRESSOR.compress(str(copy))
    return copy


@cache
def _folder() -> Path:
    """Of this process, gone with it."""
    folder = TemporaryDirectory(prefix="static-files-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def _content_name(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str) or not Path(path).is_file():
        return name
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
    own = PurePosixPath(name)
    return str(own.with_name(f"{own.stem}.{digest}{own.suffix}"))
