"""Products of which few are left, and counting pieces in and out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST, require_safe

from product.backoffice.access import staff_only
from product.backoffice.forms import StockForm
from product.backoffice.log import log_act
from product.catalogue import queries
from product.catalogue.errors import StockTooLow
from product.catalogue.low_stock import low_stock
from product.catalogue.models import Product
from product.catalogue.services import move_stock
from product.orders.idempotency import Answer, KeyedRequest, answer_once
from product.pagination import keyset_page
from product.storefront.navigation import asked_next
from servicekit.idempotency import IdempotencyKeyInUse, fingerprint
from servicekit.principal import Principal
from servicekit.problems import ValidationFailed

FEW = 5
_MOST = 10_000
_PAGE_SIZE = 30


@require_safe
@staff_only
def stock(request: HttpRequest, principal: Principal) -> HttpResponse:  # noqa: ARG001
    """The fewest first."""
    at_most = _at_most(request.GET.get("at_most", ""))
    products = low_stock(at_most=at_most)
    try:
        page = keyset_page(products, ordering="on_hand", cursor=request.GET.get("cursor"), limit=_PAGE_SIZE)
    except ValidationFailed:
        return HttpResponseRedirect(f"{request.path}?at_most={at_most}")
    context = {
        "at_most": at_most,
        "most": _MOST,
        "rows": [row_of(product, back_to=request.get_full_path()) for product in page.items],
        "previous_href": page.previous_cursor and f"?at_most={at_most}&cursor={page.previous_cursor}",
        "next_href": page.next_cursor and f"?at_most={at_most}&cursor={page.next_cursor}",
    }
    return render(request, "backoffice/stock.html", context)


@require_POST
@staff_only
def count_pieces(request: HttpRequest, principal: Principal, product_id: UUID) -> HttpResponse:
    """Right whatever is sold at the same moment, and done once per form."""
    product, form = queries.get_product(product_id, include_hidden=True), StockForm(request.POST)
    if not form.is_valid():
        return _answer(request, product, " ".join(str(words) for errors in form.errors.values() for words in errors))
    quantity = form.cleaned_data["quantity"]
    try:
        answer = answer_once(_keyed(principal, product, form), lambda: _moved(principal, product, quantity))
    except StockTooLow:
        return _answer(request, product, _("There are not so many pieces here: those of orders cannot be taken."))
    except IdempotencyKeyInUse:
        return _answer(request, product, _("This is being done already."))
    if not answer.is_replay:
        log_act(principal, product, gettext_noop("Stock: %(pieces)+d."), pieces=quantity)
    product.stock.refresh_from_db()
    words = ngettext("%(count)s piece counted.", "%(count)s pieces counted.", abs(quantity)) % {
        "count": f"{quantity:+d}"
    }
    return _answer(request, product, words, is_done=True)


def row_of(product: Product, *, back_to: str) -> dict[str, Any]:
    """`back_to`: the page that a browser without htmx returns to."""
    return {"product": product, "form": StockForm(auto_id=f"pieces-{product.pk}-%s"), "back_to": back_to}


def _moved(principal: Principal, product: Product, quantity: int) -> Answer:
    move_stock(product_id=product.pk, actor_id=principal.user_id, quantity=quantity)
    return Answer(201, {})


def _keyed(principal: Principal, product: Product, form: StockForm) -> KeyedRequest:
    """The same form sent again is the same request, whatever its number has been changed to."""
    same = fingerprint("POST", str(product.pk), b"")
    return KeyedRequest(principal.user_id, "backoffice:count-pieces", str(form.cleaned_data["key"]), same)


def _answer(request: HttpRequest, product: Product, words: str, *, is_done: bool = False) -> HttpResponse:
    """The row as it is now, for htmx; the page it came from for a browser without it."""
    if request.headers.get("HX-Request"):
        row = row_of(product, back_to=asked_next(request)) | {"result": words, "is_done": is_done}
        return render(request, "backoffice/parts/stock.html", {"row": row})
    tell = messages.success if is_done else messages.error
    tell(request, f"{product.name}: {words}")
    return HttpResponseRedirect(asked_next(request) or reverse("backoffice:stock"))


def _at_most(text: str) -> int:
    return min(int(text), _MOST) if text.isascii() and text.isdigit() and len(text) < 10 else FEW
