"""How much money somebody has, as far as payment says."""

from django.http import HttpRequest

from product.clients import payment
from product.storefront import sessions
from servicekit.principal import Principal


def balance_minor(request: HttpRequest, principal: Principal, currency: str) -> int | None:
    """None while payment does not say. It is told for comfort: payment decides, after the order."""
    try:
        wallets = payment.list_wallets(user_id=principal.user_id, access_token=sessions.access_token(request))
    except payment.PaymentAway:
        return None
    return next((wallet.balance_minor for wallet in wallets if wallet.currency == currency), None)
