"""Every table that is registered has a list, and a page for each of its rows."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from product.backoffice.models import StaffMember
from product.catalogue.models import Category, Product
from product.messaging import inbox
from product.webhooks.services import register_endpoint
from servicekit.messaging import Delivery
from servicekit.money import CURRENCIES
from tests.product.factories import make_order
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import user_id_of
from tests.russian import untranslated

REGISTERED: list[type[Model]] = sorted(admin.site._registry, key=lambda model: model._meta.label)
APPS = sorted({model._meta.app_label for model in REGISTERED})


@pytest.fixture
def one_of_each(clerk: Browser) -> None:
    register_endpoint(url="https://receiver.example/hook", event_types=["order.placed"])
    make_order()
    inbox.park(Delivery("product.payments", b"not json", "m-1", "payment.succeeded", {}), "not_json", "")
    grace = StaffMember.objects.create(id=user_id_of("grace"), username="grace")
    admin.models.LogEntry.objects.log_actions(grace.pk, Category.objects.all(), admin.models.CHANGE, "moved")


def data() -> list[str]:
    """What the rows hold, as somebody wrote it."""
    named = [str(row) for model in (Category, Product) for row in model.objects.all()]
    return [*named, *CURRENCIES, "grace", "moved", "not json", '"wallet"']


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_speaks_russian(clerk: Browser, model: Any) -> None:
    name, row = f"admin:{model._meta.app_label}_{model._meta.model_name}", model._default_manager.first()
    paths = [reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete")]
    paths += [reverse(f"{name}_{page}") for page in ("changelist", "add")]

    pages = {path: clerk.open(path, headers={"Accept-Language": "ru"}) for path in paths}

    assert {page.status for page in pages.values()} <= {200, 403}
    assert {path: texts for path, page in pages.items() if (texts := untranslated(page.html, data=data()))} == {}


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("path", ["/admin/", *(f"/admin/{app}/" for app in APPS)])
def test_front_pages_speak_russian(clerk: Browser, path: str) -> None:
    page = clerk.open(path, headers={"Accept-Language": "ru"})

    assert page.status == 200
    assert untranslated(page.html, data=data()) == []


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_opens(clerk: Browser, model: Any) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model._default_manager.first()

    found = clerk.open(reverse(f"{name}_changelist"))
    shown = clerk.open(reverse(f"{name}_change", args=[row.pk]))

    assert (found.status, shown.status) == (200, 200)
    assert reverse(f"{name}_change", args=[row.pk]) in found.links
    assert str(model._meta.verbose_name_plural).capitalize() in shown.text


def test_the_front_page_leads_to_all_of_them_in_proper_plurals(clerk: Browser) -> None:
    page = clerk.open("/admin/")

    for plural in ("Categories", "Products", "Parked messages", "Webhook deliveries", "Log entries"):
        assert plural in page.text
