"""Every table that is registered has a list, and a page for each of its rows."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from product.backoffice.models import StaffMember
from product.catalogue.models import Category
from product.catalogue.services.import_jobs import queue_import
from product.messaging import inbox
from product.webhooks.services import register_endpoint
from servicekit.ids import new_id
from servicekit.messaging import Delivery
from tests.product.factories import make_order
from tests.product.storefront.browser import Browser
from tests.product.storefront.fake_services import user_id_of

REGISTERED: list[type[Model]] = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def one_of_each(clerk: Browser) -> None:
    register_endpoint(url="https://receiver.example/hook", event_types=["order.placed"])
    make_order()
    inbox.park(Delivery("product.payments", b"not json", "m-1", "payment.succeeded", {}), "not_json", "")
    queue_import(content=b"Handle\nx\n", actor_id=new_id(), currency="EUR", charset=None)
    grace = StaffMember.objects.create(id=user_id_of("grace"), username="grace")
    admin.models.LogEntry.objects.log_actions(grace.pk, Category.objects.all(), admin.models.CHANGE, "moved")


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

    for plural in ("Categories", "Product imports", "Parked messages", "Webhook deliveries", "Log entries"):
        assert plural in page.text
