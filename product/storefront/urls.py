"""Addresses of the pages. `/` itself is in product/urls.py's care when JSON is asked for."""

from django.urls import path

from product.storefront.views import accounts, catalogue, checkout, orders

app_name = "storefront"
urlpatterns = [
    path("", catalogue.catalogue, name="catalogue"),
    path("products/<slug:slug>", catalogue.product, name="product"),
    path("register", accounts.register, name="register"),
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-out", accounts.sign_out, name="sign-out"),
    path("checkout", checkout.checkout, name="checkout"),
    path("orders", orders.my_orders, name="orders"),
    path("orders/<uuid:order_id>", orders.order, name="order"),
    path("orders/<uuid:order_id>/progress", orders.order_progress, name="order-progress"),
]
