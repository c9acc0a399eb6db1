"""Product images: stored under a name made of their content, so that they may be kept and cached for ever.

`<hash>.webp` is the picture, `<hash>-320.webp` the same with sides of at most 320 pixels. A file is there before
the row that names it, and goes after the last one has gone.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from product.catalogue.models import ProductImage

LARGEST_SIDE = 1600
SMALLER_SIDES = (320, 800)

_FOLDER = "products"
_LOCK = 7_305_106_622
"""An arbitrary number that means "image files" to PostgreSQL's advisory locks."""
_UNFINISHED_SECONDS = 3600


class ImageSize(NamedTuple):
    url: str
    width: int
    height: int


def image_sizes(image: ProductImage) -> list[ImageSize]:
    """What the picture is to be had in, the smallest first."""
    longest = max(image.width, image.height)
    return [
        *(
            ImageSize(
                _smaller(image.file.url, side),
                *(max(1, round(length * side / longest)) for length in (image.width, image.height)),
            )
            for side in SMALLER_SIDES
            if side < longest
        ),
        ImageSize(image.file.url, image.width, image.height),
    ]


def store_image(content: bytes, smaller: Callable[[], Mapping[int, bytes]] = dict) -> str:
    """Keep a WebP image; the same one twice is one file. Returns its name in the storage ("products/….webp").

    `smaller` gives it with sides of at most so many pixels; it is asked only when files
    are missing.
    """
    name = f"{_FOLDER}/{hashlib.sha256(content).hexdigest()}.webp"
    smallest = _smaller(name, SMALLER_SIDES[0])
    # A small picture has no smaller form, and is written again: the same bytes, in the place of the same bytes.
    if not (_path(name).exists() and _path(smallest).exists()):
        for side, small in smaller().items():
            _write(_path(_smaller(name, side)), small)
        _write(_path(name), content)
    return name


@contextmanager
def naming_files() -> Iterator[None]:
    """A transaction that stores files and then names them in rows: nobody takes them for orphans in between."""
    with transaction.atomic():
        _lock("pg_advisory_xact_lock_shared")
        yield


def remove_orphans(names: Iterable[str]) -> int:
    """Delete those of the files, and their smaller forms, that no row names any longer. Returns how many files."""
    with transaction.atomic():
        _lock("pg_advisory_xact_lock")
        orphans = set(names) - set(ProductImage.objects.filter(file__in=names).values_list("file", flat=True))
        paths = [path for name in orphans for path in map(_path, _files(name)) if path.exists()]
        for path in paths:
            path.unlink()
    return len(paths)


def remove_all_orphans() -> int:
    """The same for the whole folder, and for what uploads that were cut off have left. Returns how many files."""
    paths = list(_path(_FOLDER).glob("*"))
    unfinished = [path for path in paths if path.suffix != ".webp" and _is_old(path)]
    for path in unfinished:
        path.unlink(missing_ok=True)
    return len(unfinished) + remove_orphans({f"{_FOLDER}/{path.name[:64]}.webp" for path in paths if path.suffix})


@require_safe
def product_image(request: HttpRequest, name: str) -> FileResponse:  # noqa: ARG001
    """`name` is a hash, perhaps a size, and `.webp`: the route lets nothing else through, no path least of all."""
    try:
        file = default_storage.open(f"{_FOLDER}/{name}")
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(file, content_type="image/webp", headers=headers)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(content)
    # Renamed when complete: nobody is ever served half an image.
    Path(file.name).chmod(0o644)
    Path(file.name).rename(target)


def _files(name: str) -> list[str]:
    return [name, *(_smaller(name, side) for side in SMALLER_SIDES)]


def _smaller(name: str, side: int) -> str:
    return f"{name.removesuffix('.webp')}-{side}.webp"


def _path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _UNFINISHED_SECONDS


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_LOCK])
