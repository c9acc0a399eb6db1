"""The cart: looking into it, putting in, changing, taking out. A guest has one too."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from product.cart.errors import CartFull
from product.catalogue.errors import OutOfStock, ProductNotFound
from product.catalogue.queries import get_product
from product.storefront.carts import VisitorCart, cart_of
from product.storefront.forms import MAX_QUANTITY, BuyForm, QuantityForm
from product.storefront.navigation import to_page
from servicekit.ids import new_id


@never_cache
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    return render(request, "storefront/cart.html", {"cart": cart_of(request).show(), "max_quantity": MAX_QUANTITY})


@require_POST
def add_to_cart(request: HttpRequest) -> HttpResponse:
    """From the page of a product: into the cart, or to the checkout with this alone."""
    form = BuyForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(_product_path(form))
    if "buy" in request.POST:
        return to_page(request, f"{reverse('storefront:checkout')}?{urlencode(form.cleaned_data | {'key': new_id()})}")
    product = get_product(form.cleaned_data["product"])
    visitors_cart = cart_of(request)
    wanted = min(visitors_cart.quantity_of(product.pk) + form.cleaned_data["quantity"], MAX_QUANTITY)
    if _put(request, visitors_cart, product.pk, wanted):
        messages.success(request, _("%(product)s is in your cart.") % {"product": product.name})
    return HttpResponseRedirect(_product_path(form))


@require_POST
def change_item(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Another quantity, or none."""
    form = QuantityForm(request.POST)
    visitors_cart = cart_of(request)
    if "remove" in request.POST or (form.is_valid() and form.cleaned_data["quantity"] == 0):
        visitors_cart.remove_item(product_id=product_id)
    elif form.is_valid():
        _put(request, visitors_cart, product_id, form.cleaned_data["quantity"])
    return HttpResponseRedirect(reverse("storefront:cart"))


def _put(request: HttpRequest, visitors_cart: VisitorCart, product_id: UUID, quantity: int) -> bool:
    """Whether so many are in the cart now; if not, it is said why, and as many as there are go in."""
    try:
        visitors_cart.put_item(product_id=product_id, quantity=quantity)
    except OutOfStock as shortage:
        available = sum(product["available"] for product in shortage.extensions["products"])
        if available:
            visitors_cart.put_item(product_id=product_id, quantity=available)
        messages.warning(request, _shortage_text(available))
    except CartFull:
        messages.warning(request, _("Your cart is full. Order what is in it first."))
    except ProductNotFound:
        messages.warning(request, _("This is not for sale any more."))
    else:
        return True
    return False


def _shortage_text(available: int) -> str:
    if not available:
        return _("Somebody was faster: there are none left.")
    return ngettext(
        "There is only %(count)s left. It is in your cart.",
        "There are only %(count)s left. They are in your cart.",
        available,
    ) % {"count": available}


def _product_path(form: BuyForm) -> str:
    slug = form.cleaned_data.get("product")
    return reverse("storefront:product", args=[slug]) if slug else reverse("storefront:catalogue")
