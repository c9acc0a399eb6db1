"""Waiting for an order to reach a state, without a database connection per waiting client.

One thread per process asks for all awaited orders in one query per tick; those who wait sleep.
"""

import threading
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, connection

from product.orders.models import Order
from product.orders.states import FulfillmentStatus, PaymentStatus, Status

STATES = frozenset(Status.values) | frozenset(PaymentStatus.values) | frozenset(FulfillmentStatus.values)
"""What can be waited for: a state of any axis."""
SETTLED = frozenset({PaymentStatus.PAID, PaymentStatus.FAILED, Status.CANCELLED, Status.EXPIRED})
"""What is waited for by default: nothing more happens by itself soon."""

_TICK_SECONDS = 0.1

_log = structlog.get_logger(__name__)


def has_reached(order: Order, states: frozenset[str]) -> bool:
    return not states.isdisjoint((order.status, order.payment_status, order.fulfillment_status))


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    order_id: UUID
    states: frozenset[str]
    is_over: threading.Event = field(default_factory=threading.Event)


class OrderWatcher:
    """Wakes those who wait for an order. `stop()` wakes all at once, so that a server that is told to end can end."""

    def __init__(self) -> None:
        self._waiters: set[_Waiter] = set()
        self._lock = threading.Condition()
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    def wait(self, order_id: UUID, states: frozenset[str], *, timeout_seconds: float) -> None:
        """Return when the order has reached one of `states`, or when the time is over: a look at it tells which.

        The caller's database connection goes back to the pool meanwhile.
        """
        connection.close()
        waiter = _Waiter(order_id, states)
        with self._lock:
            self._waiters.add(waiter)
            self._start()
            self._lock.notify()
        try:
            waiter.is_over.wait(timeout_seconds)
        finally:
            with self._lock:
                self._waiters.discard(waiter)

    def stop(self) -> None:
        """Only sets a flag: it is called by a signal handler, which may not wait for locks."""
        self._is_stopping = True

    def _start(self) -> None:
        # At the first wait and not before: a thread would not survive the server's fork.
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="order-watcher", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        while True:
            waiters = self._those_waiting()
            try:
                self._wake_those_done(waiters)
            except (DatabaseError, InterfaceError) as error:
                # Nobody is told: their own look at the order, at the latest when their time is over, will tell them.
                _log.warning("orders.watch_failed", error=type(error).__name__)
                connection.close()
            threading.Event().wait(_TICK_SECONDS)

    def _those_waiting(self) -> list[_Waiter]:
        """Sleeps, without a connection, while there is nobody."""
        with self._lock:
            if not self._waiters:
                connection.close()
                self._lock.wait_for(lambda: bool(self._waiters))
            return list(self._waiters)

    def _wake_those_done(self, waiters: list[_Waiter]) -> None:
        if self._is_stopping:
            for waiter in waiters:
                waiter.is_over.set()
            return
        orders = Order.objects.only("status", "payment_status", "fulfillment_status").in_bulk(
            {waiter.order_id for waiter in waiters}
        )
        for waiter in waiters:
            if waiter.order_id not in orders or has_reached(orders[waiter.order_id], waiter.states):
                waiter.is_over.set()


@cache
def order_watcher() -> OrderWatcher:
    """The watcher of this process."""
    return OrderWatcher()
