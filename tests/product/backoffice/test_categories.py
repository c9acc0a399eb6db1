"""Categories in the admin: shown as a tree, and changed by the use cases."""

from typing import Any

from django.contrib.admin.models import LogEntry

from product.catalogue.models import Category
from tests.product.backoffice.clicks import token_of
from tests.product.factories import make_category, make_product
from tests.product.storefront.browser import Browser, Form

CATEGORIES = "/admin/catalogue/category/"


def test_shows_categories_as_a_tree(clerk: Browser) -> None:
    lamps = make_category(name="Lamps", position=2)
    make_category(name="Desk lamps", parent=lamps, position=9)
    make_category(name="Chairs", position=1)

    text = clerk.open(CATEGORIES).text

    assert text.index("Chairs") < text.index("Lamps") < text.index("\u2014 Desk lamps")


def category_form(clerk: Browser, page: str, **values: Any) -> Form:
    asked = {"name": "Lamps", "slug": "lamps", "parent": "", "position": "0", "description": ""}
    return Form(page, "post", token_of(clerk, page) | asked | values)


def test_adds_changes_and_deletes_a_category(clerk: Browser) -> None:
    clerk.submit(category_form(clerk, f"{CATEGORIES}add/"))
    category = Category.objects.get()
    page = f"{CATEGORIES}{category.pk}/change/"

    clerk.submit(category_form(clerk, page, name="Lights"))
    assert Category.objects.get().name == "Lights"

    deletion = f"{CATEGORIES}{category.pk}/delete/"
    clerk.submit(Form(deletion, "post", token_of(clerk, deletion) | {"post": "yes"}))
    assert not Category.objects.exists()
    assert LogEntry.objects.count() == 3


def test_a_category_is_never_put_below_itself(clerk: Browser) -> None:
    lamps = make_category(name="Lamps", slug="lamps")
    desk_lamps = make_category(name="Desk lamps", parent=lamps)
    form = category_form(clerk, f"{CATEGORIES}{lamps.pk}/change/", parent=str(desk_lamps.pk))

    page = clerk.submit(form)

    assert "cannot lie below itself" in page.text
    assert Category.objects.get(pk=lamps.pk).parent is None


def test_a_category_in_use_is_kept_and_the_reason_told(clerk: Browser) -> None:
    category = make_product().category
    deletion = f"{CATEGORIES}{category.pk}/delete/"

    page = clerk.submit(Form(deletion, "post", token_of(clerk, deletion) | {"post": "yes"}), follow=True)

    assert "still has products" in page.text
    assert Category.objects.filter(pk=category.pk).exists()
    assert not LogEntry.objects.exists()
