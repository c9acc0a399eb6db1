"""The command line of the service: its processes, migrations, the demo catalogue, and Django's own commands."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command. Raises UnsafeConfiguration."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "product.settings")
    execute_from_command_line(["product", *sys.argv[1:]])


if __name__ == "__main__":
    main()
