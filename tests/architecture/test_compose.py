"""The container way runs what the Procfile runs, reads what the settings declare, and is open to this machine only."""

from typing import Any

import pytest
import yaml

from servicekit.settings import declared_variables
from stack.procfile import Line, read_procfile
from stack.shop import ROOT
from tests.architecture.declared_settings import SETTINGS

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
PROCFILE = read_procfile(ROOT / "Procfile")
SERVERS = {"rabbitmq", "auth-database", "product-database", "payment-database"}
MIGRATIONS = {f"{service}-migrate" for service in SETTINGS}
JOBS = MIGRATIONS | {"product-seed", "payment-reconcile"}
AUDITORS_URLS = {"PAYMENT_RECONCILE_ORDERS_URL", "PAYMENT_RECONCILE_PAYMENTS_URL"}


def each_line_of_the_procfile() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("line", PROCFILE, ids=lambda line: line.name)


def each_container() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", CONTAINERS)


def test_runs_the_servers_the_jobs_and_exactly_the_processes_of_the_procfile() -> None:
    assert set(CONTAINERS) == SERVERS | JOBS | {line.name for line in PROCFILE}


@each_line_of_the_procfile()
def test_a_process_has_the_command_of_the_procfile_and_its_services_image(line: Line) -> None:
    container = CONTAINERS[line.name]

    assert tuple(container["command"]) == line.arguments
    assert container["image"] == f"storefront-{line.service}"


@each_line_of_the_procfile()
def test_a_process_is_handed_every_variable_of_its_service_and_no_other_services(line: Line) -> None:
    handed = set(CONTAINERS[line.name]["environment"])
    prefix = line.service.upper()
    not_everyones = {f"{prefix}_HOST", f"{prefix}_DATABASE_OWNER_URL", f"{prefix}_AMQP_URL", *AUDITORS_URLS}

    own = {variable for variable in declared_variables(SETTINGS[line.service]) if variable not in not_everyones}
    for_workers = set() if line.is_web else {f"{prefix}_AMQP_URL", "WORKER_HOST", "WORKER_PORT"}
    for_auditors = AUDITORS_URLS if line.name == "payment-clock" else set()
    assert handed == own | for_workers | for_auditors | {"OTEL_EXPORTER_OTLP_ENDPOINT"}


@pytest.mark.parametrize("service", SETTINGS)
def test_only_the_migration_may_change_the_schema(service: str) -> None:
    variable = f"{service.upper()}_DATABASE_OWNER_URL"

    assert [name for name, container in CONTAINERS.items() if variable in container.get("environment", {})] == [
        f"{service}-migrate"
    ]


def test_only_the_reconciliation_reads_two_databases() -> None:
    readers = {name for name, container in CONTAINERS.items() if AUDITORS_URLS & set(container.get("environment", {}))}

    assert readers == {"payment-clock", "payment-reconcile"}
    assert CONTAINERS["payment-reconcile"]["profiles"] == ["reconcile"]


@each_container()
def test_ports_are_open_to_this_machine_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in CONTAINERS[name].get("ports", []))


@pytest.mark.parametrize("name", sorted(set(CONTAINERS) - JOBS))
def test_whatever_keeps_running_has_a_health_check(name: str) -> None:
    container = CONTAINERS[name]

    if "healthcheck" in container:
        assert container["healthcheck"]["test"]
    else:
        folder = container["image"].removeprefix("storefront-")
        assert "\nHEALTHCHECK " in (ROOT / folder / "Dockerfile").read_text(encoding="utf-8")


@each_container()
def test_a_container_has_time_to_end_in_order(name: str) -> None:
    assert CONTAINERS[name]["stop_grace_period"] == "30s"


@pytest.mark.parametrize("service", SETTINGS)
def test_an_image_is_built_once_from_the_services_own_folder_and_servicekit(service: str) -> None:
    builders = {name for name, container in CONTAINERS.items() if "build" in container}
    lines = (ROOT / service / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {line.split()[-2] for line in lines if line.startswith("COPY ")}

    assert builders == MIGRATIONS
    assert copied == {f"{service}/requirements.txt", f"{service}/", "servicekit/"}


@each_container()
def test_no_password_is_written_down(name: str) -> None:
    """All come from `.env`, and the start is refused when one is missing: `${NAME:?}`."""
    environment = CONTAINERS[name].get("environment", {})
    secret = [str(value) for variable, value in environment.items() if "_URL" in variable and "@" in str(value)] + [
        str(value) for variable, value in environment.items() if variable.endswith(("PASSWORD", "SECRET_KEY"))
    ]

    assert all(":?" in value for value in secret)
