"""How a day, or a month, went: its orders and revenue slot by slot, with the slots in which nothing happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from product.backoffice.chart import Chart, Value, bar_chart
from product.backoffice.numbers import hour, number, share, short_day
from product.orders.figures import Tally, tally_orders
from product.storefront import formats

_DAYS = 30


class Money(NamedTuple):
    minor: int
    currency: str


@dataclass(slots=True)
class Figures:
    """Of a slot, or of all of them together."""

    placed: int = 0
    declined: int = 0
    paid_by_currency: dict[str, int] = field(default_factory=dict)
    revenue_by_currency: dict[str, int] = field(default_factory=dict)

    def add(self, tally: Tally) -> None:
        self.placed += tally.placed
        self.declined += tally.declined
        for amounts, more in ((self.paid_by_currency, tally.paid), (self.revenue_by_currency, tally.revenue_minor)):
            amounts[tally.currency] = amounts.get(tally.currency, 0) + more

    @property
    def revenue(self) -> list[Money]:
        """By currency, the shop's own first."""
        found = {settings.CURRENCY: 0} | self.revenue_by_currency
        return [Money(minor, currency) for currency, minor in found.items()]

    @property
    def average(self) -> list[Money]:
        """What an order that was paid has brought; of currencies in which any was."""
        return [
            Money(round(self.revenue_by_currency[currency] / paid), currency)
            for currency, paid in self.paid_by_currency.items()
            if paid
        ]

    @property
    def failure_rate(self) -> str:
        return share(self.declined, self.placed)


class Slot(NamedTuple):
    when: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Course:
    """`slots` in the order of time, and what they come to."""

    slots: list[Slot]
    total: Figures

    @classmethod
    def of(cls, tallies: Iterable[Tally], begins: list[datetime], label: Callable[[datetime], str]) -> Self:
        found = {moment: Figures() for moment in begins}
        total = Figures()
        for tally in tallies:
            found.setdefault(tally.begins_at, Figures()).add(tally)
            total.add(tally)
        return cls([Slot(label(moment), figures) for moment, figures in sorted(found.items())], total)

    @property
    def charts(self) -> list[Chart]:
        return [self._orders, *(self._revenue(money.currency) for money in self.total.revenue), self._failures]

    @property
    def _orders(self) -> Chart:
        values = [
            Value(when, of.placed, ngettext("%(count)s order", "%(count)s orders", of.placed) % {"count": of.placed})
            for when, of in self.slots
        ]
        return bar_chart(_("Orders"), values, highest=number(max(value.value for value in values)))

    def _revenue(self, currency: str) -> Chart:
        amounts = [(when, of.revenue_by_currency.get(currency, 0)) for when, of in self.slots]
        values = [Value(when, minor, formats.money(minor, currency)) for when, minor in amounts]
        highest = max(minor for _when, minor in amounts)
        title = _("Revenue, %(currency)s") % {"currency": currency}
        return bar_chart(title, values, highest=formats.money(highest, currency))

    @property
    def _failures(self) -> Chart:
        """In tenths of a percent."""
        rates = [(when, round(1000 * of.declined / of.placed) if of.placed else 0) for when, of in self.slots]
        values = [Value(when, rate, share(rate, 1000)) for when, rate in rates]
        return bar_chart(_("Payments declined"), values, highest=share(max(rate for _w, rate in rates), 1000))


def day_so_far(now: datetime) -> Course:
    """Today by the hour, in the active time zone: all hours of it, also those to come."""
    midnight = _midnight(now)
    begins = [midnight.replace(hour=number) for number in range(24)]
    return Course.of(tally_orders(unit="hour", placed_from=midnight), begins, hour)


def last_days(now: datetime) -> Course:
    """The last thirty days, today included."""
    today = _midnight(now)
    begins = [today - timedelta(days=back) for back in reversed(range(_DAYS))]
    return Course.of(tally_orders(unit="day", placed_from=begins[0]), begins, short_day)


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
