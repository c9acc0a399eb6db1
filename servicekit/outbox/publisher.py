"""The relay's side of the broker (aio-pika): publish many events at once, and learn of each what became of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import (
    AMQPChannelError,
    AMQPError,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    PublishError,
)
from aiormq import spec
from pydantic_core import from_json

from servicekit.contracts import CONTENT_TYPE
from servicekit.outbox.store import ClaimedEvent

_CONNECT_TIMEOUT_SECONDS = 3
_CONFIRM_TIMEOUT_SECONDS = 10
_CLOSE_TIMEOUT_SECONDS = 1
_HEARTBEAT_SECONDS = 20

_CONNECTION_ERRORS = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError, asyncio.CancelledError)


class BrokerAway(Exception):
    """The connection is lost, or the broker does not confirm in time (a disk or memory alarm looks like that)."""


@dataclass(slots=True)
class Outcome:
    """What became of a batch, by row id."""

    confirmed: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    """Refused for what they are (unroutable, not encodable, too large), with the error's name."""
    unknown: list[int] = field(default_factory=list)
    """Not answered before the connection broke, or refused by a queue that takes nothing now (a nack: it is full, or
    has no majority of its nodes). Perhaps delivered elsewhere: the consumers' inboxes bear the repetition."""


class Publisher:
    """One connection and one channel in confirm mode. An async context manager."""

    def __init__(
        self,
        connection: AbstractConnection,
        channel: AbstractChannel,
        exchange: AbstractExchange,
        *,
        is_broker_known: bool,
    ) -> None:
        """`is_broker_known`: it bears the mark, and so has kept what it confirmed."""
        self._connection = connection
        self._channel = channel
        self._exchange = exchange
        self._app_id = exchange.name.removesuffix(".events")
        self.is_broker_known = is_broker_known

    @classmethod
    async def connect(cls, amqp_url: str, exchange_name: str) -> Self:
        """Raises `BrokerAway`. The exchange must exist: services declare nothing, the broker's definitions do."""
        connection = None
        try:
            async with asyncio.timeout(2 * _CONNECT_TIMEOUT_SECONDS):
                connection = await aio_pika.connect(
                    amqp_url, heartbeat=_HEARTBEAT_SECONDS, timeout=_CONNECT_TIMEOUT_SECONDS
                )
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                exchange = await channel.get_exchange(exchange_name, ensure=True)
                is_broker_known = await _has_exchange(connection, mark_of(exchange_name))
        except (AMQPError, OSError, TimeoutError) as error:
            if connection is not None:
                await _close(connection)
            raise BrokerAway(type(error).__name__) from error
        return cls(connection, channel, exchange, is_broker_known=is_broker_known)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        await _close(self._connection)

    async def publish(self, events: Sequence[ClaimedEvent]) -> Outcome:
        """Send all events without waiting in between, then wait for every confirm: one by one is 16 times slower.

        What no queue wants comes back, and has failed. A broker that dislikes one message (too large, say) closes the
        channel, and the fate of all others in flight is unknown. Alone in its batch, that message is known to be the
        culprit and counts as failed.
        """
        results = await asyncio.gather(*(self._publish_one(event) for event in events), return_exceptions=True)
        outcome = Outcome()
        for event, result in zip(events, results, strict=True):
            is_culprit = len(events) == 1 and isinstance(result, AMQPChannelError)
            if not isinstance(result, BaseException):
                outcome.confirmed.append(event.id)
            elif isinstance(result, PublishError) or is_culprit or not isinstance(result, _CONNECTION_ERRORS):
                outcome.failed[event.id] = type(result).__name__
            else:
                outcome.unknown.append(event.id)
        return outcome

    async def mark_broker(self) -> None:
        """Leave the mark by which this broker is known again. Raises `BrokerAway`."""
        try:
            async with asyncio.timeout(_CONFIRM_TIMEOUT_SECONDS):
                await self._channel.declare_exchange(
                    mark_of(self._exchange.name), aio_pika.ExchangeType.FANOUT, durable=True, internal=True
                )
        except _CONNECTION_ERRORS as error:
            raise BrokerAway(type(error).__name__) from error

    @property
    def is_usable(self) -> bool:
        """Known without sending anything: a closed connection is noticed, a silent one by its heartbeats."""
        return self._connection.connected.is_set() and not self._channel.is_closed

    async def _publish_one(self, event: ClaimedEvent) -> None:
        """By the library beneath aio-pika, whose own classes for messages take as long as all the rest, and which waits
        for each message to be written before the next one. Whether the broker has it, the confirm tells."""
        traceparent = from_json(event.body).get("traceparent")
        properties = spec.Basic.Properties(
            headers={"traceparent": traceparent} if traceparent else {},
            content_type=CONTENT_TYPE,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=str(event.event_id),
            message_type=event.type,
            timestamp=event.created_at,
            correlation_id=None if event.correlation_id is None else str(event.correlation_id),
            app_id=self._app_id,
        )
        channel = await self._channel.get_underlay_channel()
        await channel.basic_publish(
            event.body.encode(),
            exchange=self._exchange.name,
            routing_key=event.type,
            properties=properties,
            mandatory=True,
            timeout=_CONFIRM_TIMEOUT_SECONDS,
            wait=False,  # type: ignore[call-arg]  # the channel has it, its abstract class does not know
        )


def mark_of(exchange_name: str) -> str:
    """The exchange that tells a service's relay that it has published here before. Nothing passes through it.

    It is durable, on every node of a cluster, and not among the broker's definitions: a broker that has lost its data
    comes back without it.
    """
    return exchange_name.removesuffix(".events") + ".relay"


async def _has_exchange(connection: AbstractConnection, name: str) -> bool:
    """In a channel of its own: the broker closes it when there is none."""
    channel = await connection.channel(publisher_confirms=False)
    try:
        await channel.get_exchange(name, ensure=True)
    except ChannelNotFoundEntity:
        return False
    await channel.close()
    return True


async def _close(connection: AbstractConnection) -> None:
    """Close within a second: under an alarm the broker reads nothing, not even a goodbye."""
    try:
        async with asyncio.timeout(_CLOSE_TIMEOUT_SECONDS):
            await connection.close()
    except (AMQPError, OSError, TimeoutError, RuntimeError):
        return
