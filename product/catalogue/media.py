"""Product images: stored under a name made of their content, so that they may be kept and cached for ever."""

import hashlib
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

_FOLDER = "products"


def store_image(content: bytes) -> str:
    """Keep a WebP image; the same one twice is one file. Returns its name in the storage ("products/….webp")."""
    name = f"{_FOLDER}/{hashlib.sha256(content).hexdigest()}.webp"
    target = Path(settings.MEDIA_ROOT) / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(content)
        # Renamed when complete: nobody is ever served half an image.
        Path(file.name).chmod(0o644)
        Path(file.name).rename(target)
    return name


@require_safe
def product_image(request: HttpRequest, name: str) -> FileResponse:  # noqa: ARG001
    """`name` is a hash with `.webp`: the route lets nothing else through, no path least of all."""
    try:
        file = default_storage.open(f"{_FOLDER}/{name}")
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(file, content_type="image/webp", headers=headers)
