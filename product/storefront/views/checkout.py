"""The last look before buying, and the one button that buys."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from product.catalogue.errors import OutOfStock
from product.catalogue.models import Product
from product.catalogue.prices import Price
from product.catalogue.queries import get_product
from product.clients import payment
from product.orders.errors import PriceChanged
from product.storefront import sessions
from product.storefront.forms import BuyForm, ConfirmForm
from product.storefront.lines import line_of_product
from product.storefront.navigation import to_sign_in
from product.storefront.purchase import buy_once
from servicekit.idempotency import IdempotencyKeyInUse, IdempotencyKeyReused
from servicekit.ids import new_id
from servicekit.tokens import Principal


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """GET shows what is about to be bought and issues the key; POST buys it, once per key."""
    form = ConfirmForm(request.POST) if request.method == "POST" else BuyForm(request.GET)
    if not form.is_valid():
        return HttpResponseRedirect(_product_path(form))
    principal = sessions.shopper(request)
    if principal is None:
        return to_sign_in(request, back_to=_checkout_path(form))
    if isinstance(form, ConfirmForm):
        return _buy(request, principal, form)
    product = get_product(form.cleaned_data["product"])
    return _page(request, principal, product, form.cleaned_data["quantity"], key=new_id())


def _buy(request: HttpRequest, principal: Principal, form: ConfirmForm) -> HttpResponse:
    """Place the order; or show the page again, with the same key, when it is not what the buyer agreed to."""
    wanted = form.cleaned_data
    try:
        path = buy_once(
            user_id=principal.user_id,
            product_id=wanted["product"],
            quantity=wanted["quantity"],
            expected_total=Price(wanted["agreed_total"], wanted["currency"]),
            key=wanted["key"],
        )
    except IdempotencyKeyInUse:
        return HttpResponseRedirect(reverse("storefront:orders"))
    except IdempotencyKeyReused:
        return HttpResponseRedirect(_checkout_path(form))
    except PriceChanged:
        notice = _("The price has changed since you opened this page. Please look at the new total.")
    except OutOfStock:
        notice = _("Somebody was faster: there are not as many left as you wanted.")
    else:
        return HttpResponseRedirect(path)
    product = get_product(wanted["product"])
    return _page(request, principal, product, wanted["quantity"], key=wanted["key"], notice=notice, status=409)


def _page(
    request: HttpRequest,
    principal: Principal,
    product: Product,
    wanted: int,
    *,
    key: UUID,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    available = product.stock.on_hand
    line = line_of_product(product, min(wanted, available))
    if available < wanted and not notice:
        notice = _("There are not as many left as you wanted.")
    balance_minor = _balance_minor(request, principal, product.currency)
    context = {
        "product": product,
        "lines": [line],
        "line": line,
        "key": key,
        "notice": notice,
        "balance_minor": balance_minor,
        "left_minor": None if balance_minor is None else balance_minor - line.total_minor,
    }
    return render(request, "storefront/checkout.html", context, status=status)


def _balance_minor(request: HttpRequest, principal: Principal, currency: str) -> int | None:
    """What the buyer has; None while payment does not say. It is told for comfort: payment decides, after the order."""
    try:
        wallets = payment.list_wallets(user_id=principal.user_id, access_token=sessions.access_token(request))
    except payment.PaymentAway:
        return None
    return next((wallet.balance_minor for wallet in wallets if wallet.currency == currency), None)


def _checkout_path(form: BuyForm | ConfirmForm) -> str:
    wanted = {name: form.cleaned_data[name] for name in ("product", "quantity")}
    return f"{reverse('storefront:checkout')}?{urlencode(wanted)}"


def _product_path(form: BuyForm | ConfirmForm) -> str:
    """For a form that makes no sense, such as one about no pieces at all."""
    slug: Any = form.cleaned_data.get("product")
    is_known = slug and isinstance(form, BuyForm)
    return reverse("storefront:product", args=[slug]) if is_known else reverse("storefront:catalogue")
