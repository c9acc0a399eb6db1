"""`/`: the shop for a browser, a description of the service for everyone else."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from product import VERSION
from product.errors import wants_page

DESCRIPTION = {
    "service": "product",
    "version": VERSION,
    "description": "Catalogue, stock and orders of the shop, and its pages.",
    "links": {
        "docs": "/docs",
        "openapi": "/openapi.json",
        "products": "/api/v1/products",
        "categories": "/api/v1/categories",
        "orders": "/api/v1/orders",
        "health": "/health",
        "metrics": "/metrics",
    },
}


@vary_on_headers("Accept")
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Hands a browser on to the page that the storefront keeps at the same address."""
    if not wants_page(request):
        return JsonResponse(DESCRIPTION)
    page = resolve("/", "product.storefront.urls")
    answer: HttpResponse = page.func(request, *page.args, **page.kwargs)
    return answer
