"""Receiving: a batch of messages, each with its effect, in one transaction. What each type leads to stands here."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from product.cart import handlers as cart_handlers
from product.orders import handlers
from product.revocations.handlers import on_session_revoked
from product.transactions import retried_transaction
from product.webhooks.services import enqueue
from servicekit import messaging
from servicekit.messaging import Delivery, Handler, Handlers, Incoming


def _and_webhooks(handler: Handler) -> Handler:
    """What payment tells is passed on to webhooks, in the transaction of its effect here."""

    def handle(messages: Sequence[Incoming[Any]]) -> None:
        handler(messages)
        enqueue([message.event for message in messages])

    return handle


def _both(first: Handler, second: Handler) -> Handler:
    """Two effects of one message, in one transaction."""

    def handle(messages: Sequence[Incoming[Any]]) -> None:
        first(messages)
        second(messages)

    return handle


HANDLERS: Handlers = {
    # The order matters within a batch: a success before the refund that undoes it.
    "payment.succeeded": _and_webhooks(handlers.on_payment_succeeded),
    "payment.failed": _and_webhooks(handlers.on_payment_failed),
    "payment.refunded": _and_webhooks(handlers.on_payment_refunded),
    "payment.voided": _and_webhooks(handlers.on_payment_voided),
    "user.deleted": _both(handlers.on_user_deleted, cart_handlers.on_user_deleted),
    "session.revoked": on_session_revoked,
    # Known, without an effect here.
    "user.registered": None,
    "user.updated": None,
    "wallet.topped_up": None,
    "transfer.completed": None,
}


@retried_transaction
def process(deliveries: Sequence[Delivery]) -> None:
    """Take in a batch, and commit it."""
    with connection.cursor() as cursor:
        messaging.process_batch(cursor, deliveries, HANDLERS)


@retried_transaction
def park(delivery: Delivery, reason: str, detail: str) -> None:
    """Put a message aside for an operator, and commit that."""
    with connection.cursor() as cursor:
        messaging.park(cursor, delivery, reason, detail)
