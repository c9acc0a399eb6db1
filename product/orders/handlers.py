"""From other services' events to use cases. A batch holds events of one type."""

from collections.abc import Sequence

from product.orders import services
from servicekit.contracts import PaymentFailed, PaymentRefunded, PaymentSucceeded, PaymentVoided, UserDeleted
from servicekit.messaging import Incoming


def on_payment_succeeded(messages: Sequence[Incoming[PaymentSucceeded]]) -> None:
    services.take_successes(messages)


def on_payment_failed(messages: Sequence[Incoming[PaymentFailed]]) -> None:
    services.take_failures(messages)


def on_payment_refunded(messages: Sequence[Incoming[PaymentRefunded]]) -> None:
    services.take_refunds(messages)


def on_payment_voided(messages: Sequence[Incoming[PaymentVoided]]) -> None:
    services.take_voids(messages)


def on_user_deleted(messages: Sequence[Incoming[UserDeleted]]) -> None:
    services.remember_deleted_users(user_ids=[message.data.user_id for message in messages])
