from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "product.webhooks"
    label = "webhooks"
