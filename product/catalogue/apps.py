from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "product.catalogue"
    label = "catalogue"
