"""Staff watches the machinery and mends what stands still, with a real browser."""

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from servicekit.ids import new_id
from stack.shop import Shop
from tests.browser.conftest import OpenPage
from tests.browser.operations import park_poison, park_registration
from tests.browser.people import PATIENCE_MILLISECONDS, sign_in_as_staff
from tests.running_shop import RunningShop


@pytest.fixture(autouse=True)
def nothing_stays_parked(shop: RunningShop) -> Iterator[None]:
    """What one test has planted must not be mistaken for an accident by others."""
    shop.rows("payment", "DELETE FROM parked_messages")
    yield
    shop.rows("payment", "DELETE FROM parked_messages")


def test_a_parked_message_is_read_and_replayed(shop: RunningShop, open_page: OpenPage) -> None:
    user_id, page = new_id(), open_page()
    park_registration(shop, user_id)
    sign_in_as_staff(shop, page, "/backoffice/operations")

    page.get_by_text("1 message could not be processed").get_by_role("link", name="payment").click()
    page.get_by_role("link", name="user.registered").click()
    expect(page.locator("pre")).to_contain_text(f'"user_id": "{user_id}"')
    page.get_by_role("button", name="Replay").click()

    expect(page.get_by_text("The message was processed.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing is parked")).to_be_visible()
    assert shop.number("payment", "SELECT count(*) FROM wallets WHERE user_id = %s", str(user_id)) == 1


def test_all_are_replayed_and_the_poison_is_discarded_without_javascript(
    shop: RunningShop, open_page: OpenPage
) -> None:
    users, page = [new_id(), new_id()], open_page(java_script_enabled=False)
    for user_id in users:
        park_registration(shop, user_id)
    poison = park_poison(shop)
    sign_in_as_staff(shop, page, "/backoffice/operations/parked/payment")

    page.get_by_role("button", name="Replay all").click()
    expect(page.get_by_text("2 messages were processed. 1 still cannot be.")).to_be_visible()
    page.get_by_role("link", name="order.teleported").click()
    page.get_by_label("Why").fill("Planted by a test")
    page.get_by_role("button", name="Discard").click()

    expect(page.get_by_text("your note is kept with it")).to_be_visible()
    wallets = "SELECT count(*) FROM wallets WHERE user_id = ANY(%s::uuid[])"
    assert shop.number("payment", wallets, [str(user_id) for user_id in users]) == 2
    assert shop.rows("payment", "SELECT note FROM parked_messages WHERE id = %s", str(poison)) == [
        ("Planted by a test",)
    ]


def test_events_come_by_themselves_and_rest_under_the_pointer(shop: RunningShop, open_page: OpenPage) -> None:
    customer, product, page = shop.new_customer(), shop.new_product(), open_page()
    sign_in_as_staff(shop, page, "/backoffice/operations/events")
    page.evaluate("window.wasNotReloaded = true")

    first = customer.wait_for(customer.buy(product)["id"], "paid")
    expect(page.get_by_role("link", name=first["number"]).first).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    page.locator("#events").hover()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    customer.wait_for(customer.buy(product)["id"], "paid")
    page.wait_for_timeout(4_500)

    assert page.evaluate("window.wasNotReloaded") is True
    assert asked == []
    with page.expect_request("**/operations/events*"):
        page.get_by_role("heading", level=1).hover()


def test_a_reconciliation_is_asked_for_and_its_result_appears(shop: RunningShop, open_page: OpenPage) -> None:
    page = open_page()
    sign_in_as_staff(shop, page, "/backoffice/operations/reconciliation")
    runs = "SELECT count(*) FROM reconciliation_runs WHERE requested_by IS NOT NULL AND finished_at IS NOT NULL"
    before = shop.number("payment", runs)

    page.get_by_role("button", name="Run it now").click()

    expect(page.get_by_role("button", name="Run it now")).to_be_enabled(timeout=PATIENCE_MILLISECONDS)
    expect(page.get_by_text("All is explained")).to_be_visible()
    assert shop.number("payment", runs) == before + 1


def test_a_broker_that_does_not_answer_is_said_and_the_rest_goes_on(
    machinery: Shop, shop: RunningShop, open_page: OpenPage
) -> None:
    customer, product, page = shop.new_customer(), shop.new_product(), open_page()
    sign_in_as_staff(shop, page, "/backoffice/operations")
    expect(page.get_by_role("rowheader", name="payment.orders", exact=True)).to_be_visible()

    machinery.rabbitmq.process.kill(signal.SIGSTOP)
    try:
        expect(page.get_by_text("RabbitMQ does not answer")).to_be_visible(timeout=PATIENCE_MILLISECONDS)
        order = customer.buy(product)
        page.goto("/backoffice/operations/events")
        expect(page.get_by_role("link", name=order["number"])).to_be_visible()
        page.goto("/backoffice/operations")
        expect(page.get_by_role("rowheader", name="product", exact=True)).to_be_visible()
    finally:
        machinery.rabbitmq.process.kill(signal.SIGCONT)

    expect(page.get_by_role("rowheader", name="payment.orders", exact=True)).to_be_visible(
        timeout=PATIENCE_MILLISECONDS
    )
    assert customer.wait_for(order["id"], "paid")
