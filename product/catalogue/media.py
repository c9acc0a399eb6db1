"""Serving product images. Their names are made here and tell their content, so they may be kept for ever."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe


@require_safe
def product_image(request: HttpRequest, name: str) -> FileResponse:  # noqa: ARG001
    """`name` is a hash with `.webp`: the route lets nothing else through, no path least of all."""
    try:
        file = default_storage.open(f"products/{name}")
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(file, content_type="image/webp", headers=headers)
