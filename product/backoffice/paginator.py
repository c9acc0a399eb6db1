"""Pages of long lists without counting them."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

if TYPE_CHECKING:
    AnyPaginator = Paginator[Any]  # generic in the stubs only
else:
    AnyPaginator = Paginator

COUNTED_AT_MOST = 10_000


class BoundedPaginator(AnyPaginator):
    """Counts so far and no further: a million orders cost what ten thousand do. The rest is found by searching."""

    @cached_property
    def count(self) -> int:
        return min(self._counted, COUNTED_AT_MOST)

    @property
    def has_uncounted(self) -> bool:
        return self._counted > COUNTED_AT_MOST

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        counted: int = rows.order_by().values("pk")[: COUNTED_AT_MOST + 1].count()
        return counted
