"""The ways to pay that payment offers. They change with an installation's settings, so they are remembered a while."""

from django.conf import settings
from django.core.cache import cache
from httpx2 import HTTPStatusError
from pydantic import BaseModel, ValidationError

from product.clients.payment import PaymentAway
from servicekit.problems import TooManyRequests
from servicekit.service_calls import ServiceAway, call

_KEY = "payment-methods"
_REMEMBERED_SECONDS = 60


class OfferedMethod(BaseModel):
    name: str
    test_tokens: list[str] = []
    """What a method for trying things out takes behind a colon."""


class _MethodList(BaseModel):
    results: list[OfferedMethod]


def offered_methods(*, access_token: str) -> list[OfferedMethod]:
    """The usual one first, as payment said within the last minute, to whomever. Raises `PaymentAway`."""
    remembered: list[OfferedMethod] | None = cache.get(_KEY)
    if remembered is None:
        remembered = _ask(access_token)
        cache.set(_KEY, remembered, _REMEMBERED_SECONDS)
    return remembered


def _ask(access_token: str) -> list[OfferedMethod]:
    try:
        url = f"{settings.PAYMENT_URL}/api/v1/payment-methods"
        answer = call("payment", "GET", url, access_token=access_token)
        return _MethodList.model_validate_json(answer.raise_for_status().content).results
    except (ServiceAway, TooManyRequests, HTTPStatusError, ValidationError) as error:
        raise PaymentAway from error
