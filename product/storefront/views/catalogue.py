"""The shop window: the catalogue and one product. Whatever a visitor chose stands in the address."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from product.catalogue import queries
from product.storefront.filters import CatalogueFilters
from product.storefront.forms import MAX_QUANTITY
from servicekit.problems import ValidationFailed

PAGE_SIZE = 24


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    filters = CatalogueFilters.of(request.GET)
    try:
        page = queries.list_products(filters.wanted(), cursor=filters.cursor or None, limit=PAGE_SIZE)
    except ValidationFailed:
        # The cursor of another list, or of the time before the secret key changed.
        return HttpResponseRedirect(request.path + filters.href())
    categories = [node.category for node in queries.category_tree()]
    context = {
        "filters": filters,
        "category": queries.get_category(filters.category) if filters.category else None,
        "category_links": filters.category_links(categories),
        "ordering_links": filters.ordering_links(),
        "products": page.items,
        "previous_href": page.previous_cursor and filters.href(cursor=page.previous_cursor),
        "next_href": page.next_cursor and filters.href(cursor=page.next_cursor),
    }
    return render(request, "storefront/catalogue.html", context)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.get_product(slug)
    context = {"product": found, "max_quantity": min(found.stock.on_hand, MAX_QUANTITY), "back_to": request.path}
    return render(request, "storefront/product.html", context)
