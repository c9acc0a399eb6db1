"""Which of their orders somebody wants to see, as it stands in the address: states, period, place in the list."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import NamedTuple, Self
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from product.orders.queries import OrderFilter
from product.storefront.wording import PAYMENT_STATUS, STATUS

_PERIODS = {
    "30": _("The last 30 days"),
    "90": _("The last 90 days"),
    "365": _("The last year"),
}
"""By their number of days."""


class Choice(NamedTuple):
    """A drop-down list."""

    name: str
    label: str | Promise
    options: list[tuple[str, str | Promise, bool]]
    """Value, text, and whether it is chosen."""


@dataclass(frozen=True, slots=True)
class ChosenOrders:
    """An empty choice stands for all."""

    status: str = ""
    payment: str = ""
    period: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Self:
        """Read what was chosen or linked. Nonsense counts as not chosen: an address may be old or mistyped."""
        return cls(
            status=_known(parameters.get("status"), STATUS),
            payment=_known(parameters.get("payment"), PAYMENT_STATUS),
            period=_known(parameters.get("period"), _PERIODS),
            cursor=parameters.get("cursor", "")[:2000],
        )

    def wanted(self, *, user_id: UUID) -> OrderFilter:
        """The same for the query of this person's orders."""
        return OrderFilter(
            user_id=user_id,
            status=self.status or None,
            payment_status=self.payment or None,
            placed_from=timezone.now() - timedelta(days=int(self.period)) if self.period else None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.status or self.payment or self.period)

    def href(self, *, cursor: str = "") -> str:
        """The address of another place in the same list; of its beginning without a cursor."""
        return "?" + urlencode({name: value for name, value in (asdict(self) | {"cursor": cursor}).items() if value})

    def choices(self) -> list[Choice]:
        statuses = [(str(value), words.text) for value, words in STATUS.items()]
        payments = [(str(value), words.text) for value, words in PAYMENT_STATUS.items()]
        return [
            _choice("status", _("Order"), statuses, self.status),
            _choice("payment", _("Payment"), payments, self.payment),
            _choice("period", _("Placed in"), _PERIODS.items(), self.period),
        ]


def _choice(name: str, label: str | Promise, options: Iterable[tuple[str, str | Promise]], chosen: str) -> Choice:
    offered = [("", _("All")), *options]
    return Choice(name, label, [(value, text, value == chosen) for value, text in offered])


def _known(value: str | None, known: Iterable[str]) -> str:
    return value if value is not None and value in set(known) else ""
