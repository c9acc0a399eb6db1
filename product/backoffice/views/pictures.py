"""The pictures of a product: several at once, what they show, which comes first. The product's page is the answer."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from product.backoffice.access import staff_only
from product.backoffice.log import log_act
from product.backoffice.product_forms import MAX_UPLOAD_BYTES, PictureForm, PicturesForm
from product.backoffice.views.products import product_page
from product.catalogue import queries, services
from product.catalogue.errors import ImageNotFound, TooManyImages
from product.catalogue.models import Product
from servicekit.principal import Principal


@require_POST
@staff_only
def add_pictures(request: HttpRequest, principal: Principal, product_id: UUID) -> HttpResponse:
    """Those that can be used are added, and the others told of."""
    found, form = queries.get_product(product_id, include_hidden=True), PicturesForm(request.POST, request.FILES)
    added = 0
    if form.is_valid():
        try:
            for picture, smaller in form.converted():
                services.add_image(product_id=product_id, picture=picture, smaller=smaller, alt="", position=None)
                added += 1
        except TooManyImages:
            form.add_error("pictures", _("The product has as many pictures as it can have."))
    if added:
        log_act(principal, found, gettext_noop("Pictures added: %(count)d."), count=added)
    if form.errors:
        return product_page(request, _fresh(found), pictures_form=form, status=422)
    return _back(found)


add_pictures.max_body_bytes = MAX_UPLOAD_BYTES  # type: ignore[attr-defined]


@require_POST
@staff_only
def change_picture(request: HttpRequest, principal: Principal, product_id: UUID, image_id: UUID) -> HttpResponse:
    """What its form's button says. A picture that is gone already is no failure: the page shows what is there."""
    found = queries.get_product(product_id, include_hidden=True)
    act = _act(request, found, image_id)
    try:
        if act is not None:
            act()
            log_act(principal, found, gettext_noop("Changed a picture."))
    except ImageNotFound:
        messages.info(request, _("This picture is gone already."))
    return _back(found)


def _act(request: HttpRequest, found: Product, image_id: UUID) -> Callable[[], object] | None:
    chosen: dict[str, Any] = {"product_id": found.pk, "image_id": image_id}
    move = partial(services.move_image, **chosen)
    acts: dict[str, Callable[[], object]] = {
        "earlier": partial(move, places=-1),
        "later": partial(move, places=1),
        "remove": partial(services.delete_image, **chosen),
    }
    form = PictureForm(request.POST)
    if form.is_valid():
        acts["save"] = partial(services.change_image, **chosen, changes=form.cleaned_data)
    return acts.get(request.POST.get("act", "save"))


def _fresh(found: Product) -> Product:
    return queries.get_product(found.pk, include_hidden=True)


def _back(found: Product) -> HttpResponse:
    return HttpResponseRedirect(reverse("backoffice:product", args=[found.pk]) + "#pictures")
