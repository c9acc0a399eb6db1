"""The process that sends: several at once, one of them killed, receivers that are slow, and an orderly end."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models.functions import Now

from product.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from product.webhooks.services import claim_due, register_endpoint
from product.webhooks.worker import WebhookWorker
from servicekit.worker import Worker
from tests.product.factories import make_order, make_product
from tests.product.webhooks.receiver import Receiver, running_receiver
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def working(*, number: int = 1) -> Iterator[list[Worker]]:
    """So many workers, as threads, until the end of the block."""
    workers = [Worker() for _ in range(number)]

    def run(worker: Worker) -> None:
        try:
            WebhookWorker(worker, interval_seconds=0.02, loopback_allowed=True).run()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield workers
    finally:
        for worker in workers:
            worker.stopping.set()
        for thread in threads:
            thread.join(timeout=15)
            assert not thread.is_alive()


def place_orders(number: int) -> None:
    product = make_product(on_hand=number)
    for _ in range(number):
        make_order(product=product)


def all_delivered(endpoint: WebhookEndpoint) -> Callable[[], bool]:
    return lambda: not WebhookDelivery.objects.filter(endpoint=endpoint).exclude(state="delivered").exists()


def register(receiver: Receiver) -> WebhookEndpoint:
    return register_endpoint(url=receiver.url, event_types=["order.placed"])[0]


def test_two_workers_send_each_message_once(receiver: Receiver) -> None:
    endpoint = register(receiver)
    place_orders(30)

    with working(number=2):
        wait_until(all_delivered(endpoint))

    sent = Counter(received.headers["webhook-id"] for received in receiver.received)
    assert len(sent) == 30
    assert set(sent.values()) == {1}
    assert WebhookAttempt.objects.count() == 30


def test_a_slow_receiver_delays_nobody_else(receiver: Receiver) -> None:
    with running_receiver() as slow:
        slow.delay_seconds = 4
        register(slow)
        quick = register(receiver)
        place_orders(12)
        started = time.monotonic()

        with working():
            wait_until(all_delivered(quick))
            took = time.monotonic() - started

    assert took < slow.delay_seconds
    assert len(receiver.received) == 12


def test_what_a_killed_worker_had_claimed_is_sent_by_another(receiver: Receiver) -> None:
    endpoint = register(receiver)
    place_orders(1)
    (lost,) = claim_due()  # and then nothing more is heard of it

    with working():
        WebhookDelivery.objects.update(next_attempt_at=Now())
        wait_until(all_delivered(endpoint))

    assert [json.loads(received.body)["id"] for received in receiver.received] == [str(lost.event_id)]


def test_ends_only_when_what_is_under_way_has_ended(receiver: Receiver) -> None:
    endpoint = register(receiver)
    receiver.delay_seconds = 1
    place_orders(1)

    with working():
        wait_until(lambda: receiver.received)

    assert all_delivered(endpoint)()
