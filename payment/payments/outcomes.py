"""What is decided when a provider has answered, or has not. On loaded values, as in `decisions.py`."""

from dataclasses import dataclass, replace

from payment.payments import events
from payment.payments.batch import Batch
from payment.payments.decisions import note_refund
from payment.payments.methods.provider import book_capture, book_refund
from payment.payments.models import CallKind, PaymentStatus
from payment.payments.states import CallState, PaymentState
from servicekit.contracts import FailureCode


@dataclass(frozen=True, slots=True)
class Done:
    """The provider did what it was asked for. `reference`: what it calls a charge."""

    reference: str | None = None


@dataclass(frozen=True, slots=True)
class NotDone:
    """The provider declined to charge."""

    code: FailureCode


@dataclass(frozen=True, slots=True)
class Unknown:
    """The provider did not answer."""


Outcome = Done | NotDone | Unknown


def take_answer(batch: Batch, call: CallState, answer: Done | NotDone) -> None:
    """Let the payment, or the refund, become what the provider's answer makes of it, and tell."""
    payment = batch.payment(call.payment_id)
    match call.kind, answer:
        case CallKind.CHARGE, Done(reference):
            _captured(batch, call, payment, reference)
        case CallKind.CHARGE, NotDone(code):
            _failed(batch, call, payment, code)
        case CallKind.VOID, _:
            _voided(batch, call, payment)
        case CallKind.REFUND, _:
            refund = batch.refunds.get(call.id)
            assert refund
            note_refund(batch, payment, book_refund(batch, payment, refund), cause=call.cause)


def give_up(batch: Batch, call: CallState) -> None:
    """The provider was asked to charge often enough. The attempt has failed; should the provider have charged after
    all, it is asked to void that, for as long as it takes."""
    _failed(batch, call, batch.payment(call.payment_id), "provider_unavailable")
    batch.calls.put(call.id, replace(call, kind=CallKind.VOID))


def _captured(batch: Batch, call: CallState, payment: PaymentState, reference: str | None) -> None:
    capture_id = book_capture(batch, payment)
    payment = payment.become(PaymentStatus.SUCCEEDED, ledger_transaction_id=capture_id, provider_reference=reference)
    batch.put_payment(payment)
    batch.events.append(events.payment_succeeded(payment, cause=call.cause))


def _failed(batch: Batch, call: CallState, payment: PaymentState, code: FailureCode) -> None:
    payment = payment.become(PaymentStatus.FAILED, failure_code=code)
    batch.put_payment(payment)
    batch.events.append(events.payment_failed(payment, cause=call.cause))


def _voided(batch: Batch, call: CallState, payment: PaymentState) -> None:
    if payment.status != PaymentStatus.PENDING:
        return  # It was given up before, and its order told so.
    payment = payment.become(PaymentStatus.VOIDED)
    batch.put_payment(payment)
    batch.events.append(events.payment_voided(payment, cause=call.cause))
