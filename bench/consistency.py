"""Whether all is right after a measurement: a rate at which money, orders or pieces get lost is no rate."""

from contextlib import closing

import pika

from bench.private_shop import PrivateService
from bench.report import Figure
from payment.reconciliation.orders import faults_of
from payment.reconciliation.snapshots import charges, snapshot
from payment.reconciliation.stock import faults_of_stock
from servicekit.messaging.topology import QUEUES, dead_letter_queue
from stack.shop import Shop
from tests.rest import violations_at_rest, wait_for_rest
from tests.running_shop import Addresses, RunningShop

_REST_WITHIN_SECONDS = 120


def violations_of(shop: Shop) -> Figure:
    """Of all that must hold in a whole shop, once the last order has settled. Waits for that."""
    with closing(RunningShop(Addresses.of(shop))) as running:
        wait_for_rest(running, timeout_seconds=_REST_WITHIN_SECONDS)
        count = sum(1 for _ in violations_at_rest(running, parked={}))
    return Figure.at_most(0, name="invariants violated", value=count, unit="")


def faults_of_pieces(product: PrivateService) -> Figure:
    """Products of which more or fewer are reserved or sold than their orders say, or came in."""
    with snapshot(product.database.auditor) as connection:
        count = sum(1 for _ in faults_of_stock(connection))
    return Figure.at_most(0, name="products with wrong stock", value=count, unit="")


def faults_of_money(payment: PrivateService) -> Figure:
    """Orders that were paid twice, or otherwise than the ledger says. Goes through every payment.

    Raises `StartFailed` when a transaction of the ledger does not sum to zero, or a wallet differs from its entries.
    """
    payment.run("verify-ledger")
    with snapshot(payment.database.auditor) as connection:
        count = sum(1 for side in charges(connection) for _ in faults_of(side))
    return Figure.at_most(0, name="payments twice or not booked", value=count, unit="")


def messages_left(service: PrivateService) -> Figure:
    """In the queues of the service, those of its dead letters included."""
    connection = pika.BlockingConnection(pika.URLParameters(service.servers.rabbitmq.url(service.name)))
    try:
        channel = connection.channel()
        queues = [name for queue in QUEUES[service.name] for name in (queue, dead_letter_queue(queue))]
        count = sum(channel.queue_declare(queue, passive=True).method.message_count for queue in queues)
    finally:
        connection.close()
    return Figure.at_most(0, name="messages left in queues", value=count, unit="")
