"""The command line of the service: its processes, migrations, the demo catalogue, and Django's own commands."""

import os
import sys

from django.core.management import execute_from_command_line

from servicekit.settings import UnsafeConfiguration


def main() -> None:
    """Run a command. A fault of the configuration is told in one line, without values."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "product.settings")
    try:
        execute_from_command_line(["product", *sys.argv[1:]])
    except UnsafeConfiguration as error:
        sys.exit(f"product: {error}")


if __name__ == "__main__":
    main()
