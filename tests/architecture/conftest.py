"""Each service by itself: its settings, a migrated database, and a way to ask it about itself in its own process."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from stack.credentials import SERVICES, signing_keys_folder
from stack.shop import ROOT
from tests.servers import new_database

Ask = Callable[[str, str], Any]


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> dict[str, dict[str, str]]:
    """Environment variables by service, with a database of its own that is still empty."""
    folder = tmp_path_factory.mktemp("architecture")
    shared = {
        **os.environ,
        "ENVIRONMENT": "test",
        "AUTH_SIGNING_KEYS_DIR": str(signing_keys_folder(folder)),
        "PRODUCT_SECRET_KEY": "k" * 50,
        "PRODUCT_AUTH_URL": "http://127.0.0.1:9",
        "PRODUCT_PAYMENT_URL": "http://127.0.0.1:9",
        "PRODUCT_MEDIA_DIR": str(folder),
        "PAYMENT_AUTH_URL": "http://127.0.0.1:9",
    }
    return {service: shared | _databases(service, f"architecture_{service}_{worker_name}") for service in SERVICES}


@pytest.fixture(scope="session")
def migrated(environments: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Address of the migrated database, by service."""
    for service in SERVICES:
        _run([sys.executable, "-m", service, "migrate"], environments[service])
    return {service: environments[service][f"{service.upper()}_DATABASE_URL"] for service in SERVICES}


@pytest.fixture(scope="session")
def ask(environments: Mapping[str, Mapping[str, str]]) -> Ask:
    """`ask(service, program)`: what the program prints as JSON, run with the service's settings."""

    def run(service: str, program: str) -> Any:
        return json.loads(_run([sys.executable, "-c", program], environments[service]).splitlines()[-1])

    return run


def _databases(service: str, name: str) -> dict[str, str]:
    urls = new_database(service, name)
    prefix = service.upper()
    return {f"{prefix}_DATABASE_URL": urls.app, f"{prefix}_DATABASE_OWNER_URL": urls.owner}


def _run(arguments: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(arguments, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python_files() -> list[Path]:
    """All of our own."""
    folders = (*SERVICES, "servicekit", "stack", "tests", "bench")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
