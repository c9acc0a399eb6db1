"""Renew the catalogues of translations from the code and the templates, and compile them."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from product.storefront import translations


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        for app, language in translations.CATALOGUES:
            catalog = translations.renew(app, language)
            translations.source_path(app, language).parent.mkdir(parents=True, exist_ok=True)
            translations.source_path(app, language).write_bytes(translations.as_source(catalog))
            translations.compiled_path(app, language).write_bytes(translations.as_compiled(catalog))
            self.stdout.write(f"{app.name}, {language}: {len(catalog)} messages")
            if missing := translations.missing(catalog):
                raise CommandError(f"Not translated into {language}: " + "; ".join(missing))
