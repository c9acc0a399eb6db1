"""The clock process: does what the passing of time asks for, a bounded batch at a time. Several may run at once."""

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

CHORES: Sequence[Callable[..., int]] = (
    expire_unpaid_orders,
    cancel_orders_of_deleted_users,
    ask_again,
    forget_old_keys,
    forget_deleted_users,
    forget_processed_messages,
)
"""Each does at most `limit` things and returns how many it did."""

_BATCH = 100

_log = structlog.get_logger(__name__)


class Clock:
    """Looks every `interval_seconds`. Where there is much to do it goes on at once."""

    def __init__(
        self, worker: Worker, *, interval_seconds: float, chores: Sequence[Callable[..., int]] = CHORES
    ) -> None:
        self._worker = worker
        self._interval_seconds = interval_seconds
        self._chores = chores

    def run(self) -> None:
        """Work until SIGTERM. While the database is away there is nothing to do but to look again later."""
        _log.info("clock.ready")
        while not self._worker.stopping.is_set():
            self._worker.beat()
            try:
                for chore in self._chores:
                    self._do(chore)
            except (OperationalError, InterfaceError) as error:
                _log.warning("clock.database_away", error=type(error).__name__)
            finally:
                connection.close()
            self._worker.stopping.wait(self._interval_seconds)

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
