"""The relay process: carry outbox rows to the broker, and mark a row only after its confirm.

Claim, publish and mark are three separate short steps, so that no transaction is open while the broker is talked to.
Killed between any two of them, a relay leaves rows that are published again: at least once, never not at all.
"""

import asyncio
import time

import asyncpg
import structlog

from servicekit import metrics
from servicekit.backoff import Backoff
from servicekit.outbox.publisher import BrokerAway, Outcome, Publisher
from servicekit.outbox.resending import Resending
from servicekit.outbox.store import ClaimedEvent, OutboxStore
from servicekit.worker import Pace, Worker

BATCH_SIZE = 500
_LOOK_EVERY_SECONDS = 0.5
"""While the bell is silent: it does not ring for what others have claimed."""
_SHORTEST_WAIT_SECONDS = 0.01
"""For writers who keep the relay from resting, and for those who hold a row whose claim has run out."""
_LAG_EVERY_SECONDS = 5.0
_LAG_REST = 50.0
"""For so many times as long as the look itself took."""
_FORGET_EVERY_SECONDS = 600.0
_FORGOTTEN_AT_ONCE = 1_000
_LONGEST_RECONNECT_PAUSE_SECONDS = 10.0

# asyncpg calls it an internal error when the server vanishes in the middle of an operation.
_DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

_log = structlog.get_logger(__name__)


class Relay:
    """Moves the events of one service. Several may run at once: each claims rows of its own."""

    def __init__(self, database_url: str, amqp_url: str, exchange: str, worker: Worker) -> None:
        self._database_url = database_url
        self._amqp_url = amqp_url
        self._exchange = exchange
        self._worker = worker
        self._careful_events = 0
        """How many events are still to go out alone, after a batch whose fate is unknown: one of them may be why."""
        self._observe_at = 0.0
        self._forget_at = 0.0

    async def run(self) -> None:
        """Work until SIGTERM; reconnect with full jitter whenever the database or the broker is away."""
        backoff = Backoff(longest_seconds=_LONGEST_RECONNECT_PAUSE_SECONDS)
        while not self._worker.stopping.is_set():
            try:
                # The broker first: rows are claimed only when there is somebody to hand them to.
                async with (
                    await Publisher.connect(self._amqp_url, self._exchange) as publisher,
                    await OutboxStore.connect(self._database_url) as store,
                ):
                    _log.info("relay.ready", exchange=self._exchange)
                    backoff.reset()
                    await self._relay(store, publisher)
            except (BrokerAway, *_DATABASE_ERRORS) as error:
                pause = backoff.next()
                _log.warning("relay.disconnected", error=repr(error)[:200], retry_in_seconds=round(pause, 1))
                await self._rest(pause)

    async def _relay(self, store: OutboxStore, publisher: Publisher) -> None:
        resending, pace = Resending(store, publisher), Pace()
        while not self._worker.stopping.is_set():
            self._worker.beat()
            if not publisher.is_usable:
                raise BrokerAway("the connection is closed")
            await self._observe_lag(store)
            await self._forget_published(store)
            limit = 1 if self._careful_events else BATCH_SIZE
            begun = time.monotonic()
            batch = await store.claim(limit)
            if batch:
                await store.bell.ignore()
                await self._publish(store, publisher, batch)
            if len(batch) < limit:
                await resending.go_on()
            if not batch:
                self._careful_events = 0
                await self._wait_for_events(store)
            elif len(batch) < limit:
                await asyncio.sleep(pace.pause_seconds(begun))

    @staticmethod
    async def _wait_for_events(store: OutboxStore) -> None:
        """Returns when there may be some. Before it waits for the bell it has the caller look once more."""
        if store.bell.is_listening:
            claimed = await store.claimed_for()
            await store.bell.wait(min(max(claimed, _SHORTEST_WAIT_SECONDS), _LOOK_EVERY_SECONDS))
            return
        await store.bell.listen()
        if not store.bell.is_listening:
            await asyncio.sleep(_SHORTEST_WAIT_SECONDS)

    async def _publish(self, store: OutboxStore, publisher: Publisher, batch: list[ClaimedEvent]) -> None:
        with metrics.PUBLISH_BATCH_SECONDS.time():
            async with store.keeping(batch):
                outcome = await publisher.publish(batch)
            await self._settle(store, batch, outcome)
        if outcome.unknown:
            raise BrokerAway("the connection broke while publishing")

    async def _settle(self, store: OutboxStore, batch: list[ClaimedEvent], outcome: Outcome) -> None:
        self._careful_events = max(0, self._careful_events - len(batch)) + len(outcome.unknown)
        if outcome.confirmed:
            await store.mark_published(outcome.confirmed)
        if outcome.failed:
            await store.record_failures(outcome.failed)
        if outcome.unknown:
            await store.release(outcome.unknown)
        confirmed = set(outcome.confirmed)
        for event in batch:
            if event.id in confirmed:
                metrics.EVENTS_PUBLISHED.labels(event.type).inc()
            elif event.id in outcome.failed:
                metrics.PUBLISH_FAILURES.labels(event.type).inc()
                _log.error(
                    "event.refused", event_id=str(event.event_id), type=event.type, error=outcome.failed[event.id]
                )

    async def _observe_lag(self, store: OutboxStore) -> None:
        """Every five seconds; of a million waiting rows, whose count takes a second itself, more rarely."""
        begun = time.monotonic()
        if begun < self._observe_at:
            return
        waiting, oldest_seconds = await store.lag()
        now = time.monotonic()
        self._observe_at = now + max(_LAG_EVERY_SECONDS, _LAG_REST * (now - begun))
        metrics.OUTBOX_WAITING.set(waiting)
        metrics.OUTBOX_OLDEST_SECONDS.set(oldest_seconds)

    async def _forget_published(self, store: OutboxStore) -> None:
        """Every ten minutes; while there is much to delete, a batch between any two of publishing."""
        now = time.monotonic()
        if now >= self._forget_at:
            forgotten = await store.forget_published(_FORGOTTEN_AT_ONCE)
            self._forget_at = now + (0 if forgotten == _FORGOTTEN_AT_ONCE else _FORGET_EVERY_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """Sleep in small steps, so that SIGTERM is heard."""
        deadline = time.monotonic() + seconds
        while not self._worker.stopping.is_set() and (left := deadline - time.monotonic()) > 0:
            self._worker.beat()
            await asyncio.sleep(min(left, 0.2))


def run_relay(*, database_url: str, amqp_url: str, exchange: str) -> None:
    """Be a relay process until SIGTERM."""
    worker = Worker()
    worker.start()
    asyncio.run(Relay(database_url, amqp_url, exchange, worker).run())
