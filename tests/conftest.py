"""One throwaway PostgreSQL for the whole test run, started by the first pytest process and shared by its workers.

What needs more brings it: tests/servicekit a broker, tests/flows and tests/browser a whole running shop.
"""

import os
import tempfile
from pathlib import Path

import pytest

from stack.servers import Servers
from tests.servers import SUPERUSER_URL_VARIABLE, announce

_servers_key = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Runs in the controller before it starts its workers, which inherit the environment."""
    if SUPERUSER_URL_VARIABLE in os.environ or config.option.collectonly or config.option.help:
        return
    servers = Servers(Path(tempfile.mkdtemp(prefix="storefront-test-")), rabbitmq=False)
    servers.__enter__()
    config.stash[_servers_key] = servers
    announce(servers.postgres)


def pytest_unconfigure(config: pytest.Config) -> None:
    servers = config.stash.get(_servers_key, None)
    if servers is not None:
        servers.__exit__(None, None, None)


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """`gw0` and so on under xdist, `main` without: makes names of databases and folders unique."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")
