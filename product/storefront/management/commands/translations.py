"""Renew the catalogues of translations from the code and the templates, and compile them."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from product.storefront import translations


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        for language in translations.LANGUAGES:
            catalog = translations.renew(language)
            translations.source_path(language).write_bytes(translations.as_source(catalog))
            translations.compiled_path(language).write_bytes(translations.as_compiled(catalog))
            missing = translations.missing(catalog)
            if missing:
                raise CommandError(f"Not translated into {language}: " + "; ".join(missing))
            self.stdout.write(f"{language}: {len(catalog)} messages")
