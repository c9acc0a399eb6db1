"""Who may order."""

from django.conf import settings

from product.orders.errors import EmailUnconfirmed
from servicekit.principal import Principal


def require_confirmed_email(principal: Principal) -> None:
    """Where the shop is set so (`PRODUCT_REQUIRE_CONFIRMED_EMAIL`). Raises `EmailUnconfirmed`.

    The token's word counts: whoever has just confirmed their address refreshes it first.
    """
    if settings.ENVIRONMENT.require_confirmed_email and not principal.email_verified:
        raise EmailUnconfirmed
