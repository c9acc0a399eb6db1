"""Whether anything was lost: what clients were told against what is in the databases, and every invariant at rest."""

import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx2

from faults import probes
from faults.breakable_shop import BreakableShop
from faults.fault import Scene
from faults.journal import Journal
from tests.invariants import Violation
from tests.rest import unrest, violations_at_rest
from tests.shop_client import PASSWORD

_LOOKS = 4
_BETWEEN_LOOKS_SECONDS = 3
_WORD = re.compile(r"[A-Za-z0-9_.\-]{16,}")

_MADE = {
    "order": ("product", "SELECT id::text, NULL FROM orders WHERE user_id = ANY(%s::uuid[])"),
    "transfer": ("payment", "SELECT id::text, amount_minor FROM transfers WHERE sender_user_id = ANY(%s::uuid[])"),
    "refund": (
        "payment",
        """
        SELECT refunds.id::text, refunds.amount_minor FROM refunds JOIN payments ON payments.id = payment_id
        WHERE reason = 'staff' AND user_id = ANY(%s::uuid[])
        """,
    ),
    "top-up": (
        "payment",
        """
        SELECT reference, entry.amount_minor FROM wallets JOIN ledger_entries AS entry ON entry.account_id = wallets.id
        JOIN ledger_transactions ON ledger_transactions.id = transaction_id
        WHERE reference LIKE 'topup:%%' AND user_id = ANY(%s::uuid[])
        """,
    ),
    "user": ("auth", "SELECT id::text, NULL FROM users WHERE id = ANY(%s::uuid[])"),
}
"""What the load's users have made, as the databases know it: ids as the journal writes them, and amounts."""


class LedgerMemory:
    """Entries of the ledger never change and never vanish: each is remembered from the first time it was seen."""

    def __init__(self) -> None:
        self._seen: dict[int, str] = {}

    def look(self, shop: BreakableShop) -> Iterator[Violation]:
        rows = dict(shop.people.rows("payment", "SELECT id, md5(entry::text) FROM ledger_entries AS entry"))
        for entry_id, digest in self._seen.items():
            if rows.get(entry_id) != digest:
                fate = "changed" if entry_id in rows else "vanished"
                yield Violation("I3", f"ledger entry {entry_id} has {fate}")
        self._seen = rows


def violations_in_the_end(scene: Scene, ledger: LedgerMemory) -> Iterator[Violation]:
    """Once all clients have their last answers. Waits for rest first, 90 s at most."""
    shop, journal = scene.shop, scene.journal
    yield from _strange(journal)
    yield from _not_at_rest(shop, scene.patience.rest_seconds)
    yield from _lasting_violations(scene)
    yield from ledger.look(shop)
    yield from _told_and_made(shop, journal)
    yield from _still_accepted(shop, journal, after_seconds=scene.patience.revoked_seconds)
    yield from probes.violations(shop)
    yield from _secrets_in_the_open(shop, journal)


def _strange(journal: Journal) -> Iterator[Violation]:
    for text in journal.strange:
        number, _, what = text.partition(": ")
        yield Violation(number, what)


def _not_at_rest(shop: BreakableShop, rest_seconds: float) -> Iterator[Violation]:
    deadline = time.monotonic() + rest_seconds
    while left := unrest(shop.people):
        if time.monotonic() > deadline:
            for (order_id,) in left.pop("unanswered", ()):
                yield Violation(
                    "I1", f"order {order_id} has no answer {rest_seconds:.0f} s after the last fault", order_id
                )
            for name, what in left.items():
                yield Violation("I5", f"{name} {rest_seconds:.0f} s after the last fault: {what!r:.500}")
            return
        time.sleep(0.5)


def _lasting_violations(scene: Scene) -> list[Violation]:
    """An order that expires just now disturbs the rest for a moment. What is really wrong stays wrong."""
    for _ in range(_LOOKS - 1):
        if not (found := list(violations_at_rest(scene.shop.people, parked=scene.poison))):
            return found
        time.sleep(_BETWEEN_LOOKS_SECONDS)
    return list(violations_at_rest(scene.shop.people, parked=scene.poison))


def _told_and_made(shop: BreakableShop, journal: Journal) -> Iterator[Violation]:
    """Exactly what the clients were told of: nothing is missing, nothing was made twice, no amount is another."""
    users = sorted(journal.ids("user"))
    for kind, (service, query) in _MADE.items():
        made = dict(shop.people.rows(service, query, users))
        told = {one.id: one.amount for one in journal.told if one.kind == kind}
        for lost in sorted(told.keys() - made.keys()):
            yield Violation("I8", f"{kind} {lost} was promised, and is not there", lost if kind == "order" else None)
        for extra in sorted(made.keys() - told.keys()):
            yield Violation("I12", f"{kind} {extra} exists, and nobody was told", extra if kind == "order" else None)
        for one in told.keys() & made.keys():
            if told[one] and Decimal(told[one]) * 100 != made[one]:
                yield Violation("I12", f"{kind} {one} was of {told[one]}, and is of {made[one]} minor units")


def _still_accepted(shop: BreakableShop, journal: Journal, *, after_seconds: float) -> Iterator[Violation]:
    """Tokens of sessions that were ended so long ago."""
    if journal.revoked:
        time.sleep(max(0.0, journal.revoked[0].at + after_seconds - time.time()))
    for revoked in journal.revoked:
        if time.time() - revoked.at < after_seconds:
            continue
        bearer = shop.people.bearer_of(revoked.token)
        for service, path in (
            ("product", "/api/v1/orders"),
            ("payment", "/api/v1/wallets"),
            ("auth", "/api/v1/users/me"),
        ):
            answer: httpx2.Response = bearer.get(service, path)
            if answer.status_code != 401:
                yield Violation("I9", f"{service} answers {answer.status_code} to a token that was revoked")


def _secrets_in_the_open(shop: BreakableShop, journal: Journal) -> Iterator[Violation]:
    """In logs, and in the command lines of processes."""
    credentials = shop.machinery.servers.credentials
    secrets = {*credentials.postgres.values(), *credentials.rabbitmq.values(), *credentials.accounts.values(),
               credentials.erlang_cookie, credentials.product_secret_key, *journal.tokens}  # fmt: skip
    for path in shop.logs():
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if PASSWORD in line or any(word in secrets for word in _WORD.findall(line)):
                    yield Violation("I11", f"a secret stands in {path.name}, line {number}")
    for name, pid in shop.machinery.endpoints["pids"].items():
        command = _command_line(pid)
        if any(secret in command for secret in secrets):
            yield Violation("I11", f"a secret stands in the command line of {name}")


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""
