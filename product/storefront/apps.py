from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "product.storefront"
    label = "storefront"
