"""What is asked of payment when somebody buys: how much money they have."""

from uuid import UUID

from django.conf import settings
from httpx2 import HTTPStatusError
from pydantic import BaseModel, ValidationError

from servicekit.money import Amount, Currency, parse_amount
from servicekit.problems import TooManyRequests
from servicekit.service_calls import ServiceAway, call


class PaymentAway(ServiceAway):
    """Balances are not known at the moment. Orders are accepted all the same and paid when payment is back."""

    code = "payment_unavailable"
    title = "Payment does not answer at the moment"


class Wallet(BaseModel):
    """Somebody's money in one currency."""

    user_id: UUID
    currency: Currency
    balance: Amount

    @property
    def balance_minor(self) -> int:
        return parse_amount(self.balance, self.currency)


class _WalletList(BaseModel):
    results: list[Wallet]


def list_wallets(*, user_id: UUID, access_token: str) -> list[Wallet]:
    """The wallets of the user, whose token it is; none before the first one is opened. Raises `PaymentAway`."""
    try:
        response = call("payment", "GET", f"{settings.PAYMENT_URL}/api/v1/wallets", access_token=access_token)
        visible = _WalletList.model_validate_json(response.raise_for_status().content).results
    except (ServiceAway, TooManyRequests, HTTPStatusError, ValidationError) as error:
        raise PaymentAway from error
    # Staff is shown everybody's.
    return [wallet for wallet in visible if wallet.user_id == user_id]
