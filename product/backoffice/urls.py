"""Addresses of the back office's pages, below /backoffice/."""

from django.urls import include, path

from product.backoffice.views import today

app_name = "backoffice"
urlpatterns = [
    path("", today.today, name="today"),
    path("operations", include("product.backoffice.operations.urls")),
]
