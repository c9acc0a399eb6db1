from django.apps import AppConfig


class RevocationsConfig(AppConfig):
    name = "product.revocations"
    label = "revocations"
