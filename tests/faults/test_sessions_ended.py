"""Sessions are ended while parts of the shop are away: their tokens are refused a minute later all the same."""

import pytest

from stack.shop import Shop
from tests.faults.messages import wait_until_queued
from tests.rest import assert_at_rest
from tests.running_shop import RunningShop
from tests.shop_client import Customer
from tests.waiting import wait_until

WITHIN_SECONDS = 60
PRIVATE = {"product": "/api/v1/orders", "payment": "/api/v1/wallets"}


def statuses(customer: Customer) -> set[int]:
    return {customer.get(service, path).status_code for service, path in PRIVATE.items()}


def wait_until_refused(customer: Customer) -> None:
    wait_until(lambda: statuses(customer) == {401}, timeout_seconds=WITHIN_SECONDS)


@pytest.fixture
def customer(shop: RunningShop) -> Customer:
    customer = shop.new_customer()
    assert statuses(customer) == {200}
    return customer


def sign_out(customer: Customer) -> None:
    assert customer.post("auth", "/logout").status_code == 204


def test_the_broker_is_down(machinery: Shop, shop: RunningShop, customer: Customer) -> None:
    machinery.rabbitmq.kill()

    sign_out(customer)

    wait_until_refused(customer)


def test_the_broker_loses_the_news(machinery: Shop, shop: RunningShop, customer: Customer) -> None:
    consumers = [machinery.processes[f"{service}-consumer"] for service in PRIVATE]
    for consumer in consumers:
        consumer.stop()
    sign_out(customer)
    for service in PRIVATE:
        wait_until_queued(shop, service, f"{service}.users", 1)

    machinery.rabbitmq.kill()
    machinery.rabbitmq.wipe()
    machinery.rabbitmq.start()
    for consumer in consumers:
        consumer.start()

    wait_until_refused(customer)
    assert_at_rest(shop)


def test_a_web_process_that_starts_again_still_refuses(machinery: Shop, shop: RunningShop, customer: Customer) -> None:
    sign_out(customer)
    wait_until_refused(customer)

    for service in PRIVATE:
        machinery.processes[f"{service}-web"].kill()
        machinery.processes[f"{service}-web"].start()
        machinery.processes[f"{service}-web"].wait_until_healthy()

    assert statuses(customer) == {401}


def test_the_database_is_away_for_a_moment(machinery: Shop, shop: RunningShop, customer: Customer) -> None:
    sign_out(customer)
    wait_until_refused(customer)

    machinery.postgres.kill()
    during = statuses(customer)
    machinery.postgres.start()

    assert during == {401}
    assert statuses(customer) == {401}
