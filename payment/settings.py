"""What the payment service reads from its environment, once, at start."""

from functools import cache
from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, Field, PostgresDsn, model_validator
from pydantic_settings import SettingsConfigDict

from servicekit.money import Amount, Currency, InvalidAmount, parse_amount
from servicekit.settings import Port, ServiceSettings, UnsafeConfiguration, load_settings


def _without_trailing_slash(url: AnyHttpUrl) -> str:
    return str(url).rstrip("/")


class Settings(ServiceSettings):
    """The variables `PAYMENT_…`, and those that all services share."""

    model_config = SettingsConfigDict(env_prefix="PAYMENT_")

    port: Port = 8002
    auth_url: Annotated[AnyHttpUrl, AfterValidator(_without_trailing_slash)]
    """Where the keys that sign access tokens are published."""
    starting_balance: Amount = "1000.00"
    """What a new user's first wallet holds, in `starting_currency`. Zero is fine."""
    starting_currency: Currency = "EUR"
    top_up_limit: int = Field(10_000, ge=1, le=1_000_000_000)
    """The most that one top-up brings, in whole units of the wallet's currency."""
    transactions_page_size: int = Field(20, ge=1, le=100)
    """How many lines of their history users are shown when they do not say."""
    web_workers: int = Field(1, ge=1, le=64)
    """Processes that answer requests: two for each core that they may use keep it busy."""
    web_threads: int = Field(8, ge=1, le=64)
    """Requests that one web process answers at the same time. Its database connections are as many."""

    sandbox_card: bool = False
    """Whether orders may be paid with the card that is none (`payments/methods/sandbox_card.py`). Not in production."""
    provider_tries: int = Field(5, ge=1, le=20)
    """How often a provider is asked for a charge before the attempt fails as `provider_unavailable`."""
    provider_pause_seconds: float = Field(1.0, gt=0, le=60)
    """The pause after the first try without an answer. It doubles with each."""
    reconcile_orders_url: PostgresDsn | None = None
    """Product's database, through its auditor's role. For the clock process and `reconcile` only, like the next."""
    reconcile_payments_url: PostgresDsn | None = None
    """Payment's own, through its auditor's role."""
    reconcile_every_seconds: float = Field(3600, ge=1)
    """How often the clock process reconciles. Staff may ask for more."""

    @property
    def starting_balance_minor(self) -> int:
        return parse_amount(self.starting_balance, self.starting_currency)

    @property
    def jwks_url(self) -> str:
        return f"{self.auth_url}/.well-known/jwks.json"

    @model_validator(mode="after")
    def _refuse_impossible_balance(self) -> "Settings":
        try:
            is_possible = self.starting_balance_minor >= 0
        except InvalidAmount as error:
            raise UnsafeConfiguration(f"PAYMENT_STARTING_BALANCE: {error}") from error
        if not is_possible:
            raise UnsafeConfiguration("PAYMENT_STARTING_BALANCE: must not be negative")
        return self

    @model_validator(mode="after")
    def _refuse_play_money(self) -> "Settings":
        if self.sandbox_card and self.environment == "production":
            raise UnsafeConfiguration("PAYMENT_SANDBOX_CARD: goods for a card that is none, not in production")
        return self


@cache
def get_settings() -> Settings:
    """The settings of this process. Raises `servicekit.settings.UnsafeConfiguration`."""
    return load_settings(Settings)
