"""Start-up refuses what is missing, misspelt or still a placeholder, and never shows a value."""

import pytest
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from servicekit.settings import ServiceSettings, UnsafeConfiguration, declared_variables, load_settings


class ShopSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    secret_key: str
    deadline_seconds: int = 900


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOG_LEVEL", "LOG_FORMAT", "TOKEN_ISSUER", "TOKEN_AUDIENCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("SHOP_PORT", "8000")
    monkeypatch.setenv("SHOP_DATABASE_URL", "postgresql://shop_app:pw@127.0.0.1/shop")
    monkeypatch.setenv("SHOP_SECRET_KEY", "k" * 40)


def test_reads_its_own_prefix_and_the_shared_names() -> None:
    settings = load_settings(ShopSettings)

    assert (settings.environment, settings.port, settings.deadline_seconds) == ("production", 8000, 900)


def test_names_every_missing_or_wrong_variable_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_SECRET_KEY")
    monkeypatch.setenv("SHOP_DATABASE_URL", "mysql://root:hunter2@db/shop")
    monkeypatch.setenv("SHOP_DEADLINE_SECONDS", "soon")

    with pytest.raises(UnsafeConfiguration) as refusal:
        load_settings(ShopSettings)

    message = str(refusal.value)
    assert {"SHOP_SECRET_KEY", "SHOP_DATABASE_URL", "SHOP_DEADLINE_SECONDS"} <= set(message.replace(":", "").split())
    assert "hunter2" not in message
    assert "soon" not in message


def test_refuses_a_placeholder_in_production_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_SECRET_KEY", "change-me")
    with pytest.raises(UnsafeConfiguration, match="SHOP_SECRET_KEY"):
        load_settings(ShopSettings)

    monkeypatch.setenv("ENVIRONMENT", "development")
    assert load_settings(ShopSettings).secret_key == "change-me"


def test_refuses_a_placeholder_that_is_kept_as_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    class SecretSettings(ShopSettings):
        cookie_key: SecretStr

    monkeypatch.setenv("SHOP_COOKIE_KEY", "change-me" * 8)

    with pytest.raises(UnsafeConfiguration, match="SHOP_COOKIE_KEY"):
        load_settings(SecretSettings)


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("SHOP_DATABASE_URL", "postgresql://postgres:postgres@127.0.0.1/shop"),
        ("SHOP_AMQP_URL", "amqp://guest:guest@127.0.0.1/"),
        ("SHOP_AMQP_URL", "amqp://127.0.0.1/"),
    ],
)
def test_refuses_passwords_that_servers_come_with(monkeypatch: pytest.MonkeyPatch, variable: str, url: str) -> None:
    monkeypatch.setenv(variable, url)

    with pytest.raises(UnsafeConfiguration, match=variable):
        load_settings(ShopSettings)


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_refuses_a_port_that_is_none(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("SHOP_PORT", port)

    with pytest.raises(UnsafeConfiguration, match="SHOP_PORT"):
        load_settings(ShopSettings)


def test_unknown_environments_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "staging")

    with pytest.raises(UnsafeConfiguration, match="ENVIRONMENT"):
        load_settings(ShopSettings)


def test_lists_the_variables_it_reads() -> None:
    assert {"ENVIRONMENT", "LOG_LEVEL", "SHOP_PORT", "SHOP_SECRET_KEY"} <= set(declared_variables(ShopSettings))
