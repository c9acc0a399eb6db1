"""Asks a process over HTTP whether it is well."""

import http.client
from urllib.parse import urlsplit


def is_healthy(url: str, *, timeout_seconds: float = 3.0) -> bool:
    """True when the answer is 200. Never by way of a proxy."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=timeout_seconds)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
