"""An order paid with a card is closed before, during or after the charge: nothing stays charged."""

from payment.clock import carry_out
from payment.ledger.models import AccountKind
from payment.payments.services import claim_calls
from servicekit.ids import new_id
from tests.payment.card_orders import ask_until_nothing_is_due, charged_by_the_provider, place
from tests.payment.factories import (
    ask_providers,
    deliver,
    order_cancelled,
    order_placed,
)
from tests.payment.records import (
    account_balance,
    answers_about,
    events_sent,
    ledger_is_consistent,
    payments_of,
    refunds_of,
)


def test_an_order_that_is_closed_before_the_charge_is_voided_by_the_provider() -> None:
    order_id = place()
    cancellation = order_cancelled(order_id)
    deliver(cancellation)
    deliver(order_cancelled(order_id))
    assert answers_about(order_id) == []

    ask_providers()

    (answer,) = events_sent()
    assert (answer.type, answer.cause) == ("payment.voided", cancellation.message_id)
    assert [payment.status for payment in payments_of(order_id)] == ["voided"]
    assert charged_by_the_provider(order_id) == 0


def test_an_order_that_is_closed_during_the_charge_is_not_charged() -> None:
    order_id = place()
    (call,) = claim_calls(limit=1)
    deliver(order_cancelled(order_id))

    carry_out(call)
    assert (answers_about(order_id), charged_by_the_provider(order_id)) == ([], 1999)
    ask_until_nothing_is_due()

    assert answers_about(order_id) == ["payment.voided"]
    assert charged_by_the_provider(order_id) == account_balance(AccountKind.SALES) == 0


def test_an_order_and_its_cancellation_in_one_batch_charge_nothing() -> None:
    order_id = new_id()
    deliver(order_placed(order_id=order_id, payment_method="sandbox-card"), order_cancelled(order_id))

    ask_until_nothing_is_due()

    assert answers_about(order_id) == ["payment.voided"]
    assert charged_by_the_provider(order_id) == 0


def test_what_was_captured_goes_back_to_the_card() -> None:
    order_id = place()
    ask_providers()
    deliver(order_cancelled(order_id))
    assert [(refund.status, refund.amount_minor) for refund in refunds_of(order_id)] == [("pending", 1999)]
    deliver(order_cancelled(order_id))

    ask_until_nothing_is_due()

    (payment,) = payments_of(order_id)
    assert payment.status == "refunded"
    assert answers_about(order_id) == ["payment.succeeded", "payment.refunded"]
    assert [refund.status for refund in refunds_of(order_id)] == ["succeeded"]
    assert charged_by_the_provider(order_id) == account_balance(AccountKind.CARD_CLEARING) == 0
    assert ledger_is_consistent()
