"""Parameters and ids that make no sense: a problem that names the parameter."""

import pytest

from tests.problems import assert_invalid, assert_problem
from tests.running_shop import RunningShop
from tests.shop_client import Customer

BAD_QUERIES = [
    ("product", "/api/v1/products?min_price=cheap", "min_price"),
    ("product", "/api/v1/products?min_price=-1.00", "min_price"),
    ("product", "/api/v1/products?max_price=1.999", "max_price"),
    ("product", "/api/v1/products?in_stock=perhaps", "in_stock"),
    ("product", "/api/v1/products?ordering=shoe_size", "ordering"),
    ("product", "/api/v1/products?category=no-such-category", "category"),
    ("product", "/api/v1/products?search=a%00b", "search"),
    ("product", "/api/v1/orders?status=happy", "status"),
    ("product", "/api/v1/orders?payment_status=happy", "payment_status"),
    ("product", "/api/v1/orders?user_id=me", "user_id"),
    ("payment", "/api/v1/payments?status=happy", "status"),
    ("payment", "/api/v1/payments?order_id=mine", "order_id"),
    *(
        (service, f"{path}?{query}", query.partition("=")[0])
        for service, path in (
            ("product", "/api/v1/products"), ("product", "/api/v1/orders"), ("payment", "/api/v1/payments"),
        )
        for query in ("cursor=made-up", "limit=0", "limit=101", "limit=many")
    ),
]  # fmt: skip


@pytest.mark.parametrize(("service", "path", "parameter"), BAD_QUERIES)
def test_a_wrong_query_is_refused(shop: RunningShop, service: str, path: str, parameter: str) -> None:
    assert_invalid(shop.staff.get(service, path), parameter)


@pytest.mark.parametrize("made_up_id", ["0", "me", "..%2f..%2fetc", "00000000-0000-0000-0000-00000000000g", "%00"])
@pytest.mark.parametrize(
    ("service", "path"),
    [("product", "/api/v1/orders/"), ("payment", "/api/v1/payments/"), ("payment", "/api/v1/wallets/")],
)
def test_an_id_that_is_none_finds_nothing(customer: Customer, service: str, path: str, made_up_id: str) -> None:
    answer = customer.get(service, path + made_up_id)

    assert answer.status_code in {404, 422}
    assert_problem(answer, answer.status_code)
