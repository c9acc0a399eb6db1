from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AppConfig):
    name = "product.backoffice"
    label = "backoffice"


class BackOfficeAdminConfig(AdminConfig):
    """Django's admin app, with our site in the place of its own."""

    default_site = "product.backoffice.site.BackOfficeSite"
