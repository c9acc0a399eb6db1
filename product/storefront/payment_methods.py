"""The ways to pay, as a buyer chooses between them: at the checkout, and after a declined payment."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from product.clients.payment import PaymentAway
from product.clients.payment_methods import OfferedMethod, offered_methods
from product.storefront import sessions
from servicekit.contracts.orders import PAYMENT_METHOD_PATTERN

USUAL = "wallet"

_NAMES = {"wallet": _("Your wallet"), "sandbox-card": _("Card")}
_TEST_TOKENS = {
    "slow": _("Test card: charged after five seconds"),
    "declined": _("Test card: declined"),
    "insufficient-funds": _("Test card: not enough money on it"),
    "unavailable": _("Test card: its bank does not answer"),
    "crash-after-charge": _("Test card: charged, but the answer gets lost"),
}


class Choice(NamedTuple):
    value: str
    """As an order's `payment_method` has it: a name, or a name and a token with a colon between them."""
    text: str | Promise
    is_chosen: bool


def payment_choices(request: HttpRequest, chosen: str = USUAL) -> list[Choice]:
    """What there is to choose from; nothing when there is only one way to pay, or payment does not say.

    The test cards are for those who develop the shop; others get the card alone.
    """
    try:
        values = dict(_values(offered_methods(access_token=sessions.access_token(request))))
    except PaymentAway:
        return []
    marked = chosen if chosen in values else USUAL
    return [Choice(value, text, value == marked) for value, text in values.items()] if len(values) > 1 else []


def chosen_method(form: Mapping[str, str], *, otherwise: str = USUAL) -> str:
    """What a form has chosen; `otherwise` when it has not, or not in a way that could be meant."""
    value = form.get("payment_method", "")
    return value if re.fullmatch(PAYMENT_METHOD_PATTERN, value) else otherwise


def _values(offered: list[OfferedMethod]) -> Iterator[tuple[str, str | Promise]]:
    for method in offered:
        yield method.name, _NAMES.get(method.name, method.name)
        if settings.ENVIRONMENT.environment == "development":
            for token in method.test_tokens:
                yield f"{method.name}:{token}", _TEST_TOKENS.get(token, token)
