"""Pictures of a product in the back office: several at once, described, put in order, removed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from product.catalogue.models import Product
from servicekit.http import MAX_BODY_BYTES
from tests.pictures import make_picture
from tests.product.factories import make_product
from tests.product.storefront.browser import Browser, Page


def png(number: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{number}.png", make_picture("PNG", size=(64 + number, 64)), "image/png")


def address(product: Product) -> str:
    return f"/backoffice/products/{product.pk}"


def upload(clerk: Browser, product: Product, *files: Any) -> Page:
    path = f"{address(product)}/pictures"
    form = clerk.open(address(product)).form(path)
    return Page(clerk.client.post(path, {**form.fields, "pictures": list(files)}, follow=True))


def widths(product: Product) -> list[int]:
    """In the order of the shop."""
    return [image.width for image in product.images.all()]


def press(clerk: Browser, product: Product, width: int, act: str, **values: Any) -> None:
    image = product.images.get(width=width)
    clerk.submit(clerk.open(address(product)).form(f"{address(product)}/pictures/{image.pk}"), act=act, **values)


def test_several_are_added_at_once_behind_one_another(clerk: Browser) -> None:
    product = make_product()

    page = upload(clerk, product, png(1), png(2))

    assert widths(product) == [65, 66]
    assert page.html.count('<div class="picture"><img') >= 2
    assert Product.objects.get().version == product.version + 2


def test_they_are_put_in_order_and_the_first_stands_for_the_product(clerk: Browser) -> None:
    product = make_product()
    upload(clerk, product, png(1), png(2), png(3))

    press(clerk, product, 67, "earlier")
    press(clerk, product, 65, "later")

    assert widths(product) == [67, 65, 66]
    press(clerk, product, 67, "earlier")
    assert widths(product) == [67, 65, 66]


def test_a_picture_is_described_and_removed(clerk: Browser) -> None:
    product = make_product()
    upload(clerk, product, png(1), png(2))

    press(clerk, product, 65, "save", alt="The lamp from the front")
    assert product.images.get(width=65).alt == "The lamp from the front"
    press(clerk, product, 65, "remove")

    assert widths(product) == [66]


def test_those_that_can_be_used_are_kept_and_the_others_told(clerk: Browser) -> None:
    product = make_product()

    page = upload(clerk, product, png(1), SimpleUploadedFile("notes.png", b"no picture", "image/png"))

    assert page.status == 422
    assert "notes.png" in page.text
    assert widths(product) == [65]


def test_more_than_a_page_waits_for_are_refused(clerk: Browser) -> None:
    product = make_product()

    page = upload(clerk, product, *(png(number) for number in range(5)))

    assert "At most 4 pictures at once." in page.text
    assert widths(product) == []


def test_a_picture_may_be_larger_than_other_requests(clerk: Browser) -> None:
    product = make_product()
    large = SimpleUploadedFile("large.png", make_picture("PNG") + b"\0" * MAX_BODY_BYTES, "image/png")

    assert upload(clerk, product, large).status != 413


def test_a_picture_that_is_gone_already_is_no_failure(clerk: Browser) -> None:
    product = make_product()
    upload(clerk, product, png(1))
    image = product.images.get()
    form = clerk.open(address(product)).form(f"{address(product)}/pictures/{image.pk}")
    press(clerk, product, 65, "remove")

    page = clerk.submit(form, follow=True, act="remove")

    assert "gone already" in page.text
    assert page.status == 200


@pytest.mark.parametrize("act", ["", "nonsense"])
def test_an_unknown_act_does_nothing(clerk: Browser, act: str) -> None:
    product = make_product()
    upload(clerk, product, png(1))

    press(clerk, product, 65, act)

    assert widths(product) == [65]
