"""Paying with a card: the intent is written first, the provider is asked outside of any transaction, and whatever is
lost on the way, our books and the provider's agree in the end."""

import pytest

from payment.clock import carry_out
from payment.ledger.models import AccountKind
from payment.payments.methods import provider_named
from payment.payments.services import claim_calls
from servicekit.ids import new_id
from tests.parallel import at_once
from tests.payment.card_orders import ask_until_nothing_is_due, charged_by_the_provider, due_now, fresh_settings, place
from tests.payment.factories import (
    ask_providers,
    deliver,
    order_cancelled,
    order_placed,
    payment_requested,
)
from tests.payment.records import (
    account_balance,
    answers_about,
    balance_of,
    count,
    events_sent,
    ledger_is_consistent,
    payments_of,
)


def test_is_pending_until_the_provider_has_answered_and_then_succeeds() -> None:
    order_id = place()
    assert (payments_of(order_id)[0].status, answers_about(order_id)) == ("pending", [])

    ask_providers()

    (payment,) = payments_of(order_id)
    assert (payment.status, payment.method, payment.wallet_id) == ("succeeded", "sandbox-card", None)
    assert payment.provider_reference == f"sandbox-{payment.id}"
    assert answers_about(order_id) == ["payment.succeeded"]
    assert account_balance(AccountKind.CARD_CLEARING) == -1999
    assert account_balance(AccountKind.SALES) == charged_by_the_provider(order_id) == 1999
    assert balance_of(payment.user_id) == 100_000  # type: ignore[arg-type]
    assert ledger_is_consistent()


def test_the_answer_names_the_question_as_its_cause() -> None:
    question = order_placed(payment_method="sandbox-card")
    deliver(question)

    ask_providers()

    (answer,) = events_sent()
    assert answer.cause == question.message_id


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("declined", "card_declined"),
        ("no-such-card", "card_declined"),
        ("insufficient-funds", "insufficient_funds"),
    ],
)
def test_a_declined_card_is_an_answer(token: str, code: str) -> None:
    order_id = place(token)

    ask_until_nothing_is_due()

    (payment,) = payments_of(order_id)
    assert (payment.status, payment.failure_code) == ("failed", code)
    assert answers_about(order_id) == ["payment.failed"]
    assert charged_by_the_provider(order_id) == 0


def test_another_method_may_pay_after_a_declined_card() -> None:
    order_id, user_id = new_id(), new_id()
    place("declined", order_id=order_id, user_id=user_id)
    ask_providers()

    deliver(payment_requested(order_id=order_id, user_id=user_id))

    assert [(payment.method, payment.status) for payment in payments_of(order_id)] == [
        ("sandbox-card", "failed"),
        ("wallet", "succeeded"),
    ]
    assert balance_of(user_id) == 98_001


def test_an_answer_that_is_lost_on_the_way_is_found_by_the_next_try_and_nothing_is_charged_twice() -> None:
    order_id = place("crash-after-charge")
    ask_providers()
    assert (payments_of(order_id)[0].status, charged_by_the_provider(order_id)) == ("pending", 1999)

    ask_until_nothing_is_due()

    assert answers_about(order_id) == ["payment.succeeded"]
    assert charged_by_the_provider(order_id) == account_balance(AccountKind.SALES) == 1999


def test_a_provider_that_never_answers_fails_the_attempt_and_is_asked_to_void_it() -> None:
    order_id = place("unavailable")

    for _ in range(2):
        ask_providers()
        due_now("true")
        assert answers_about(order_id) == []
    ask_until_nothing_is_due()

    (payment,) = payments_of(order_id)
    assert (payment.status, payment.failure_code) == ("failed", "provider_unavailable")
    assert answers_about(order_id) == ["payment.failed"]
    with pytest.raises(Exception, match="card_declined"):
        provider_named("sandbox-card").charge(payment_id=payment.id, amount_minor=1999, currency="EUR", token=None)
    assert charged_by_the_provider(order_id) == 0


def test_pauses_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYMENT_PROVIDER_PAUSE_SECONDS", "60")
    with fresh_settings():
        place("unavailable")

        assert [ask_providers(), ask_providers()] == [1, 0]


def test_a_worker_that_dies_after_the_charge_leaves_it_to_another() -> None:
    order_id = place()
    (call,) = claim_calls(limit=10)
    provider_named("sandbox-card").charge(payment_id=call.payment_id, amount_minor=1999, currency="EUR", token=None)
    assert claim_calls(limit=10) == []

    due_now("true")
    ask_providers()

    assert answers_about(order_id) == ["payment.succeeded"]
    assert charged_by_the_provider(order_id) == account_balance(AccountKind.SALES) == 1999


def test_several_workers_share_what_is_due() -> None:
    for _ in range(12):
        place()

    claimed = at_once([lambda: claim_calls(limit=4)] * 3)

    assert len({call.id for calls in claimed for call in calls}) == sum(len(calls) for calls in claimed) == 12


def test_an_outcome_is_taken_in_once_however_many_bring_it() -> None:
    order_id = place()
    (call,) = claim_calls(limit=1)

    at_once([lambda: carry_out(call)] * 6)

    assert answers_about(order_id) == ["payment.succeeded"]
    assert charged_by_the_provider(order_id) == account_balance(AccountKind.SALES) == 1999
    assert count("ledger_transactions") == 2  # the capture, and the buyer's starting balance


def test_a_question_that_is_asked_again_meanwhile_is_answered_once_there_is_an_answer() -> None:
    fields = {"order_id": new_id(), "user_id": new_id(), "payment_method": "sandbox-card"}
    deliver(order_placed(**fields), order_placed(**fields))
    deliver(order_placed(**fields))

    ask_providers()
    deliver(order_placed(**fields))

    assert answers_about(fields["order_id"]) == ["payment.succeeded", "payment.succeeded"]  # type: ignore[arg-type]
    assert count("provider_calls") == 1


def test_an_order_of_nothing_asks_no_provider() -> None:
    order_id = place(total="0.00")
    deliver(order_cancelled(order_id))

    assert answers_about(order_id) == ["payment.succeeded", "payment.refunded"]
    assert count("provider_calls") == count("sandbox_card_book") == 0


def test_a_slow_card_holds_up_no_other_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payment.payments.methods.sandbox_card.SLOW_SECONDS", 3600)
    slow = place("slow")
    claim_calls(limit=1)  # by a worker that now waits

    order_id = place()
    ask_providers()

    assert (answers_about(slow), answers_about(order_id)) == ([], ["payment.succeeded"])
