"""How fast waiting orders are settled through all four hops: relay, payment, relay, product."""

from collections.abc import Iterator

from bench.backlog import place_backlog
from bench.bare_payment import bare_payments_per_second, buyers
from bench.busy_shop import BusyShop, busy_shop
from bench.consistency import violations_of
from bench.private_shop import private_service
from bench.report import Figure
from bench.scale import Scale
from bench.wallet_rows import open_wallets

LEAST_RATIO = 0.5
ORDERS, QUICK_ORDERS = 20_000, 3_000

# From the moment when the first of the orders was published until the last of them was confirmed.
_SECONDS = """
    SELECT extract(epoch FROM (SELECT max(occurred_at) FROM order_events WHERE id > %s AND type = 'paid')
        - (SELECT min(published_at) FROM outbox_events WHERE id > %s AND type = 'order.placed'))
"""


def measure(scale: Scale) -> Iterator[Figure]:
    """In turns with pgbench, which commits payments in a database of its own."""
    orders = QUICK_ORDERS if scale.is_quick else ORDERS
    with private_service("payment", processes=()) as bare, busy_shop() as busy:
        open_wallets(bare.database.app, buyers(), balance_minor=10**9)
        settled_per_second(busy, orders // 10)  # warms up
        turns = [
            (settled_per_second(busy, orders), bare_payments_per_second(bare.database.app, seconds=scale.seconds))
            for _ in range(scale.turns)
        ]
        violations = violations_of(busy.shop)
    ratios = [settled / committed for settled, committed in turns]
    yield Figure.median(ratios, name="confirmed orders per bare payment", unit="", at_least=LEAST_RATIO)
    yield Figure.median([settled for settled, _ in turns], name=f"of {orders:,} waiting orders", unit="confirmed/s")
    yield Figure.median([committed for _, committed in turns], name="payments by pgbench", unit="/s")
    yield violations


def settled_per_second(busy: BusyShop, orders: int) -> float:
    """Stops the pipeline, lets so many orders wait, and starts it."""
    busy.stop_pipeline()
    latest = busy.row("SELECT coalesce(max(id), 0), (SELECT coalesce(max(id), 0) FROM outbox_events) FROM order_events")
    place_backlog(busy.shop.environment, orders)
    busy.start_pipeline()
    busy.wait_until_confirmed()
    (seconds,) = busy.row(_SECONDS, *latest)
    return orders / float(seconds)
