"""What this service reads from its environment: typed, with units and defaults. Django's settings derive from it."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from servicekit.money import Currency
from servicekit.settings import Networks, Port, ServiceSettings, UnsafeConfiguration, networks

_FEWEST_CHARACTERS = 5
"""Of which a secret key consists: Django's own measure."""


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PRODUCT_")

    port: Port = 8000
    secret_key: SecretStr = Field(min_length=32)
    """Signs cookies and form tokens."""
    allowed_hosts: str = "localhost,127.0.0.1"
    """Host names that the shop answers to, with commas between them."""
    behind_tls: bool = False
    """Whether a proxy in front ends TLS and sets `X-Forwarded-Proto`. Cookies are then sent over HTTPS only."""
    trusted_proxies: Networks = ""
    """Addresses and networks, separated by commas, whose `X-Forwarded-For` is believed."""
    auth_url: HttpUrl
    payment_url: HttpUrl
    broker_monitor_url: HttpUrl | None = None
    """RabbitMQ's management API, with the account that may look. Without it the back office shows no queues."""
    media_dir: Path
    """The folder of product images. Shared by all web processes."""
    currency: Currency = "EUR"
    """The currency of price filters that name none."""

    web_workers: int = Field(1, ge=1, le=64)
    """Processes that answer requests: two for each core that they may use keep it busy."""
    web_threads: int = Field(240, ge=1)
    """Requests that one web process answers at a time, those that wait for an order to change included."""
    database_connections: int = Field(16, ge=1)
    """Connections that one process keeps to the database at most, whatever its number of threads."""

    require_confirmed_email: bool = False
    """Whether only those may order who have shown that they read mail sent to their address."""
    webhook_interval_seconds: float = Field(1, gt=0)
    """The pause between two rounds of the process that sends webhooks."""
    webhooks_to_loopback: bool = False
    """Whether webhooks may go to this machine, also without TLS: for development and tests."""

    payment_deadline_seconds: int = Field(900, ge=1)
    """How long an order may stay unpaid, and its stock reserved."""
    reask_after_seconds: float = Field(30, gt=0)
    """How long a question to payment may stay unanswered before it is asked again."""
    clock_interval_seconds: float = Field(1, gt=0)

    @property
    def trusted_networks(self) -> list[IPv4Network | IPv6Network]:
        return networks(self.trusted_proxies)

    @property
    def host_names(self) -> list[str]:
        return [host.strip() for host in self.allowed_hosts.split(",") if host.strip()]

    @model_validator(mode="after")
    def _refuse_what_is_for_development(self) -> "Settings":
        if "*" in self.host_names and self.environment != "development":
            raise UnsafeConfiguration("PRODUCT_ALLOWED_HOSTS must name the hosts")
        if self.environment != "production":
            return self
        if len(set(self.secret_key.get_secret_value())) < _FEWEST_CHARACTERS:
            raise UnsafeConfiguration("PRODUCT_SECRET_KEY: has too few different characters")
        if self.webhooks_to_loopback:
            raise UnsafeConfiguration(
                "PRODUCT_WEBHOOKS_TO_LOOPBACK: webhooks must not reach this machine in production"
            )
        return self


def broker_url(environment: Settings) -> str:
    """Raises `UnsafeConfiguration` where the variable is absent: web processes do without it."""
    if environment.amqp_url is None:
        raise UnsafeConfiguration("PRODUCT_AMQP_URL: this process needs it")
    return str(environment.amqp_url)
