"""Every address of the service. The pages have theirs in `storefront/urls.py`."""

from django.urls import include, path

from product.home import home

urlpatterns = [
    path("", home),
    path("", include("product.storefront.urls")),
]

handler400 = "product.errors.bad_request"
handler403 = "product.errors.forbidden"
handler404 = "product.errors.not_found"
handler500 = "product.errors.internal_error"
