"""A look at all services and the broker at once: who is away holds nobody up."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from product.clients import broker, operations
from product.clients.broker import Node, Queue
from product.clients.operations import Outbox, Reconciliation
from product.messaging import queries
from servicekit.patience import time_not_counted
from servicekit.service_calls import ServiceAway

LONGEST_SECONDS = 1.8
"""For all answers together. What has not come by then is shown as away."""
_LATE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ServiceGlance:
    """`outbox` is None while the service does not answer, `parked` also where nothing is ever parked."""

    name: str
    outbox: Outbox | None
    parked: int | None = None
    parks_messages: bool = True

    @property
    def is_well(self) -> bool:
        return self.outbox is not None and not (self.is_late or self.outbox.failed or self.parked)

    @property
    def is_late(self) -> bool:
        """Whether events wait for so long that something must be wrong with relay or broker."""
        return self.outbox is not None and (self.outbox.oldest_waiting_seconds or 0) > _LATE_SECONDS


@dataclass(frozen=True, slots=True)
class Glance:
    """None stands for whoever does not answer."""

    services: list[ServiceGlance]
    queues: list[Queue] | None
    nodes: list[Node] | None
    reconciliation: Reconciliation | None
    is_broker_watched: bool

    @property
    def parked(self) -> int:
        return sum(service.parked or 0 for service in self.services)

    @property
    def is_broker_blocking(self) -> bool:
        return any(node.is_blocking for node in self.nodes or ())

    @property
    def deserted_queues(self) -> list[Queue]:
        """Those of the daily work, whose consumers read the dead letters as well."""
        return [queue for queue in self.queues or () if queue.is_deserted and not queue.is_last_resort]

    @property
    def is_well(self) -> bool:
        """Whether everybody was asked and answered, and nothing needs anybody."""
        is_flowing = self.queues is not None and not self.is_broker_blocking and not self.deserted_queues
        is_explained = self.reconciliation is not None and not (
            self.reconciliation.latest and self.reconciliation.latest.findings_count
        )
        return is_flowing and is_explained and all(service.is_well for service in self.services)


def look(*, access_token: str) -> Glance:
    """Ask everybody at the same time. Raises `SessionEnded`."""
    questions: dict[str, Callable[[], Any]] = {
        "auth": lambda: operations.read_outbox("auth", access_token=access_token),
        "payment": lambda: operations.read_outbox("payment", access_token=access_token),
        "parked": lambda: operations.list_parked(cursor=None, limit=1, access_token=access_token),
        "reconciliation": lambda: operations.read_reconciliation(access_token=access_token),
    }
    if broker.is_watched():
        questions |= {"queues": broker.list_queues, "nodes": broker.list_nodes}
    own = ServiceGlance("product", Outbox.model_validate(queries.outbox_state()), queries.count_parked_messages())
    answers = answers_of_all(questions)
    parked = answers["parked"]
    return Glance(
        services=[
            ServiceGlance("auth", answers["auth"], parks_messages=False),
            own,
            ServiceGlance("payment", answers["payment"], None if parked is None else parked.count),
        ],
        queues=answers.get("queues"),
        nodes=answers.get("nodes"),
        reconciliation=answers["reconciliation"],
        is_broker_watched=broker.is_watched(),
    )


def answers_of_all(questions: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Ask in parallel; None for who is away, or has not answered in time. Other errors are raised."""
    threads = ThreadPoolExecutor(len(questions), thread_name_prefix="glance")
    futures = {name: threads.submit(copy_context().run, ask) for name, ask in questions.items()}
    with time_not_counted():
        wait(futures.values(), timeout=LONGEST_SECONDS)
    threads.shutdown(wait=False, cancel_futures=True)
    return {name: _answer(future) for name, future in futures.items()}


def _answer(future: Future[Any]) -> Any:
    if not future.done():
        return None
    try:
        return future.result()
    except ServiceAway:
        return None
