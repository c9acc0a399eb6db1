"""After the broker has lost what it held: what was published to it goes out again, in portions between new events.

A confirm says that the broker has the message, not that it will keep it: a disk is lost, a broker set up anew. The
relay leaves a mark at every broker that it publishes to. Where the mark is missing, anything may be missing. What did
get through comes twice then, and the consumers' inboxes, which remember for longer than the outbox keeps, pass over it.
"""

import time

import structlog

from servicekit import metrics
from servicekit.outbox.publisher import Publisher
from servicekit.outbox.store import OutboxStore

_AT_ONCE = 500
_EVERY_SECONDS = 0.25
"""2,000 a second: to pass over what is known costs the consumers little, but new events stand in the same queue."""

_log = structlog.get_logger(__name__)


class Resending:
    """Begins as soon as a relay is connected, and is over at once with a broker that bears the mark.

    A relay that is killed in between begins anew: the mark comes last. Several at once do no harm but more work.
    """

    def __init__(self, store: OutboxStore, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher
        self._below: int | None = None
        self._count = 0
        self._next_at = 0.0
        self.is_over = publisher.is_broker_known

    async def go_on(self) -> None:
        """Hand the next portion to the relay, when it is time for one: the newest first, they are the likeliest lost.

        To be called while this relay holds no claim. Raises `BrokerAway` when the mark cannot be left.
        """
        if self.is_over or time.monotonic() < self._next_at:
            return
        if self._below is None:
            _log.warning("relay.unknown_broker", sending_again="everything that the outbox keeps")
        ids = await self._store.send_again(below=self._below, limit=_AT_ONCE)
        self._next_at = time.monotonic() + _EVERY_SECONDS
        self._count += len(ids)
        metrics.EVENTS_SENT_AGAIN.inc(len(ids))
        if len(ids) == _AT_ONCE:
            self._below = min(ids)
            return
        await self._publisher.mark_broker()
        self.is_over = True
        _log.info("relay.sent_again", events=self._count)
