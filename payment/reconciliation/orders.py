"""What an order's two sides say of its money, and where they contradict. Values only, without a database."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from payment.reconciliation.findings import Facts, Finding, money


@dataclass(frozen=True, slots=True)
class OrderSide:
    """An order, as product has it. The fields are the columns of `_ORDERS`."""

    id: UUID
    number: str
    status: str
    payment_status: str
    currency: str
    total_minor: int
    refunded_minor: int
    is_answer_owed: bool
    age_seconds: float
    """Since its last change, by the clock of its database."""


@dataclass(frozen=True, slots=True)
class PaymentSide:
    """All payments of an order, as payment has them. The fields are the columns of `_CHARGES`."""

    id: UUID
    payments: int
    repeated_attempts: int
    captures: int
    currency: str | None
    """Of what was captured."""
    captured_minor: int
    captured_booked_minor: int
    refunded_minor: int
    refunds_minor: int
    """Including those that a provider has not carried out yet."""
    refunds_succeeded_minor: int
    refunds_booked_minor: int
    closing_refunds: int
    age_seconds: float


def faults_of(side: PaymentSide) -> Iterator[Finding]:
    """What contradicts itself within payment, and never may, not even for a moment."""
    currency = side.currency or "EUR"
    faults: dict[str, tuple[bool, Facts]] = {
        "attempt_paid_twice": (side.repeated_attempts > 0, {"too_many": side.repeated_attempts}),
        "captured_twice": (side.captures > 1, {"captures": side.captures}),
        "refunded_too_often": (side.closing_refunds > 1, {"refunds": side.closing_refunds}),
        "refund_sum_differs": _differ(side.refunded_minor, side.refunds_minor, currency),
        "refunded_too_much": (
            side.refunded_minor > side.captured_minor,
            {"captured": money(side.captured_minor, currency), "refunded": money(side.refunded_minor, currency)},
        ),
        "capture_not_booked": _differ(side.captured_minor, side.captured_booked_minor, currency),
        "refund_not_booked": _differ(side.refunds_succeeded_minor, side.refunds_booked_minor, currency),
    }
    name = str(side.id)
    return (Finding(code, "order", name, facts, side.id) for code, (is_wrong, facts) in faults.items() if is_wrong)


def contradictions(order: OrderSide | None, side: PaymentSide | None) -> Iterator[Finding]:
    """Where the two sides contradict one another. While a message is on its way between them, they may."""
    captured_minor = side.captured_minor if side else 0
    if order is None:
        if side is not None and side.captures:
            captured = money(captured_minor, side.currency or "EUR")
            yield Finding("unknown_order", "order", str(side.id), {"captured": captured}, side.id)
        return
    code = _contradiction(order, side)
    if code is not None:
        net_minor = captured_minor - (side.refunded_minor if side else 0)
        currency = (side and side.currency) or order.currency
        facts: Facts = {
            "status": order.status,
            "payment_status": order.payment_status,
            "total": money(order.total_minor, order.currency),
            "captured": money(captured_minor, currency),
            "kept": money(net_minor, currency),
        }
        yield Finding(code, "order", order.number, facts, order.id)


def _contradiction(order: OrderSide, side: PaymentSide | None) -> str | None:
    is_captured = side is not None and side.captures > 0
    if order.is_answer_owed:
        return "unanswered"
    if order.payment_status == "paid":
        return _contradiction_of_paid(order, side) if side is not None and is_captured else "paid_without_capture"
    if side is None or not is_captured or side.captured_minor == side.refunded_minor:
        return None
    return "captured_without_paid" if order.status == "pending" else "charge_on_closed_order"


def _contradiction_of_paid(order: OrderSide, side: PaymentSide) -> str | None:
    if (side.captured_minor, side.currency) != (order.total_minor, order.currency):
        return "amount_differs"
    return "refunds_differ" if side.refunds_succeeded_minor != order.refunded_minor else None


def _differ(claimed_minor: int, found_minor: int, currency: str) -> tuple[bool, Facts]:
    facts: Facts = {"claimed": money(claimed_minor, currency), "found": money(found_minor, currency)}
    return claimed_minor != found_minor, facts
