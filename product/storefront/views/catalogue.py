"""The shop window: the front page, the catalogue, one product. Whatever a visitor chose stands in the address."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from product.catalogue import queries
from product.catalogue.queries import ProductFilter
from product.storefront.departments import departments
from product.storefront.filters import CatalogueFilters
from product.storefront.forms import MAX_QUANTITY
from servicekit.problems import ValidationFailed

PAGE_SIZE = 24
_FEATURED = 8
_SUGGESTED = 6
_RELATED = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    featured = queries.list_products(ProductFilter(in_stock=True), limit=_FEATURED).items
    hero = next((product for product in featured if product.images.all()), None)
    context = {"departments": departments(), "featured": featured, "hero": hero}
    return render(request, "storefront/home.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """For the search field, while somebody types: the best few, to go to at once."""
    filters = CatalogueFilters.of(request.GET)
    found = queries.suggest_products(filters.search, limit=_SUGGESTED) if len(filters.search) > 1 else []
    prefetch_related_objects(found, "images")
    return render(request, "storefront/parts/suggestions.html", {"products": found, "filters": filters})


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
        "kept_by_filters": filters.others_than("min_price", "max_price", "in_stock"),
        "products": page.items,
        "previous_href": page.previous_cursor and filters.href(cursor=page.previous_cursor),
        "next_href": page.next_cursor and filters.href(cursor=page.next_cursor),
    }
    return render(request, "storefront/catalogue.html", context)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.get_product(slug)
    related = queries.related_products(found, limit=_RELATED)
    context = {
        "product": found,
        "related": related,
        "max_quantity": min(found.stock.on_hand, MAX_QUANTITY),
        "back_to": request.path,
    }
    return render(request, "storefront/product.html", context)
