"""What the reconciliation has found is shown, and staff may ask for another one."""

from typing import Any

from servicekit.ids import new_id
from tests.product.backoffice.operations.conftest import A_MOMENT, OPERATIONS, finished_run
from tests.product.storefront.browser import Browser

PATH = "/backoffice/operations/reconciliation"
CALL = f"GET {OPERATIONS}/reconciliation"

Answers = dict[str, tuple[int, Any]]


def state(**values: Any) -> tuple[int, Any]:
    return 200, {"latest": finished_run(), "failed": None, "pending": None} | values


def test_all_is_explained(clerk: Browser, answers: Answers) -> None:
    answers[CALL] = state(latest=finished_run(orders=12_345))

    page = clerk.open(PATH)

    assert "All is explained" in page.text
    assert "12,345" in page.text


def test_what_was_found_leads_to_its_order(clerk: Browser, answers: Answers) -> None:
    order_id = str(new_id())
    about_order = {"code": "unanswered", "subject": "order 2026-000007", "detail": "pending", "meaning": "in English"}
    about_stock = {"code": "of_a_newer_version", "subject": "product 1", "detail": "", "meaning": "pieces are missing"}
    answers[CALL] = state(
        latest=finished_run(about_order | {"order_id": order_id}, about_stock | {"order_id": None}, findings_count=200)
    )

    page = clerk.open(PATH)

    assert "200 things are not explained" in page.text
    assert "Payment owes an answer about the order" in page.text
    assert "pieces are missing" in page.text
    assert f"/orders/{order_id}" in page.links
    assert "The first 2 are shown." in page.text


def test_what_was_found_is_told_in_the_readers_language(clerk: Browser, answers: Answers) -> None:
    names = {"kind": "order", "name": "2026-000007", "subject": "order 2026-000007", "order_id": None}
    facts = {"payment_status": "unpaid", "total": {"amount": "9.50", "currency": "EUR"}, "captures": 2}
    finding = {"code": "captured_twice", "detail": "in English", "meaning": "in English", "facts": facts}
    answers[CALL] = state(latest=finished_run(finding | names))

    page = clerk.open(PATH, headers={"Accept-Language": "ru"})

    assert "Деньги за заказ списаны больше одного раза" in page.text
    assert "Заказ 2026-000007" in page.text
    assert "Оплата: Ждёт оплаты · Итого: 9,50 € · Списаний: 2" in page.text
    assert "in English" not in page.text


def test_one_is_asked_for_and_the_page_follows_it(
    clerk: Browser, answers: Answers, calls: list[tuple[str, bytes]]
) -> None:
    answers[f"POST {OPERATIONS}/reconciliation"] = (202, {})
    form = clerk.open(PATH).form(f"{PATH}/run")
    answers[CALL] = state(pending={"requested_at": A_MOMENT, "is_under_way": False})

    page = clerk.submit(form, follow=True)

    assert (f"POST {OPERATIONS}/reconciliation", b"") in calls
    assert "A reconciliation was asked for." in page.text
    assert 'hx-trigger="every 2s"' in page.html
    assert '<meta http-equiv="refresh"' in page.html


def test_nothing_is_asked_for_again_and_again_at_rest(clerk: Browser, answers: Answers) -> None:
    page = clerk.open(PATH)

    assert "hx-trigger" not in page.html
    assert "http-equiv" not in page.html


def test_a_failure_is_told_beside_the_last_result(clerk: Browser, answers: Answers) -> None:
    nothing = dict.fromkeys(finished_run()) | {"finished_at": A_MOMENT, "error": "OperationalError"}
    answers[CALL] = state(failed=nothing)

    page = clerk.open(PATH)

    assert "came to no result" in page.text
    assert "All is explained" in page.text


def test_before_the_first_there_is_none(clerk: Browser, answers: Answers) -> None:
    answers[CALL] = state(latest=None)

    assert "There is no result yet." in clerk.open(PATH).text


def test_payment_that_is_away_is_said(clerk: Browser, answers: Answers) -> None:
    form = clerk.open(PATH).form(f"{PATH}/run")
    answers[CALL] = answers[f"POST {OPERATIONS}/reconciliation"] = (503, {})

    page = clerk.submit(form, follow=True)

    assert page.status == 200
    assert "Payment does not answer right now. Nothing was begun." in page.text
