"""A repeated request with the same Idempotency-Key buys once, and is answered as the first was."""

from servicekit.ids import new_id
from tests.parallel import at_once
from tests.problems import assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Customer, Json, order_of

REPLAYED = "Idempotency-Replayed"


def test_a_repetition_gets_the_first_answer_again(shop: RunningShop, customer: Customer, product: Json) -> None:
    key = str(new_id())

    first = customer.place(product, key=key)
    second = customer.place(product, key=key)

    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json() == first.json()
    assert second.headers["Location"] == first.headers["Location"]
    assert (REPLAYED in first.headers, second.headers.get(REPLAYED)) == (False, "true")
    assert [order["id"] for order in customer.orders()] == [first.json()["id"]]


def test_the_answer_is_repeated_as_it_was_after_the_order_has_moved_on(customer: Customer, product: Json) -> None:
    key = str(new_id())
    first = customer.place(product, key=key).json()
    customer.wait_for(first["id"], "paid")

    assert customer.place(product, key=key).json() == first


def test_thirty_repetitions_at_once_make_one_order(shop: RunningShop, customer: Customer, product: Json) -> None:
    key = str(new_id())

    answers = at_once([lambda: customer.place(product, quantity=2, key=key)] * 30)

    accepted = [answer for answer in answers if answer.status_code == 202]
    busy = [answer for answer in answers if answer.status_code != 202]
    assert len({answer.json()["id"] for answer in accepted}) == 1
    assert sum(REPLAYED not in answer.headers for answer in accepted) == 1
    for answer in busy:
        assert_problem(answer, 409, "idempotency_key_in_use")
        assert answer.headers["Retry-After"]
    customer.wait_for(accepted[0].json()["id"], "paid")
    assert len(customer.orders()) == 1
    assert shop.stock(product) == (98, 0, 2)
    assert customer.wallets()[0]["balance"] == "980.00"


def test_the_same_key_with_another_body_is_refused(shop: RunningShop, customer: Customer, product: Json) -> None:
    key = str(new_id())
    customer.place(product, key=key)

    answer = customer.place(product, quantity=2, key=key)

    assert_problem(answer, 422, "idempotency_key_reused")
    assert len(customer.orders()) == 1


def test_a_refusal_does_not_use_up_the_key(shop: RunningShop, customer: Customer) -> None:
    product, key = shop.new_product(stock=0), str(new_id())
    assert customer.place(product, key=key).status_code == 409
    shop.staff.call("PATCH", "product", f"/api/v1/products/{product['id']}", json={"stock": 1})

    assert customer.place(product, key=key).status_code == 202


def test_two_customers_may_use_the_same_key(shop: RunningShop, product: Json) -> None:
    key = str(new_id())

    orders = [shop.new_customer().place(product, key=key).json()["id"] for _ in range(2)]

    assert len(set(orders)) == 2


def test_without_a_key_every_request_is_a_purchase_of_its_own(customer: Customer, product: Json) -> None:
    for _ in range(2):
        assert customer.post("product", "/api/v1/orders", order_of(product)).status_code == 202

    assert len(customer.orders()) == 2


def test_an_unreasonable_key_is_refused(customer: Customer, product: Json) -> None:
    for key in ("with space", "x" * 256):
        assert_problem(customer.place(product, key=key), 400)
    assert customer.orders() == []
