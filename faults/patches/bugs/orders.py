"""Bugs of orders and stock."""

from typing import Any

from faults.patches.bugs.planting import plants


@plants("product.catalogue.stock")
def oversold(stock: Any) -> None:
    """Stock is taken whether there is enough of it or not; below nothing it stays at nothing."""
    stock._RESERVE = stock._RESERVE.replace(
        "on_hand = on_hand - quantity", "on_hand = greatest(on_hand - quantity, 0)"
    ).replace("AND on_hand >= quantity", "")


@plants("product.catalogue.stock")
def stock_never_released(stock: Any) -> None:
    """Orders that are closed keep what they had reserved."""
    move = stock.move
    stock.move = lambda quantities, stock_move: (
        None if stock_move is stock.StockMove.RELEASE else move(quantities, stock_move)
    )


@plants("product.orders.idempotency")
def key_not_kept(idempotency: Any) -> None:
    """The answer is not stored, and the same request makes another order."""
    idempotency._store = lambda request, answer: None


@plants("django.db.backends.base.base")
def failed_commit_is_success(base: Any) -> None:
    """The answer to a COMMIT is not looked at."""
    commit = base.BaseDatabaseWrapper._commit

    def commit_and_hope(self: Any) -> None:
        try:
            commit(self)
        except Exception:
            self.close_if_unusable_or_obsolete() if not self.in_atomic_block else None

    base.BaseDatabaseWrapper._commit = commit_and_hope


@plants("product.orders.changes")
def timeline_has_gaps(changes: Any) -> None:
    """A move is written down as if nothing had moved."""
    entry = changes.timeline_entry

    def stale_copy(order: Any, entry_type: str, **rest: Any) -> Any:
        made = entry(order, entry_type, **rest)
        if entry_type == "paid":
            made.status = "pending"
        return made

    changes.timeline_entry = stale_copy
