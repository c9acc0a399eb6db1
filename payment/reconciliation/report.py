"""The reconciliation for the person in front of a terminal."""

import time

import click

from payment.reconciliation.findings import REASONS
from payment.reconciliation.queries import Reconciliation


def show(reconciliation: Reconciliation) -> int:
    """Print what is wrong as it is found, and what was looked at. Returns how much was found."""
    started, found = time.monotonic(), 0
    for finding in reconciliation.findings():
        found += 1
        click.echo(f"  {click.style('✗', fg='red')} {click.style(finding.code, bold=True):<24} {finding.subject}")
        click.echo(f"      {REASONS[finding.code]}: {finding.detail}")
    counts = reconciliation.counts
    click.echo(
        f"\n  {counts.orders:,} orders, {counts.payments:,} payments, {counts.entries:,} ledger entries,"
        f" {counts.wallets:,} wallets in {time.monotonic() - started:.1f} s"
    )
    if counts.under_way:
        click.echo(f"  {counts.under_way:,} orders are still under way")
    verdict = click.style(f"✗ {found:,} things are not explained", fg="red")
    click.echo(f"  {verdict if found else click.style('✓ All money and all stock is explained', fg='green')}")
    return found
