"""A relay of payment at work for a measurement: where its events go, they are thrown away at once."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import psycopg2
from pika.exceptions import ChannelClosedByBroker

from bench.private_shop import PrivateService
from servicekit.messaging.topology import EXCHANGES
from servicekit.outbox.publisher import mark_of

_QUEUE = "product.payments"
_LONGEST_SECONDS = 900.0

_IS_PUBLISHED = "SELECT published_at IS NOT NULL FROM outbox_events WHERE id = %s"
# From the first commit of a batch to the last: the first batch itself came before.
_SECONDS = """
    SELECT extract(epoch FROM max(at) - min(at)), count(*) FILTER (WHERE at > first)
    FROM (
        SELECT published_at AS at, min(published_at) OVER () AS first FROM outbox_events
        WHERE id > %s - %s AND id <= %s AND published_at >= %s
    ) AS published
"""


@contextmanager
def running_relay(payment: PrivateService) -> Iterator[None]:
    """The queue is kept empty: a million messages would be a measurement of the broker's disk."""
    is_over = threading.Event()
    emptying = threading.Thread(target=_keep_empty, args=(payment.servers.rabbitmq.url("product"), is_over))
    process = subprocess.Popen([sys.executable, "-m", "payment", "relay"], env=payment.environment)
    emptying.start()
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)
        is_over.set()
        emptying.join()


def leave_mark(payment: PrivateService) -> None:
    """Let the relay get to know the broker while there is nothing yet that it would have to send again."""
    connection = pika.BlockingConnection(pika.URLParameters(payment.servers.rabbitmq.url("operator")))
    with running_relay(payment):
        is_marked = False
        while not is_marked:
            time.sleep(0.1)
            try:
                connection.channel().exchange_declare(mark_of(EXCHANGES["payment"]), passive=True)
                is_marked = True
            except ChannelClosedByBroker:
                continue
    connection.close()


def events_per_second(payment: PrivateService, *, events: int, last: int) -> float:
    """Of so many, by the times of their confirms; what was published before is left out. Waits for the one with the id
    `last`."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    connection = psycopg2.connect(payment.database.owner)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            ((begun,),) = cursor.fetchall()
            is_published = False
            while not is_published:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"events still wait after {_LONGEST_SECONDS} s")
                time.sleep(0.25)
                cursor.execute(_IS_PUBLISHED, (last,))
                ((is_published,),) = cursor.fetchall()
            cursor.execute(_SECONDS, (last, events, last, begun))
            ((seconds, published),) = cursor.fetchall()
    finally:
        connection.close()
    return int(published) / float(seconds)


def _keep_empty(broker_url: str, is_over: threading.Event) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    channel = connection.channel()
    while not is_over.wait(0.3):
        channel.queue_purge(_QUEUE)
    channel.queue_purge(_QUEUE)
    connection.close()
