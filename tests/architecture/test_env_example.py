"""`.env.example` holds exactly the variables that there are, with the defaults that they have."""

import re

import pytest

from servicekit.settings import ServiceSettings, declared_variables
from stack.shop import ROOT
from tests.architecture.declared_settings import SETTINGS

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")

SET = dict(re.findall(r"^([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))
LISTED = SET | dict(re.findall(r"^# ([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))

READ_BY_SERVICEKIT = {"WORKER_HOST", "WORKER_PORT"}
READ_BY_OPENTELEMETRY = {"OTEL_EXPORTER_OTLP_ENDPOINT"}
READ_BY_THE_SECRETS_COMMAND = {"OPERATOR_AMQP_PASSWORD"}


def test_lists_what_the_services_and_docker_compose_read_and_nothing_else() -> None:
    declared = {variable for settings in SETTINGS.values() for variable in declared_variables(settings)}
    interpolated = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE))

    assert set(LISTED) == (
        declared | interpolated | READ_BY_SERVICEKIT | READ_BY_OPENTELEMETRY | READ_BY_THE_SECRETS_COMMAND
    )


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_names_the_default_that_the_settings_have(settings: type[ServiceSettings]) -> None:
    fields = zip(declared_variables(settings), settings.model_fields.values(), strict=True)
    defaults = {variable: field.default for variable, field in fields if not field.is_required()}

    written = {variable: LISTED[variable] for variable, default in defaults.items() if default is not None}

    assert written == {variable: _written(value) for variable, value in defaults.items() if value is not None}


def test_sets_nothing_but_secrets_and_those_to_nothing() -> None:
    secret = re.compile(r".+_(PASSWORD|SECRET_KEY)")

    assert all(secret.fullmatch(variable) for variable in SET)
    assert set(SET.values()) == {""}


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
