"""What the shop has told its clients, word for word: the other side of every check that nothing was lost."""

import threading
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """One answer of 2xx to a request that changes something."""

    kind: str
    """order, transfer, refund or top-up."""
    key: str
    id: str
    """Of what was made; for a top-up the key, because the answer names the wallet only."""
    user_id: str
    amount: str = ""
    at: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True)
class Revoked:
    """A token whose session was ended, with a 2xx for the person who ended it."""

    token: str
    at: float = field(default_factory=time.time)


class Journal:
    """Written by all clients at the same time."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.revoked: list[Revoked] = []
        self.strange: list[str] = []
        """Answers that the contract does not know, or that contradict an earlier one."""
        self.tokens: set[str] = set()
        """Secrets that clients were given, and that no log may hold."""
        self.checkouts: list[tuple[float, float]] = []
        """When an order was accepted (monotonic), and how many seconds its client had waited, retries included."""
        self._ids: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def note(self, told: Told) -> None:
        """The first 2xx, or a repeated one, which must name the same (I7)."""
        with self._lock:
            known = self._ids.get((told.kind, told.key))
            if known is None:
                self._ids[told.kind, told.key] = told.id
                self.told.append(told)
            elif known != told.id:
                self.strange.append(f"I7: {told.kind} with key {told.key} was {known} at first, and {told.id} later")

    def note_checkout(self, *, seconds: float) -> None:
        self.checkouts.append((time.monotonic(), seconds))

    def note_strange(self, text: str) -> None:
        with self._lock:
            self.strange.append(text)

    def note_revoked(self, token: str) -> None:
        with self._lock:
            self.revoked.append(Revoked(token))

    def ids(self, kind: str) -> set[str]:
        return {told.id for told in list(self.told) if told.kind == kind}

    def count(self, kind: str) -> int:
        return sum(told.kind == kind for told in list(self.told))
