"""The JSON API as a test calls it."""

from typing import Any

from rest_framework.test import APIClient

from servicekit.principal import Principal


class Api:
    """DRF's client for one person, who is believed without a token. Its answers pass for those of httpx."""

    def __init__(self, principal: Principal | None) -> None:
        self._client = APIClient(raise_request_exception=False)
        if principal is not None:
            self._client.force_authenticate(principal)  # type: ignore[arg-type]  # any object will do

    def __getattr__(self, method: str) -> Any:
        return getattr(self._client, method)
