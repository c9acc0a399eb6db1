"""`python -m bench sign-in|…`: one measurement per subcommand."""

import click

from bench.sign_in import sign_in


@click.group()
def measurements() -> None:
    """Measure the shop."""


measurements.add_command(sign_in)

if __name__ == "__main__":
    measurements()
