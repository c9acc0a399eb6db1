"""A guest's cart in the session, and how it becomes the customer's at sign-in."""

from typing import Any

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError

from product.cart import guest, queries, services
from product.cart.contents import Availability
from product.cart.errors import CartFull
from product.cart.guest import GuestCart
from product.cart.models import MAX_ITEMS
from product.catalogue.errors import OutOfStock, ProductNotFound
from product.catalogue.models import Product, Stock
from servicekit.principal import Principal
from tests.product.factories import make_product


@pytest.fixture
def session(db: None) -> SessionStore:
    return SessionStore()


def as_stored(session: SessionBase) -> GuestCart:
    """The cart as the next request finds it."""
    session.save()
    return GuestCart(SessionStore(session.session_key))


def quantities(cart: GuestCart) -> list[tuple[str, int]]:
    return [(line.product.name, line.quantity) for line in cart.show().lines]


def own_quantities(customer: Principal) -> list[tuple[str, int]]:
    return [(line.product.name, line.quantity) for line in queries.get_cart(user_id=customer.user_id).lines]


def test_lasts_from_request_to_request(session: SessionStore) -> None:
    mug, lamp = make_product(name="Mug"), make_product(name="Lamp")

    cart = GuestCart(session)
    cart.put_item(product_id=mug.pk, quantity=2)
    cart.put_item(product_id=lamp.pk, quantity=1)
    cart.put_item(product_id=mug.pk, quantity=3)

    assert quantities(as_stored(session)) == [("Mug", 3), ("Lamp", 1)]
    assert as_stored(session).count_pieces() == 4


def test_things_can_be_taken_out(session: SessionStore) -> None:
    mug = make_product()
    cart = GuestCart(session)
    cart.put_item(product_id=mug.pk, quantity=2)

    cart.remove_item(product_id=mug.pk)
    cart.remove_item(product_id=mug.pk)

    assert quantities(as_stored(session)) == []


def test_follows_the_rules_of_every_cart(session: SessionStore) -> None:
    cart = GuestCart(session)

    with pytest.raises(OutOfStock):
        cart.put_item(product_id=make_product(on_hand=1).pk, quantity=2)
    with pytest.raises(ProductNotFound):
        cart.put_item(product_id=make_product(is_active=False).pk, quantity=1)
    for product in [make_product() for _ in range(MAX_ITEMS)]:
        cart.put_item(product_id=product.pk, quantity=1)
    with pytest.raises(CartFull):
        cart.put_item(product_id=make_product().pk, quantity=1)

    assert len(as_stored(session).wishes) == MAX_ITEMS


def test_says_once_that_a_price_has_changed(session: SessionStore) -> None:
    product = make_product(price_minor=1000)
    cart = GuestCart(session)
    cart.put_item(product_id=product.pk, quantity=1)
    Product.objects.update(price_minor=1100)

    (first,), (second,) = as_stored(session).show().lines, as_stored_twice(session).show().lines

    assert first.previous_price is not None
    assert first.previous_price.minor == 1000
    assert (first.price.minor, second.price.minor) == (1100, 1100)


def as_stored_twice(session: SessionStore) -> GuestCart:
    shown = as_stored(session)
    shown.show()
    return as_stored(shown._session)


def test_at_sign_in_the_larger_quantity_counts(session: SessionStore, customer: Principal) -> None:
    mug, lamp, vase = (make_product(name=name) for name in ("Mug", "Lamp", "Vase"))
    for product, quantity in ((mug, 2), (lamp, 5)):
        services.put_item(user_id=customer.user_id, product_id=product.pk, quantity=quantity)
    cart = GuestCart(session)
    for product, quantity in ((vase, 1), (lamp, 3), (mug, 4)):
        cart.put_item(product_id=product.pk, quantity=quantity)

    cart.hand_over(user_id=customer.user_id)

    assert own_quantities(customer) == [("Mug", 4), ("Lamp", 5), ("Vase", 1)]
    assert quantities(as_stored(session)) == []


def test_handing_over_twice_changes_nothing_more(session: SessionStore, customer: Principal) -> None:
    cart = GuestCart(session)
    cart.put_item(product_id=make_product(name="Mug").pk, quantity=2)
    wishes = cart.wishes

    for _ in range(2):
        services.merge_wishes(user_id=customer.user_id, wishes=wishes)

    assert own_quantities(customer) == [("Mug", 2)]


def test_no_more_is_taken_over_than_there_is(session: SessionStore, customer: Principal) -> None:
    scarce, gone = make_product(name="Scarce"), make_product(name="Gone")
    cart = GuestCart(session)
    for product in (scarce, gone):
        cart.put_item(product_id=product.pk, quantity=9)
    Stock.objects.filter(product=scarce).update(on_hand=4)
    Stock.objects.filter(product=gone).update(on_hand=0)

    cart.hand_over(user_id=customer.user_id)

    merged = queries.get_cart(user_id=customer.user_id).lines
    assert own_quantities(customer) == [("Scarce", 4), ("Gone", 1)]
    assert [line.availability for line in merged] == [Availability.AVAILABLE, Availability.OUT_OF_STOCK]


def test_the_prices_that_the_guest_saw_are_remembered(session: SessionStore, customer: Principal) -> None:
    cart = GuestCart(session)
    cart.put_item(product_id=make_product(price_minor=1000).pk, quantity=1)
    Product.objects.update(price_minor=1100)

    cart.hand_over(user_id=customer.user_id)

    (line,) = services.show_cart(user_id=customer.user_id).lines
    assert line.previous_price is not None
    assert line.previous_price.amount == "10.00"


def test_what_finds_no_room_is_left_out(session: SessionStore, customer: Principal) -> None:
    for product in [make_product() for _ in range(MAX_ITEMS - 1)]:
        services.put_item(user_id=customer.user_id, product_id=product.pk, quantity=1)
    cart = GuestCart(session)
    for name in ("Fits", "Does not"):
        cart.put_item(product_id=make_product(name=name).pk, quantity=1)

    cart.hand_over(user_id=customer.user_id)

    assert [name for name, _ in own_quantities(customer)][MAX_ITEMS - 1 :] == ["Fits"]


def test_a_merge_that_fails_leaves_the_wishes_for_a_next_try(
    session: SessionStore, customer: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart = GuestCart(session)
    cart.put_item(product_id=make_product(name="Mug").pk, quantity=2)

    def fail(**_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(guest, "merge_wishes", fail)
    cart.hand_over(user_id=customer.user_id)

    assert quantities(as_stored(session)) == [("Mug", 2)]


def test_survives_a_new_session(session: SessionStore) -> None:
    cart = GuestCart(session)
    cart.put_item(product_id=make_product(name="Mug").pk, quantity=2)
    wishes = cart.wishes

    session.flush()
    GuestCart(session).keep(wishes)

    assert quantities(as_stored(session)) == [("Mug", 2)]
