from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "product.messaging"
    label = "messaging"
