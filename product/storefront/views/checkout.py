"""The last look before buying, and the one button that buys."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from product.cart.errors import CartEmpty
from product.catalogue.errors import OutOfStock, ProductsUnavailable
from product.catalogue.prices import Price
from product.orders.buyers import require_confirmed_email
from product.orders.errors import PriceChanged
from product.storefront import sessions
from product.storefront.balances import balance_minor
from product.storefront.forms import BuyForm, ConfirmForm
from product.storefront.navigation import to_sign_in
from product.storefront.payment_methods import chosen_method, payment_choices
from product.storefront.purchase import Purchase, SingleProduct, buy_once, order_path, purchase_of
from servicekit.idempotency import IdempotencyKeyInUse, IdempotencyKeyReused
from servicekit.ids import new_id
from servicekit.principal import Principal


@never_cache
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """GET shows what is about to be bought and issues the key; POST buys it, once per key.

    "Buy now" issued the key beforehand, in the address: whoever comes back to it, or reloads it, finds their order.
    """
    form = _form(request)
    if form and not form.is_valid():
        return HttpResponseRedirect(_product_path(form))
    purchase = purchase_of(form)
    principal = sessions.buyer(request)
    if principal is None:
        return to_sign_in(request, back_to=_address(request, purchase, form))
    if isinstance(form, ConfirmForm):
        return _buy(request, principal, purchase, form)
    key = form.cleaned_data["key"] if form else None
    if key and (path := order_path(user_id=principal.user_id, key=key)):
        messages.info(request, _("You have just ordered this: here it is. To order it again, go back to its page."))
        return HttpResponseRedirect(path)
    return _page(request, principal, purchase, key=key or new_id())


def _address(request: HttpRequest, purchase: Purchase, form: BuyForm | ConfirmForm | None) -> str:
    """Of this checkout, with its key."""
    if isinstance(form, ConfirmForm) and isinstance(purchase, SingleProduct):
        return f"{purchase.checkout_path}&key={form.cleaned_data['key']}"
    return request.get_full_path() if request.method == "GET" else purchase.checkout_path


def _form(request: HttpRequest) -> BuyForm | ConfirmForm | None:
    """None for a look at the cart's checkout."""
    if request.method == "POST":
        return ConfirmForm(request.POST)
    return BuyForm(request.GET) if request.GET else None


def _buy(request: HttpRequest, principal: Principal, purchase: Purchase, form: ConfirmForm) -> HttpResponse:
    """Place the order; or show the page again, with the same key, when it is not what the buyer agreed to."""
    require_confirmed_email(principal)
    agreed, key = form.cleaned_data, form.cleaned_data["key"]
    expected_total = Price(agreed["agreed_total"], agreed["currency"])
    try:
        path = buy_once(
            user_id=principal.user_id,
            purchase=purchase,
            expected_total=expected_total,
            payment_method=chosen_method(request.POST),
            key=key,
        )
    except IdempotencyKeyInUse:
        return HttpResponseRedirect(reverse("storefront:orders"))
    except IdempotencyKeyReused:
        return HttpResponseRedirect(purchase.checkout_path)
    except CartEmpty:
        messages.info(request, _("Your cart was ordered already, in another window it seems. Here is the order."))
        return HttpResponseRedirect(reverse("storefront:orders"))
    except PriceChanged:
        notice = _("The price has changed since you opened this page. Please look at the new total.")
    except (OutOfStock, ProductsUnavailable):
        notice = _("Somebody was faster: there are not as many left as you wanted.")
    else:
        return HttpResponseRedirect(path)
    return _page(request, principal, purchase, key=key, notice=notice, status=409)


def _page(
    request: HttpRequest, principal: Principal, purchase: Purchase, *, key: UUID, notice: str = "", status: int = 200
) -> HttpResponse:
    offer = purchase.offer(user_id=principal.user_id)
    if offer.total is None and not isinstance(purchase, SingleProduct):
        if notice:
            messages.warning(request, notice)
        return HttpResponseRedirect(reverse("storefront:cart"))
    context: dict[str, object] = {
        "lines": offer.lines,
        "total": offer.total,
        "single": offer.lines[0] if isinstance(purchase, SingleProduct) else None,
        "key": key,
        "notice": notice or offer.notice,
    }
    if offer.total:
        context["balance_minor"] = balance = balance_minor(request, principal, offer.total.currency)
        context["left_minor"] = None if balance is None else balance - offer.total.minor
        if balance is not None:  # or payment is away, and would keep the buyer waiting once more
            context["payment_choices"] = payment_choices(request, chosen_method(request.POST))
    return render(request, "storefront/checkout.html", context, status=status)


def _product_path(form: BuyForm | ConfirmForm) -> str:
    """For a form that makes no sense, such as one about no pieces at all."""
    slug: Any = form.cleaned_data.get("product")
    is_known = slug and isinstance(form, BuyForm)
    return reverse("storefront:product", args=[slug]) if is_known else reverse("storefront:catalogue")
