"""The wallet: what payment says of it, topping up and sending money."""

import json
from typing import Any

import pytest

from product.storefront.chart import balance_chart
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import WALLET_ID, FakeServices

STATEMENT = f"GET /api/v1/wallets/{WALLET_ID}/transactions?limit=20"
TOP_UP = f"POST /api/v1/wallets/{WALLET_ID}/top-up"
TRANSFER = "POST /transfer"


def movement(kind: str, amount: str, left: str, **more: Any) -> dict[str, Any]:
    times = {"created_at": "2026-11-02T11:00:00Z"}
    return {"kind": kind, "amount": amount, "balance_after": left, "currency": "EUR"} | times | more


def sent(services: FakeServices, call: str) -> list[Any]:
    return [json.loads(body) for made, body in services.account_calls if made == call]


def test_shows_the_balance_and_what_happened_with_its_course(shopper: Browser, services: FakeServices) -> None:
    movements = [
        movement("transfer", "-20.00", "961.50", partner={"username": "grace"}),
        movement("payment", "-18.50", "981.50", order_id="01890000-0000-7000-8000-000000000000"),
        movement("starting_balance", "1000.00", "1000.00"),
    ]
    services.account_answers[STATEMENT] = (200, {"results": movements, "next": None, "previous": None})

    page = shopper.open("/wallet")

    assert "€1,000.00" in page.text
    assert "To grace" in page.text
    assert "\N{MINUS SIGN}€18.50" in page.text
    assert "/orders/01890000-0000-7000-8000-000000000000" in page.links
    assert '<path class="curve" d="M0 ' in page.html


def test_tops_up_once_however_often_the_form_is_sent(shopper: Browser, services: FakeServices) -> None:
    form = shopper.open("/wallet").form("/wallet/top-up")

    page = shopper.submit(form, amount="25,5", follow=True)

    assert sent(services, TOP_UP) == [{"amount": "25.5"}]
    assert form.fields["key"]
    assert "€25.50 is in your wallet." in page.text


def test_returns_to_the_order_for_which_money_was_missing(shopper: Browser) -> None:
    form = shopper.open("/wallet?next=/orders/1").form("/wallet/top-up")

    assert shopper.submit(form, amount="25").response.headers["Location"] == "/orders/1"


@pytest.mark.parametrize("amount", ["", "0", "-5", "1.005", "NaN", "1e3", "lots"])
def test_an_amount_that_makes_no_sense_is_not_sent(shopper: Browser, services: FakeServices, amount: str) -> None:
    page = shopper.submit(shopper.open("/wallet").form("/wallet/top-up"), amount=amount)

    assert page.status == 422
    assert sent(services, TOP_UP) == []


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (404, "receiver_not_found", "There is nobody of this name."),
        (409, "insufficient_funds", "There is not that much in your wallet."),
        (409, "wallet_frozen", "Your wallet is frozen"),
    ],
)
def test_says_in_plain_words_why_money_is_not_sent(
    shopper: Browser, services: FakeServices, status: int, code: str, words: str
) -> None:
    services.account_answers[TRANSFER] = (status, {"code": code})

    form = shopper.open("/wallet").form("/wallet/transfer")
    page = shopper.submit(form, receiver_username="grace", amount="5")

    assert page.status == 422
    assert words in page.text
    assert 'value="grace"' in page.html


def test_sends_money(shopper: Browser, services: FakeServices) -> None:
    form = shopper.open("/wallet").form("/wallet/transfer")

    page = shopper.submit(form, receiver_username="grace", amount="5", follow=True)

    assert sent(services, TRANSFER) == [{"receiver_username": "grace", "amount": "5", "currency": "EUR"}]
    assert "€5.00 is sent." in page.text


def test_a_wallet_that_is_not_open_yet_is_told_as_such(shopper: Browser, services: FakeServices) -> None:
    services.balances = {}

    assert "Your wallet is being opened" in shopper.open("/wallet").text


def test_says_so_when_payment_is_away_while_the_shop_goes_on(shopper: Browser, services: FakeServices) -> None:
    services.is_payment_away = True

    assert shopper.open("/wallet").status == 503
    assert shopper.open("/products").status == 200


def test_the_course_goes_from_edge_to_edge_and_a_single_point_is_none() -> None:
    chart = balance_chart([0, 100, 50])

    assert chart is not None
    assert chart.curve == "M0 136.0H200.0V4.0H400.0V70.0H600"
    assert balance_chart([100]) is None


def test_small_changes_of_a_large_balance_fill_the_chart() -> None:
    chart = balance_chart([1_000_000, 1_000_100, 1_000_050])

    assert chart is not None
    assert chart.curve == "M0 136.0H200.0V4.0H400.0V70.0H600"


def test_a_balance_that_stays_is_a_line_in_the_middle() -> None:
    chart = balance_chart([500, 500])

    assert chart is not None
    assert chart.curve == "M0 70.0H300.0V70.0H600"


def test_the_course_is_named_for_those_who_do_not_see_it(shopper: Browser, services: FakeServices) -> None:
    movements = [movement("top_up", "5.00", "1005.00"), movement("starting_balance", "1000.00", "1000.00")]
    services.account_answers[STATEMENT] = (200, {"results": movements, "next": None, "previous": None})

    html = shopper.open("/wallet").html

    assert 'role="img" aria-label="The course of your balance over the movements below"' in html
