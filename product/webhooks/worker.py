"""The process that sends webhooks. Several may run; one that is killed leaves its claims to the others.

Every try has a thread of its own, at most a few per receiver: there is room for all receivers to be slow at once, and
the others never notice. No transaction is open while a receiver is asked.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.utils.translation import gettext_noop as _

from product.webhooks.sender import TOTAL_SECONDS, Outcome, post
from product.webhooks.services import Claimed, claim_due, forget_old_deliveries, write_outcome
from product.webhooks.signing import SecretUnreadable, opened, signature_headers
from servicekit.worker import Worker

IN_FLIGHT_EACH = 4
"""Tries at one receiver at a time."""
_FORGET_EVERY_SECONDS = 60

_log = structlog.get_logger(__name__)

Send = Callable[[Claimed], Outcome]


class WebhookWorker:
    """Looks every `interval_seconds` for what is due. Where there is much to do it goes on at once."""

    def __init__(self, worker: Worker, *, interval_seconds: float, loopback_allowed: bool) -> None:
        self._worker = worker
        self._interval_seconds = interval_seconds
        self._loopback_allowed = loopback_allowed
        self._in_flight: Counter[UUID] = Counter()
        self._changed = threading.Condition()
        self._forget_at = 0.0

    def run(self) -> None:
        """Work until SIGTERM; then let what is under way end, which takes a few seconds at most."""
        _log.info("webhooks.ready")
        while not self._worker.stopping.is_set():
            self._worker.beat()
            if not self._round():
                self._worker.stopping.wait(self._interval_seconds)
        self._drain()

    def _round(self) -> bool:
        """Start what is due. Returns whether there was anything."""
        try:
            claimed = claim_due(busy=self._busy())
            if time.monotonic() > self._forget_at:
                forget_old_deliveries()
                self._forget_at = time.monotonic() + _FORGET_EVERY_SECONDS
        except (DatabaseError, InterfaceError) as error:
            _log.warning("webhooks.database_away", error=type(error).__name__)
            return False
        finally:
            connection.close()
        for one in claimed:
            with self._changed:
                self._in_flight[one.endpoint_id] += 1
            threading.Thread(target=self._try, args=(one,), daemon=True).start()
        return bool(claimed)

    def _try(self, claimed: Claimed) -> None:
        try:
            outcome = send(claimed, loopback_allowed=self._loopback_allowed)
            write_outcome(claimed=claimed, outcome=outcome)
            _log.info(
                "webhook.tried",
                delivery_id=str(claimed.delivery_id),
                endpoint_id=str(claimed.endpoint_id),
                status=outcome.status,
                error=outcome.error,
                duration_ms=outcome.duration_milliseconds,
            )
        except (DatabaseError, InterfaceError) as error:
            # The claim runs out, and the receiver is told once more.
            _log.warning("webhook.outcome_lost", delivery_id=str(claimed.delivery_id), error=type(error).__name__)
        finally:
            connection.close()
            with self._changed:
                self._in_flight[claimed.endpoint_id] -= 1
                self._changed.notify_all()

    def _busy(self) -> list[UUID]:
        with self._changed:
            return [endpoint_id for endpoint_id, tries in self._in_flight.items() if tries >= IN_FLIGHT_EACH]

    def _drain(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not any(self._in_flight.values()), timeout=TOTAL_SECONDS + 1)


def send(claimed: Claimed, *, loopback_allowed: bool) -> Outcome:
    """Sign it with the time of this try, and post it."""
    try:
        secrets = [opened(secret) for secret in claimed.secrets]
    except SecretUnreadable:
        return Outcome(None, _("The secret cannot be read: rotate it"), "", 0)
    headers = signature_headers(secrets, message_id=claimed.event_id, timestamp=int(time.time()), body=claimed.body)
    headers |= {"Content-Type": "application/json", "User-Agent": "Storefront-Webhooks/1"}
    return post(claimed.url, headers=headers, body=claimed.body, loopback_allowed=loopback_allowed)
