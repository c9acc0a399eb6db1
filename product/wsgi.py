"""The WSGI application that gunicorn serves."""

import os
from collections.abc import Iterable
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from servicekit.http import MAX_BODY_BYTES

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class MeasureChunkedBodies:
    """Django takes a body whose length is not declared for an empty one. Read it, up to the limit, and declare it."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ:
            body = environ["wsgi.input"].read(MAX_BODY_BYTES + 1)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return self._application(environ, start_response)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "product.settings")
application = MeasureChunkedBodies(get_wsgi_application())
# All views: nearly a second of imports, which Django would leave to the first request.
import_module(settings.ROOT_URLCONF)
