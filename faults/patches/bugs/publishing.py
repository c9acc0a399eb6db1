"""Bugs of the outbox and its relay."""

from typing import Any

from faults.patches.bugs.planting import plants

_STORE, _PUBLISHER = "servicekit.outbox.store", "servicekit.outbox.publisher"


@plants(_STORE)
def mark_before_confirm(store: Any) -> None:
    """A row counts as published as soon as it is claimed."""
    claim = store.OutboxStore.claim

    async def claim_and_mark(self: Any, limit: int) -> Any:
        events = await claim(self, limit)
        await self.mark_published([event.id for event in events])
        return events

    store.OutboxStore.claim = claim_and_mark


@plants(_PUBLISHER)
def unknown_is_confirmed(publisher: Any) -> None:
    """What was not answered before the connection broke counts as delivered."""
    publish = publisher.Publisher.publish

    async def publish_hopefully(self: Any, events: Any) -> Any:
        outcome = await publish(self, events)
        outcome.confirmed += outcome.unknown
        outcome.unknown = []
        return outcome

    publisher.Publisher.publish = publish_hopefully


@plants(_PUBLISHER)
def no_confirms(publisher: Any) -> None:
    """Sent is as good as delivered: the channel is not in confirm mode."""

    class Unconfirmed:
        def __init__(self, connection: Any) -> None:
            self._connection = connection

        async def channel(self, **_: Any) -> Any:
            return await self._connection.channel(publisher_confirms=False)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

    connect = publisher.aio_pika.connect

    class AioPika:
        async def connect(self, *args: Any, **kwargs: Any) -> Any:
            return Unconfirmed(await connect(*args, **kwargs))

        def __getattr__(self, name: str) -> Any:
            return getattr(original, name)

    original = publisher.aio_pika
    publisher.aio_pika = AioPika()


@plants(_PUBLISHER)
def any_broker_will_do(publisher: Any) -> None:
    """A broker that has lost what it held is not told from the one that had confirmed it."""

    async def known(*_: Any) -> bool:
        return True

    publisher._has_exchange = known


@plants(_STORE)
def mark_everything(store: Any) -> None:
    """After a batch, all rows count as published, those that were written meanwhile as well."""
    store._MARK = (
        "UPDATE outbox_events SET published_at = now() WHERE published_at IS NULL AND $1::bigint[] IS NOT NULL"
    )


@plants(_STORE)
def id_after_last_seen(store: Any) -> None:
    """The relay remembers the last id that it has seen: what commits later with a lower one is passed over."""
    store._CLAIM = store._CLAIM.replace("WHERE published_at IS NULL", "WHERE id > $2 AND published_at IS NULL")
    last = 0

    async def claim(self: Any, limit: int) -> Any:
        nonlocal last
        rows = await self._connection.fetch(store._CLAIM, limit, last)
        events = sorted((store.ClaimedEvent(*row.values()) for row in rows), key=lambda event: event.id)
        last = max([last, *(event.id for event in events)])
        return events

    store.OutboxStore.claim = claim


@plants("product.messaging.outbox")
def event_outside_transaction(outbox: Any) -> None:
    """The event is written by a connection of its own, and stays when its change is rolled back."""
    insert = outbox._INSERT
    from django.conf import settings

    def record(*events: Any) -> None:
        import psycopg2

        rows = [outbox.OutboxRow.of(event) for event in events]
        columns = [[getattr(row, name) for row in rows] for name in ("event_id", "type", "correlation_id", "body")]
        if not rows:
            return
        columns[0] = [str(value) for value in columns[0]]
        columns[2] = [None if value is None else str(value) for value in columns[2]]
        other = psycopg2.connect(str(settings.ENVIRONMENT.database_url))
        with other, other.cursor() as cursor:
            cursor.execute(insert, [*columns, columns[1]])
        other.close()

    outbox.record = record
