"""A user's account is deleted: whatever they have not paid is cancelled, a bounded number at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from product.cart.models import CartItem
from product.cart.services import put_item
from product.orders.clock import CHORES, TIDYING
from product.orders.models import DeletedUser, Order
from product.orders.services import cancel_orders_of_deleted_users, forget_deleted_users
from servicekit.contracts import UserDeleted
from servicekit.principal import Principal
from tests.product.factories import failed, make_order, make_principal, make_product, receive, succeeded, voided
from tests.product.records import heaps, is_answer_owed, published, states, timeline

pytestmark = pytest.mark.django_db


def delete(*users: Principal) -> None:
    """Auth tells of it, and the clock comes round."""
    receive(*(UserDeleted(user_id=user.user_id) for user in users))
    cancel_orders_of_deleted_users()


def test_unpaid_orders_are_cancelled_and_payment_is_told(customer: Principal) -> None:
    product = make_product(on_hand=5)
    order = make_order(buyer=customer, product=product, quantity=2)

    delete(customer)

    assert states(order) == ("cancelled", "unpaid")
    assert order.cancellation_reason == "user_deleted"
    assert heaps(product) == (5, 0, 0)
    (event,) = published("order.cancelled")
    assert event.data.reason == "user_deleted"
    (_, cancelled) = order.events.all()
    assert (cancelled.type, cancelled.cause) == ("cancelled", "user.deleted")


def test_their_cart_is_thrown_out_and_no_other(customer: Principal) -> None:
    product, other = make_product(), make_principal()
    for user in (customer, other):
        put_item(user_id=user.user_id, product_id=product.pk, quantity=2)

    delete(customer)

    assert list(CartItem.objects.values_list("user_id", flat=True)) == [other.user_id]


def test_what_is_paid_is_still_shipped(customer: Principal) -> None:
    order = make_order(buyer=customer)
    receive(succeeded(order))

    delete(customer)

    assert states(order) == ("confirmed", "paid")


def test_other_peoples_orders_stay(customer: Principal) -> None:
    order = make_order(buyer=make_principal())

    delete(customer)

    assert states(order) == ("pending", "unpaid")


def test_an_order_placed_afterwards_ends_as_well(customer: Principal) -> None:
    """With a token that is believed for some seconds still."""
    delete(customer)
    order = make_order(buyer=customer)
    receive(failed(order, code="wallet_frozen", message="The wallet is frozen."))

    cancel_orders_of_deleted_users()
    receive(voided(order))

    assert states(order) == ("cancelled", "failed")
    assert not is_answer_owed(order)


def test_a_payment_that_comes_late_is_sent_back(customer: Principal) -> None:
    order = make_order(buyer=customer)
    delete(customer)

    receive(succeeded(order))

    assert timeline(order) == ["placed", "cancelled", "paid_late", "refund_requested"]


def test_many_orders_take_many_transactions(customer: Principal) -> None:
    product = make_product(on_hand=100)
    for _ in range(7):
        make_order(buyer=customer, product=product)
    receive(UserDeleted(user_id=customer.user_id))

    closed = [cancel_orders_of_deleted_users(limit=3) for _ in range(4)]

    assert closed == [3, 3, 1, 0]
    assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}


def test_the_news_may_come_twice(customer: Principal) -> None:
    order = make_order(buyer=customer)

    delete(customer, customer)
    delete(customer)

    assert timeline(order) == ["placed", "cancelled"]
    assert DeletedUser.objects.count() == 1


def test_ids_are_forgotten_when_no_token_can_be_good_any_more(customer: Principal) -> None:
    delete(customer, make_principal())
    DeletedUser.objects.filter(user_id=customer.user_id).update(recorded_at=timezone.now() - timedelta(hours=25))

    assert forget_deleted_users() == 1
    assert not DeletedUser.objects.filter(user_id=customer.user_id).exists()


def test_the_clock_does_both() -> None:
    assert {cancel_orders_of_deleted_users, forget_deleted_users} <= {*CHORES, *TIDYING}
