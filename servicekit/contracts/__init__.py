"""The contracts: every event that travels between services. The single source of the schemas in `contracts/`."""

from servicekit.contracts.envelope import CONTENT_TYPE, Cause, CloudEvent
from servicekit.contracts.event_data import EventData
from servicekit.contracts.orders import (
    CancellationReason,
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderLine,
    OrderPaymentRequested,
    OrderPlaced,
    OrderShipped,
    PaymentMethod,
)
from servicekit.contracts.payments import (
    FailureCode,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
    PaymentVoided,
    TransferCompleted,
    WalletToppedUp,
)
from servicekit.contracts.users import SessionRevoked, UserDeleted, UserRegistered, UserUpdated

EVENTS: dict[str, type[EventData]] = {
    data_class.type: data_class
    for data_class in (
        UserRegistered, UserUpdated, UserDeleted, SessionRevoked,
        OrderPlaced, OrderPaymentRequested, OrderCancelled, OrderConfirmed, OrderShipped, OrderDelivered,
        PaymentSucceeded, PaymentFailed, PaymentVoided, PaymentRefunded, WalletToppedUp, TransferCompleted,
    )
}  # fmt: skip

__all__ = [
    "CONTENT_TYPE",
    "EVENTS",
    "CancellationReason",
    "Cause",
    "CloudEvent",
    "EventData",
    "FailureCode",
    "OrderCancelled",
    "OrderConfirmed",
    "OrderDelivered",
    "OrderLine",
    "OrderPaymentRequested",
    "OrderPlaced",
    "OrderShipped",
    "PaymentFailed",
    "PaymentMethod",
    "PaymentRefunded",
    "PaymentSucceeded",
    "PaymentVoided",
    "SessionRevoked",
    "TransferCompleted",
    "UserDeleted",
    "UserRegistered",
    "UserUpdated",
    "WalletToppedUp",
]
