"""The consumer loop (pika): take messages in batches, process, acknowledge after the commit.

What a batch means is the service's affair (`process`); what happens to it when something goes wrong is decided here:
an *infrastructure* error holds the messages and waits, any other error isolates the culprit and parks it. What the
broker has given up (each queue's dead letters) is parked unread: there is one place where operators look.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pika
import structlog
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from servicekit import metrics
from servicekit.backoff import Backoff
from servicekit.messaging.inbound import ContentError, Delivery
from servicekit.messaging.topology import dead_letter_queue
from servicekit.text import legible
from servicekit.worker import Pace, Worker

_HEARTBEAT_SECONDS = 20
_BLOCKED_TIMEOUT_SECONDS = 10
_CONNECT_TIMEOUT_SECONDS = 3
_IDLE_ROUND_SECONDS = 1.0
_LONGEST_RECONNECT_PAUSE_SECONDS = 10.0
_LONGEST_HOLD_SECONDS = 5.0

DEAD_LETTERED = "dead_lettered"
"""The reason of a parked message that made its consumer fail so often that the broker took it off the queue."""

_log = structlog.get_logger(__name__)

Process = Callable[[Sequence[Delivery]], None]
"""Processes a batch in one transaction and has committed it on return."""
Park = Callable[[Delivery, str, str], None]
"""Stores one message that cannot be processed, with reason and detail, and has committed it on return."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A message that the broker counts as delivered and unacknowledged."""

    tag: int
    is_redelivered: bool
    is_dead_letter: bool
    delivery: Delivery


class Consumer:
    """Reads `queues` until SIGTERM. Safe to run many times at once, and to be killed at any moment."""

    def __init__(
        self,
        *,
        amqp_url: str,
        queues: Sequence[str],
        process: Process,
        park: Park,
        infrastructure_errors: tuple[type[Exception], ...],
        worker: Worker,
        batch_size: int = 200,
    ) -> None:
        self._parameters = pika.URLParameters(amqp_url)
        self._parameters.heartbeat = _HEARTBEAT_SECONDS
        self._parameters.blocked_connection_timeout = _BLOCKED_TIMEOUT_SECONDS
        self._parameters.socket_timeout = _CONNECT_TIMEOUT_SECONDS
        self._parameters.stack_timeout = 2 * _CONNECT_TIMEOUT_SECONDS
        self._queues = queues
        self._process = process
        self._park = park
        self._infrastructure_errors = infrastructure_errors
        self._worker = worker
        self._batch_size = batch_size
        self._held: list[_Held] = []
        self._is_leaving_some = False
        """Whether messages that could not even be parked were left with the broker, on this connection."""

    def run(self) -> None:
        """Connect, consume, and reconnect with full jitter whenever the connection or the subscription is lost."""
        backoff = Backoff(longest_seconds=_LONGEST_RECONNECT_PAUSE_SECONDS)
        while not self._worker.stopping.is_set():
            self._worker.beat()
            try:
                self._consume(backoff)
            except (AMQPError, OSError) as error:
                pause = backoff.next()
                _log.warning("consumer.disconnected", error=type(error).__name__, retry_in_seconds=round(pause, 1))
                self._worker.stopping.wait(pause)

    def _consume(self, backoff: Backoff) -> None:
        connection = pika.BlockingConnection(self._parameters)
        try:
            channel = connection.channel()
            self._held, self._is_leaving_some = [], False
            cancelled: list[object] = []
            channel.add_on_cancel_callback(cancelled.append)
            # One at a time until a message comes that was not delivered before. If a message makes the process
            # crash, it is alone in flight then, and its neighbours do not share its count of deliveries.
            tags = self._subscribe(channel, prefetch=1)
            is_careful, pace = True, Pace()
            _log.info("consumer.ready", queues=list(self._queues))
            backoff.reset()
            # The broker cancelling a subscription looks like silence, so it is asked for each round.
            while not self._worker.stopping.is_set() and not cancelled:
                self._worker.beat()
                self._receive(connection)
                begun, count = time.monotonic(), len(self._held)
                had_redelivery = any(message.is_redelivered for message in self._held)
                self._settle(channel)
                if is_careful and not had_redelivery:
                    for tag in tags:
                        channel.basic_cancel(tag)
                    tags = self._subscribe(channel, prefetch=self._batch_size)
                    is_careful = False
                elif not is_careful and 0 < count < self._batch_size:
                    self._worker.stopping.wait(pace.pause_seconds(begun))
        finally:
            with suppress(AMQPError, OSError):
                connection.close()

    def _receive(self, connection: pika.BlockingConnection) -> None:
        """Wait for messages, and take in all that have come: pika reads 100 kB at once, which is half a batch."""
        connection.process_data_events(time_limit=_IDLE_ROUND_SECONDS)
        before = 0
        while before < len(self._held) < self._batch_size:
            before = len(self._held)
            connection.process_data_events(time_limit=0)

    def _subscribe(self, channel: BlockingChannel, *, prefetch: int) -> list[str]:
        channel.basic_qos(prefetch_count=prefetch)
        tags = []
        for queue in self._queues:
            for source in (queue, dead_letter_queue(queue)):
                channel.queue_declare(source, passive=True)
                tags.append(channel.basic_consume(source, self._hold(queue, is_dead_letter=source != queue)))
        return tags

    def _hold(self, queue: str, *, is_dead_letter: bool):  # type: ignore[no-untyped-def]  # pika has no types for callbacks
        def on_message(_channel, method, properties, body: bytes) -> None:  # type: ignore[no-untyped-def]
            delivery = Delivery(queue, body, _text(properties.message_id), _text(properties.type), properties.headers)
            self._held.append(_Held(method.delivery_tag, method.redelivered, is_dead_letter, delivery))

        return on_message

    def _settle(self, channel: BlockingChannel) -> None:
        """Process all that is held, in one batch, then acknowledge it. On an error, one by one."""
        held, self._held = self._held, []
        for message in held:
            if message.is_dead_letter:
                self._set_aside(channel, message, DEAD_LETTERED, _cause_of_death(message.delivery))
        batch = [message for message in held if not message.is_dead_letter]
        if batch and not self._try(channel, batch):
            for message in batch:
                self._try(channel, [message])

    def _try(self, channel: BlockingChannel, batch: list[_Held]) -> bool:
        """Process and acknowledge; False when a batch of several failed. A single message that fails is parked."""
        backoff = Backoff(longest_seconds=_LONGEST_HOLD_SECONDS)
        while not self._worker.stopping.is_set():
            try:
                with metrics.CONSUME_BATCH_SECONDS.time():
                    self._process([message.delivery for message in batch])
            except self._infrastructure_errors as error:
                self._wait_holding(channel, backoff.next(), error)
            except Exception as error:  # noqa: BLE001  (a defect in one handler must not stop the others)
                if len(batch) > 1:
                    _log.warning("batch.failed", messages=len(batch), error=type(error).__name__)
                    return False
                self._park_culprit(channel, batch[0], error)
                return True
            else:
                metrics.CONSUME_BATCH_SIZE.observe(len(batch))
                self._acknowledge(channel, batch)
                return True
        return True

    def _park_culprit(self, channel: BlockingChannel, message: _Held, error: Exception) -> None:
        """A handler may find, as the reader of messages does, that the content is at fault; all else is a defect."""
        if isinstance(error, ContentError):
            reason, detail = error.reason, error.detail
        else:
            reason, detail = "processing_failed", type(error).__name__
            _log.exception("message.failed", queue=message.delivery.queue, message_id=message.delivery.message_id)
        self._set_aside(channel, message, reason, detail)

    def _set_aside(self, channel: BlockingChannel, message: _Held, reason: str, detail: str) -> None:
        """Park, then acknowledge: killed in between, the message comes again and is parked once.

        One that cannot be parked is left with the broker, which brings it again with the next connection, in half an
        hour at the latest: then it has waited for its acknowledgement too long.
        """
        backoff = Backoff(longest_seconds=_LONGEST_HOLD_SECONDS)
        while not self._worker.stopping.is_set():
            try:
                self._park(message.delivery, reason, detail)
            except self._infrastructure_errors as absence:
                self._wait_holding(channel, backoff.next(), absence)
            except Exception:  # noqa: BLE001  (a defect must not stop what comes behind)
                self._is_leaving_some = True
                delivery = message.delivery
                _log.exception("message.left", queue=delivery.queue, message_id=delivery.message_id, reason=reason)
                return None
            else:
                return self._acknowledge(channel, [message])
        return None

    def _wait_holding(self, channel: BlockingChannel, pause_seconds: float, error: Exception) -> None:
        """Keep the messages and the heartbeats while the database is away: waiting burns no delivery attempt."""
        metrics.CONSUMER_HOLDS.inc()
        _log.warning("consumer.holding", error=type(error).__name__, retry_in_seconds=round(pause_seconds, 1))
        deadline = time.monotonic() + pause_seconds
        while not self._worker.stopping.is_set() and (left := deadline - time.monotonic()) > 0:
            self._worker.beat()
            channel.connection.sleep(min(left, 0.5))

    def _acknowledge(self, channel: BlockingChannel, batch: list[_Held]) -> None:
        """Of several, with one word for all up to the last: what came between them are dead letters, parked before."""
        if not self._is_leaving_some:
            channel.basic_ack(batch[-1].tag, multiple=len(batch) > 1)
            return
        for message in batch:
            channel.basic_ack(message.tag)


def _text(value: str | bytes | None) -> str | None:
    """A property as it can be stored and logged: the broker takes any bytes for one."""
    return value if value is None else legible(value if isinstance(value, str) else value.decode("utf-8", "replace"))


def _cause_of_death(delivery: Delivery) -> str:
    """As the broker has noted it: `delivery_limit` mostly."""
    deaths = (delivery.headers or {}).get("x-death") or [{}]
    return f"the broker gave it up: {deaths[0].get('reason', 'it does not say why')}"


def run_consumer(
    *,
    amqp_url: str,
    queues: Sequence[str],
    process: Process,
    park: Park,
    infrastructure_errors: tuple[type[Exception], ...],
) -> None:
    """Be a consumer process until SIGTERM."""
    worker = Worker()
    worker.start()
    Consumer(
        amqp_url=amqp_url,
        queues=queues,
        process=process,
        park=park,
        infrastructure_errors=infrastructure_errors,
        worker=worker,
    ).run()
