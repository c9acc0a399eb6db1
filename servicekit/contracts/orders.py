"""Events of the product service: orders."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from servicekit.contracts.event_data import EventData
from servicekit.money import Amount, Currency
from servicekit.text import Text

PAYMENT_METHOD_PATTERN = "^[a-z][a-z0-9-]{0,39}(:[A-Za-z0-9_-]{1,100})?$"

PaymentMethod = Annotated[str, StringConstraints(pattern=PAYMENT_METHOD_PATTERN)]
"""How the buyer wants to pay: the name of a method of payment's and, after a colon, the token that the method's
provider gave the buyer for it. Never the number of a card."""

CancellationReason = Literal["customer", "staff", "expired", "user_deleted"]


class _OrderEvent(EventData):
    producer: ClassVar[str] = "product"
    subject_field: ClassVar[str] = "order_id"

    order_id: UUID


class OrderLine(BaseModel):
    """One line of an order, priced as it was sold."""

    model_config = ConfigDict(frozen=True)

    product_id: UUID
    sku: Text
    name: Text
    quantity: int = Field(gt=0)
    unit_price: Amount


class OrderPlaced(_OrderEvent):
    """An order was placed and its stock reserved. Asks payment for the first attempt to pay."""

    type: ClassVar[str] = "order.placed"

    number: Text
    user_id: UUID
    currency: Currency
    total: Amount
    lines: tuple[OrderLine, ...] = Field(min_length=1)
    attempt: Literal[1] = 1
    payment_method: PaymentMethod = "wallet"


class OrderPaymentRequested(_OrderEvent):
    """The buyer asked to pay again after a failed attempt."""

    type: ClassVar[str] = "order.payment_requested"

    user_id: UUID
    currency: Currency
    total: Amount
    attempt: int = Field(ge=2)
    payment_method: PaymentMethod = "wallet"


class OrderCancelled(_OrderEvent):
    """An order was closed without delivery. Payment voids what is open, or refunds what was captured."""

    type: ClassVar[str] = "order.cancelled"

    reason: CancellationReason


class OrderConfirmed(_OrderEvent):
    """An order is paid and will be fulfilled."""

    type: ClassVar[str] = "order.confirmed"

    number: Text
    user_id: UUID
    currency: Currency
    total: Amount


class OrderShipped(_OrderEvent):
    """An order has left the house."""

    type: ClassVar[str] = "order.shipped"

    number: Text
    user_id: UUID
    carrier: Text | None = None
    tracking: Text | None = None


class OrderDelivered(_OrderEvent):
    """An order has reached its buyer and is complete."""

    type: ClassVar[str] = "order.delivered"

    number: Text
    user_id: UUID
