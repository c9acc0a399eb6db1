"""What every service reads from its environment, once, at start. Each service derives its `Settings` from this."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, AmqpDsn, Field, PostgresDsn, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

POSTGRES_LIMITS_MILLISECONDS = {
    "statement_timeout": 5_000,
    "lock_timeout": 3_000,
    "idle_in_transaction_session_timeout": 10_000,
}
"""Session settings of every application connection: nothing waits for ever."""

POSTGRES_CONNECT = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "options": " ".join(f"-c {name}={value}" for name, value in POSTGRES_LIMITS_MILLISECONDS.items()),
}
"""libpq keywords (psycopg2): the limits above and bounds for the network, in seconds (tcp_user_timeout: ms)."""

Port = Annotated[int, Field(ge=1, le=65_535)]


def networks(text: str) -> list[IPv4Network | IPv6Network]:
    """The addresses and networks that stand there, with commas between them. Raises ValueError."""
    return [ip_network(part.strip()) for part in text.split(",") if part.strip()]


def _text_of_networks(value: str) -> str:
    networks(value)
    return value


Networks = Annotated[str, AfterValidator(_text_of_networks)]
"""Text that `networks` understands. Neither names nor a star: whom one believes has an address."""

_PLACEHOLDERS = ("change-me", "changeme", "placeholder", "insecure")


class UnsafeConfiguration(Exception):
    """Start-up refused. Names the variable, never its value."""


class ServiceSettings(BaseSettings):
    """The variables that all services share: no prefix, one value for the whole system.

    A service's subclass sets `env_prefix` for its own fields; these keep their plain names through `validation_alias`.
    """

    model_config = SettingsConfigDict(hide_input_in_errors=True, frozen=True)

    environment: Literal["development", "test", "production"] = Field("production", validation_alias="ENVIRONMENT")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", validation_alias="LOG_LEVEL")
    log_format: Literal["console", "json"] = Field("json", validation_alias="LOG_FORMAT")
    token_issuer: str = Field("storefront-auth", validation_alias="TOKEN_ISSUER", min_length=1)
    token_audience: str = Field("storefront", validation_alias="TOKEN_AUDIENCE", min_length=1)

    host: str = "127.0.0.1"
    port: Port
    database_url: PostgresDsn
    database_owner_url: PostgresDsn | None = None
    """The owner's role, which may change the schema. Needed by `migrate` only; leave it out of the other processes."""
    amqp_url: AmqpDsn | None = None
    """Needed by the relay and the consumer only: web processes never talk to the broker."""

    @model_validator(mode="after")
    def _refuse_placeholders(self) -> Self:
        if self.environment != "production":
            return self
        for name in type(self).model_fields:
            value = getattr(self, name)
            if any(placeholder in _text(value).lower() for placeholder in _PLACEHOLDERS):
                raise UnsafeConfiguration(f"{_variable(type(self), name)} still has a placeholder value")
            if isinstance(value, (PostgresDsn, AmqpDsn)) and _has_default_password(str(value)):
                raise UnsafeConfiguration(f"{_variable(type(self), name)}: the password is one that everybody knows")
        return self


def _text(value: object) -> str:
    """Secrets as well, which on their own show nothing but stars."""
    return str(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _has_default_password(url: str) -> bool:
    """A name for its own password, as servers come; no password at all is one where AMQP is spoken."""
    scheme, place, *_ = urlsplit(url)
    account, _, _ = place.rpartition("@")
    name, _, password = account.partition(":")
    return bool(password and password == name) or (scheme.startswith("amqp") and not password)


SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


def load_settings(settings_class: type[SettingsT]) -> SettingsT:
    """Read the environment. Raises `UnsafeConfiguration`, which names each wrong or missing variable, never a value."""
    try:
        return settings_class()
    except ValidationError as error:
        faults = (f"{_variable_at(settings_class, fault['loc'])}: {fault['msg']}" for fault in error.errors())
        raise UnsafeConfiguration("; ".join(faults)) from None


def declared_variables(settings_class: type[ServiceSettings]) -> list[str]:
    """The names of all environment variables that this service reads, in the order of declaration."""
    return [_variable(settings_class, field) for field in settings_class.model_fields]


def _variable_at(settings_class: type[ServiceSettings], location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else "settings"
    return _variable(settings_class, name) if name in settings_class.model_fields else name.upper()


def _variable(settings_class: type[ServiceSettings], field: str) -> str:
    alias = settings_class.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{settings_class.model_config.get('env_prefix', '')}{field}".upper()
