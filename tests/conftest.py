"""What a whole test run shares, and who clears it away: one throwaway PostgreSQL, and one running shop.

PostgreSQL is started by the first pytest process for all its workers. The shop is started only when a test asks for
it. What needs more brings it: tests/servicekit a broker, tests/faults a shop that it may break.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stack.servers import Servers
from tests.running_shop import RunningShop
from tests.scheduling import SchedulingByFolder
from tests.servers import SUPERUSER_URL_VARIABLE, announce
from tests.shop_process import SharedShopLife, addresses_of_shared_shop

_folder_key = pytest.StashKey[Path]()
_servers_key = pytest.StashKey[Servers]()
_shop_life_key = pytest.StashKey[SharedShopLife]()


def pytest_configure(config: pytest.Config) -> None:
    """Runs in the controller before it starts its workers, which inherit the environment."""
    # Told to end from outside, a run clears away what it has started, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if SUPERUSER_URL_VARIABLE in os.environ or config.option.collectonly or config.option.help:
        return
    folder = config.stash[_folder_key] = Path(tempfile.mkdtemp(prefix="storefront-test-"))
    config.stash[_shop_life_key] = SharedShopLife(folder)
    servers = Servers(folder, rabbitmq=False)
    servers.__enter__()
    config.stash[_servers_key] = servers
    announce(servers.postgres)


def pytest_unconfigure(config: pytest.Config) -> None:
    if shop_life := config.stash.get(_shop_life_key, None):
        shop_life.end()
    if servers := config.stash.get(_servers_key, None):
        servers.__exit__(None, None, None)
    if folder := config.stash.get(_folder_key, None):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SchedulingByFolder:
    return SchedulingByFolder(config, log)


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """`gw0` and so on under xdist, `main` without: makes names of databases and folders unique."""
    name: str = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return name


@pytest.fixture(scope="session")
def shop() -> Iterator[RunningShop]:
    """The run's shared shop. Others use it at the same time: make customers and products of your own."""
    running = RunningShop(addresses_of_shared_shop())
    yield running
    running.close()
