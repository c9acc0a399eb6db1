from django.apps import AppConfig


class CartConfig(AppConfig):
    name = "product.cart"
    label = "cart"
