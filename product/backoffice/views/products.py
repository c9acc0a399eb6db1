"""The catalogue in staff's hands: finding products, changing what they are, adding and taking out."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from product.backoffice.access import staff_only
from product.backoffice.log import ADDITION, DELETION, log_act
from product.backoffice.product_forms import NewProductForm, PictureForm, PicturesForm, ProductForm
from product.backoffice.refusals import told
from product.backoffice.views.stock import row_of
from product.catalogue import queries, services
from product.catalogue.errors import ProductChanged, SkuTaken, SlugTaken
from product.catalogue.etags import ProductState
from product.catalogue.models import Product
from product.catalogue.queries import ProductFilter
from servicekit.principal import Principal
from servicekit.problems import Problem, ValidationFailed

_PAGE_SIZE = 24
_SHOWN: Mapping[str, tuple[Promise, bool | None]] = {
    "all": (gettext_lazy("All"), None),
    "for_sale": (gettext_lazy("For sale"), True),
    "hidden": (gettext_lazy("Hidden"), False),
}
_FIELDS: Mapping[type[Problem], str | None] = {SkuTaken: "sku", SlugTaken: "slug", ProductChanged: None}
"""At which field a refusal is told."""


@require_safe
@staff_only
def products(request: HttpRequest, principal: Principal) -> HttpResponse:  # noqa: ARG001
    """By the shop's own search; hidden ones too."""
    search = request.GET.get("search", "").replace("\x00", "").strip()[:200]
    shown = request.GET.get("shown", "") if request.GET.get("shown") in _SHOWN else "all"
    chosen = {"search": search, "shown": shown}
    wanted = ProductFilter(search=search or None, is_active=_SHOWN[shown][1])
    try:
        page = queries.list_products(wanted, cursor=request.GET.get("cursor") or None, limit=_PAGE_SIZE)
    except ValidationFailed:
        return HttpResponseRedirect(f"{request.path}?{urlencode(chosen)}")
    context = {
        "products": page.items,
        "search": search,
        "choices": [(name, words, name == shown) for name, (words, _is_active) in _SHOWN.items()],
        "shown": shown,
        "previous_href": page.previous_cursor and f"?{urlencode(chosen | {'cursor': page.previous_cursor})}",
        "next_href": page.next_cursor and f"?{urlencode(chosen | {'cursor': page.next_cursor})}",
    }
    return render(request, "backoffice/products.html", context)


@require_http_methods(["GET", "POST"])
@staff_only
def new_product(request: HttpRequest, principal: Principal) -> HttpResponse:
    form = NewProductForm(request.POST or None, initial={"currency": settings.CURRENCY})
    if form.is_valid():
        try:
            made = services.create_product(new=form.new_product(), actor_id=principal.user_id)
        except (SkuTaken, SlugTaken) as refusal:
            _refuse(form, refusal)
        else:
            log_act(principal, made, gettext_noop("Added."), flag=ADDITION)
            messages.success(request, _("The product is in the catalogue. Add its pictures now."))
            return HttpResponseRedirect(reverse("backoffice:product", args=[made.pk]))
    return render(request, "backoffice/new_product.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_only
def product(request: HttpRequest, principal: Principal, product_id: UUID) -> HttpResponse:
    """A form that lay open while somebody else was quicker is refused, as it was filled in."""
    found = queries.get_product(product_id, include_hidden=True)
    form = ProductForm(request.POST or None, initial=ProductForm.values_of(found))
    if form.is_valid() and _change(principal, found, form):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(request.path)
    return product_page(request, found, form=form, status=422 if form.errors else 200)


@require_POST
@staff_only
def delete_product(request: HttpRequest, principal: Principal, product_id: UUID) -> HttpResponse:
    """One that was ordered is kept for its orders, and gone from the shop."""
    found = queries.get_product(product_id, include_hidden=True)
    services.delete_product(product_id=product_id)
    log_act(principal, found, gettext_noop("Taken out of the catalogue."), flag=DELETION)
    messages.success(request, _("%(name)s is out of the catalogue.") % {"name": found.name})
    return HttpResponseRedirect(reverse("backoffice:products"))


def product_page(
    request: HttpRequest,
    found: Product,
    *,
    form: ProductForm | None = None,
    pictures_form: PicturesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    address = reverse("backoffice:product", args=[found.pk])
    context = {
        "product": found,
        "form": form or ProductForm(initial=ProductForm.values_of(found)),
        "pictures": [(image, PictureForm.of(image)) for image in found.images.all()],
        "pictures_form": pictures_form or PicturesForm(),
        "row": row_of(found, back_to=address),
    }
    return render(request, "backoffice/product.html", context, status=status)


def _change(principal: Principal, found: Product, form: ProductForm) -> bool:
    """Only the version counts, and not the pieces, which are counted and never set."""
    seen = ProductState(form.cleaned_data["shown_version"] or 0, on_hand=0)
    changes = form.changes()
    try:
        if changes:
            services.change_product(product_id=found.pk, actor_id=principal.user_id, changes=changes, expected=[seen])
            log_act(principal, found, gettext_noop("Changed: %(fields)s."), fields=", ".join(sorted(changes)))
    except (SkuTaken, SlugTaken, ProductChanged) as refusal:
        _refuse(form, refusal)
    return form.is_valid()


def _refuse(form: ProductForm, refusal: Problem) -> None:
    form.add_error(_FIELDS[type(refusal)], told(refusal))
