"""The clock process: does what the passing of time asks for, a bounded batch at a time. Several may run at once."""

import time
from collections.abc import Callable, Sequence

import structlog
from django.db import InterfaceError, OperationalError, connection

from product.messaging.services import forget_processed_messages
from product.orders.services import (
    ask_again,
    cancel_orders_of_deleted_users,
    expire_unpaid_orders,
    forget_deleted_users,
    forget_old_keys,
)
from servicekit.worker import Worker

Chores = Sequence[Callable[..., int]]
"""Each does at most `limit` things and returns how many it did."""

CHORES: Chores = (expire_unpaid_orders, cancel_orders_of_deleted_users, ask_again)
TIDYING: Chores = (forget_old_keys, forget_deleted_users, forget_processed_messages)
"""What nobody waits for. Looking for it every second would be half of the work of a clock at rest."""

_BATCH = 100
_TIDY_EVERY_SECONDS = 60.0

_log = structlog.get_logger(__name__)


class Clock:
    """Looks every `interval_seconds`, and tidies once a minute. Where there is much to do it goes on at once."""

    def __init__(
        self, worker: Worker, *, interval_seconds: float, chores: Chores = CHORES, tidying: Chores = TIDYING
    ) -> None:
        self._worker = worker
        self._interval_seconds = interval_seconds
        self._chores = chores
        self._tidying = tidying
        self._tidy_at = 0.0

    def run(self) -> None:
        """Work until SIGTERM. While the database is away there is nothing to do but to look again later."""
        _log.info("clock.ready")
        while not self._worker.stopping.is_set():
            self._worker.beat()
            try:
                for chore in (*self._chores, *self._tidying_due()):
                    self._do(chore)
            except (OperationalError, InterfaceError) as error:
                _log.warning("clock.database_away", error=type(error).__name__)
            finally:
                connection.close()
            self._worker.stopping.wait(self._interval_seconds)

    def _tidying_due(self) -> Chores:
        now = time.monotonic()
        if now < self._tidy_at:
            return ()
        self._tidy_at = now + _TIDY_EVERY_SECONDS
        return self._tidying

    def _do(self, chore: Callable[..., int]) -> None:
        """One that fails for another reason than an absent database keeps nobody from the next."""
        try:
            self._repeat(chore)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001  (whatever it is)
            _log.exception("clock.chore_failed", chore=chore.__name__)

    def _repeat(self, chore: Callable[..., int]) -> None:
        while not self._worker.stopping.is_set() and chore(limit=_BATCH) == _BATCH:
            self._worker.beat()
