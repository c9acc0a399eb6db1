from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "product.orders"
    label = "orders"
