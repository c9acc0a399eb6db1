"""One shop for many experiments: each begins with the databases as they were, empty queues, and new processes."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pika

from faults.breakable_shop import BreakableShop, people_of, with_environment
from servicekit.messaging.topology import QUEUES, dead_letter_queue
from stack.parallel import in_parallel


class CleanSlate:
    """Remembers the databases of a shop, and stops its processes. `restored` starts them anew, time and again."""

    def __init__(self, shop: BreakableShop) -> None:
        self._shop = shop
        self._data = shop.machinery.postgres.data_folder
        self._copy = self._data.with_name(f"{self._data.name}-clean")
        self._stop()
        _copy_with_owners(self._data, self._copy)

    def forget(self) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)

    def restored(self, environment: Mapping[str, str]) -> BreakableShop:
        """The shop, healthy. All processes get these variables on top of their own."""
        machinery = self._shop.machinery
        self._stop()
        shutil.rmtree(self._data)
        _copy_with_owners(self._copy, self._data)
        machinery.postgres.start()
        self._purge_queues()
        for name, process in machinery.processes.items():
            with_environment(machinery, name, environment)
            process.start()
        in_parallel(process.wait_until_healthy for process in machinery.processes.values())
        self._shop.people.close()
        return replace(self._shop, people=people_of(machinery, self._shop.links))

    def _stop(self) -> None:
        machinery = self._shop.machinery
        in_parallel(process.stop_at_once for process in machinery.processes.values())
        machinery.postgres.kill()

    def _purge_queues(self) -> None:
        rabbitmq = self._shop.machinery.rabbitmq
        rabbitmq.start()
        for user, queues in {**QUEUES, "operator": ["unrouted"]}.items():
            connection = pika.BlockingConnection(pika.URLParameters(rabbitmq.url(user)))
            try:
                channel = connection.channel()
                for queue in queues:
                    channel.queue_purge(queue)
                    if user != "operator":
                        channel.queue_purge(dead_letter_queue(queue))
            finally:
                connection.close()


def _copy_with_owners(source: Path, target: Path) -> None:
    """`shutil` gives the copies to whoever copies; PostgreSQL's own user needs them."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
