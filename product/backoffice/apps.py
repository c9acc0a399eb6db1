from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class BackOfficeConfig(AppConfig):
    name = "product.backoffice"
    label = "backoffice"


class BackOfficeAdminConfig(SimpleAdminConfig):
    """Django's admin app, with our site in the place of its own.

    The simple one: `urls.py` has the pages of all apps looked for, so that only web processes carry them.
    """

    default_site = "product.backoffice.site.BackOfficeSite"
