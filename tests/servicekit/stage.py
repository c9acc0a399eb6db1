"""What the messaging tests act on: a service's three tables, the broker's queues, runners for relay and consumer."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pika
import psycopg2

from servicekit.contracts import CloudEvent, OrderCancelled
from servicekit.ids import new_id
from servicekit.messaging import Delivery, Handlers, park, process_batch
from servicekit.messaging.consumer import DEAD_LETTERED, Consumer
from servicekit.messaging.topology import dead_letter_queue
from servicekit.outbox import OutboxRow
from servicekit.outbox.bell import RING_FOR_NEW_ROWS
from servicekit.outbox.relay import Relay
from servicekit.outbox.store import OutboxStore
from servicekit.worker import Worker
from stack.rabbitmq import RabbitMQ

TABLES = """
    CREATE TABLE outbox_events (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid UNIQUE NOT NULL, type text NOT NULL,
        correlation_id uuid, body text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
        claimed_until timestamptz, attempts smallint NOT NULL DEFAULT 0, published_at timestamptz,
        failed_at timestamptz, last_error text);
    CREATE TABLE inbox_messages (
        consumer text, message_id uuid, body_hash bytea NOT NULL, received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, message_id));
    CREATE TABLE parked_messages (
        id uuid PRIMARY KEY, consumer text NOT NULL, message_id text, type text, reason text NOT NULL,
        detail text NOT NULL, body bytea NOT NULL, body_hash bytea NOT NULL, headers jsonb NOT NULL,
        parked_at timestamptz NOT NULL DEFAULT now(), resolved_at timestamptz, resolution text, note text);
    CREATE UNIQUE INDEX ON parked_messages (consumer, body_hash) WHERE resolved_at IS NULL;
    CREATE TABLE effects (order_id uuid NOT NULL);
""" + ";".join(RING_FOR_NEW_ROWS)

QUEUE = "payment.orders"
MARK = "product.relay"


def make_event() -> CloudEvent[OrderCancelled]:
    return CloudEvent.of(OrderCancelled(order_id=new_id(), reason="customer"))


class Stage:
    """One service's side of messaging, on real servers."""

    def __init__(self, database_url: str, rabbitmq: RabbitMQ) -> None:
        self.database_url = database_url
        self.rabbitmq = rabbitmq
        self.connection = psycopg2.connect(database_url)

    def close(self) -> None:
        self.connection.close()

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def record(self, *events: CloudEvent[Any]) -> None:
        for event in events:
            row = OutboxRow.of(event)
            self.rows(
                "INSERT INTO outbox_events (event_id, type, correlation_id, body) VALUES (%s, %s, %s, %s)",
                str(row.event_id), row.type, str(row.correlation_id), row.body,
            )  # fmt: skip

    def run_on_store(self, act: Callable[[OutboxStore], Awaitable[Any]]) -> Any:
        """As a relay of its own would."""

        async def run() -> Any:
            async with await OutboxStore.connect(self.database_url) as store:
                return await act(store)

        return asyncio.run(run())

    # --- the broker

    @contextmanager
    def channel(self, user: str) -> Iterator[Any]:
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq.url(user)))
        yield connection.channel()
        connection.close()

    def mark_broker(self) -> None:
        """As one that a relay has published to before."""
        with self.channel("product") as channel:
            channel.exchange_declare(MARK, "fanout", durable=True, internal=True)

    def empty_queues(self) -> None:
        with self.channel("payment") as channel:
            for queue in (QUEUE, dead_letter_queue(QUEUE)):
                while channel.basic_get(queue, auto_ack=True)[0]:
                    pass

    def refuse(self, times: int) -> None:
        """Take the first message and give it back, as a consumer does that a message kills."""
        with self.channel("payment") as channel:
            for _ in range(times):
                taken = wait_until(lambda: channel.basic_get(QUEUE)[0])
                channel.basic_nack(taken.delivery_tag)

    def publish(
        self,
        *bodies: str | bytes,
        exchange: str = "product.events",
        routing_key: str = "order.cancelled",
        **attributes: Any,
    ) -> None:
        """`attributes` are AMQP's, such as `message_id`."""
        properties = pika.BasicProperties(delivery_mode=2, **attributes)
        with self.channel("product") as channel:
            channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish(exchange, routing_key, body, properties, mandatory=True)

    def waiting(self, queue: str = QUEUE) -> int:
        with self.channel("payment") as channel:
            return int(channel.queue_declare(queue, passive=True).method.message_count)

    def drain(self) -> list[tuple[Any, bytes]]:
        """Take all messages off the queue: their properties and bodies."""
        taken = []
        with self.channel("payment") as channel:
            while (found := channel.basic_get(QUEUE, auto_ack=True))[0]:
                taken.append((found[1], found[2]))
        return taken

    # --- the processes, run as threads of the test

    @contextmanager
    def relay(self) -> Iterator[None]:
        worker = Worker()
        relay = Relay(self.database_url, self.rabbitmq.url("product"), "product.events", worker)
        with _thread(lambda: asyncio.run(relay.run()), worker):
            yield

    @contextmanager
    def consumer(
        self, handlers: Handlers, *, infrastructure_errors: tuple[type[Exception], ...] = ()
    ) -> Iterator[None]:
        worker = Worker()
        consumer = Consumer(
            amqp_url=self.rabbitmq.url("payment"),
            queues=[QUEUE],
            process=lambda deliveries: self._process(deliveries, handlers),
            park=self._park,
            infrastructure_errors=(psycopg2.OperationalError, psycopg2.InterfaceError, *infrastructure_errors),
            worker=worker,
        )
        with _thread(consumer.run, worker):
            yield

    def park(self, body: bytes, headers: Mapping[str, Any]) -> None:
        """As a consumer does with a dead letter."""
        self._park(Delivery(QUEUE, body, headers=headers), DEAD_LETTERED, "the broker gave it up")

    def _process(self, deliveries: Sequence[Delivery], handlers: Handlers) -> None:
        with psycopg2.connect(self.database_url) as connection, connection.cursor() as cursor:
            process_batch(cursor, deliveries, handlers)
        connection.close()

    def _park(self, delivery: Delivery, reason: str, detail: str) -> None:
        with psycopg2.connect(self.database_url) as connection, connection.cursor() as cursor:
            park(cursor, delivery, reason, detail)
        connection.close()


@contextmanager
def _thread(target: Callable[[], None], worker: Worker) -> Iterator[None]:
    thread = threading.Thread(target=target)
    thread.start()
    try:
        yield
    finally:
        worker.stopping.set()
        thread.join(timeout=10)
        assert not thread.is_alive(), "did not end within 10 s"


def wait_until(condition: Callable[[], Any], *, timeout_seconds: float = 15) -> Any:
    """Returns what `condition` returns once that is true. Fails when it has not come true in time."""
    deadline = time.monotonic() + timeout_seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found
