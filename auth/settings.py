"""What the auth service reads from its environment: the shared variables, and its own under `AUTH_`."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from limits import parse
from pydantic import AfterValidator, AnyUrl, Field, HttpUrl, SecretStr, UrlConstraints
from pydantic_settings import SettingsConfigDict

from auth.sessions.policy import SessionPolicy
from auth.throttling.limits import ThrottleLimits
from servicekit.settings import Networks, Port, ServiceSettings


def _parsable_rate(value: str) -> str:
    parse(value)
    return value


Rate = Annotated[str, AfterValidator(_parsable_rate)]
"""Such as "20 per 15 minutes"."""


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="AUTH_")

    port: Port = 8001
    signing_keys_dir: Path
    """Folder of `*.pem` EC P-256 private keys. The last name in sort order signs; all are published."""
    access_token_seconds: int = Field(900, ge=60, le=3600)
    """How long an access token is good for."""
    database_connections: int = Field(10, ge=1, le=100)
    """The most connections that one web process holds."""
    password_hashing_threads: int = Field(2, ge=1, le=32)
    """How many passwords are hashed at once; each takes 19 MiB and one core for some 30 ms."""

    session_idle_days: int = Field(14, ge=1, le=365)
    """A session that is not refreshed for so long is over."""
    session_longest_days: int = Field(30, ge=1, le=365)
    """So is one that began so long ago, however much it is used."""
    refresh_grace_seconds: int = Field(10, ge=0, le=60)
    """For so long a refresh token that was used gives the same client its successor again, and is no theft."""
    max_active_sessions: int = Field(10, ge=1, le=1000)
    """The most sessions that a user has; the oldest goes."""
    trusted_proxies: Networks = ""
    """Addresses and networks, separated by commas, whose `X-Forwarded-For` is believed."""
    public_shop_url: HttpUrl | None = None
    """Where customers find the shop; links in e-mails lead there. Needed in production, http://127.0.0.1:8000 else."""
    mail_from: str = "Storefront <no-reply@storefront.invalid>"
    """The sender of e-mails."""
    smtp_url: Annotated[AnyUrl, UrlConstraints(allowed_schemes=["smtp", "smtps"], host_required=True)] | None = None
    """`smtp://user:password@host:587` or `smtps://…:465`. Without it e-mails go to `mail_dir`."""
    mail_dir: Path | None = None
    """The folder for e-mails where there is no mail server: one `*.eml` file each. Production needs one of the two."""
    confirmation_token_seconds: int = Field(900, ge=60, le=86_400)
    """How long the token in an e-mail is good for."""
    max_avatar_size: int = Field(5_242_880, ge=1_024, le=20_971_520)
    """The largest picture that is taken, in bytes."""
    avatar_dir: Path | None = None
    """A folder for avatars, shared by all web processes. Without it they are kept in the database."""
    redis_url: SecretStr | None = Field(None, validation_alias="REDIS_URL")
    """Where throttles are counted and live sessions remembered. Without it PostgreSQL does both."""
    throttle_sign_in_per_account: Rate = "20 per 15 minutes"
    """How many wrong passwords for one name."""
    throttle_sign_in_per_address: Rate = "300 per 15 minutes"
    """How many wrong passwords from one address (for IPv6: from one /64)."""
    throttle_registration_per_account: Rate = "20 per hour"
    throttle_registration_per_address: Rate = "1000 per hour"
    throttle_mail_per_account: Rate = "5 per hour"
    """How many e-mails to one address that somebody typed."""
    throttle_mail_per_address: Rate = "100 per hour"
    key_publication_seconds: int = Field(600, ge=0, le=86_400)
    """For so long a new signing key is published before it signs. Readers keep the set of keys for five minutes."""

    @property
    def throttle_limits(self) -> ThrottleLimits:
        return ThrottleLimits(
            **{
                limit.name: parse(getattr(self, f"throttle_{limit.name}"))
                for limit in dataclasses.fields(ThrottleLimits)
            }
        )

    @property
    def session_policy(self) -> SessionPolicy:
        return SessionPolicy(
            idle=timedelta(days=self.session_idle_days),
            longest=timedelta(days=self.session_longest_days),
            refresh_grace=timedelta(seconds=self.refresh_grace_seconds),
            most_active=self.max_active_sessions,
        )
