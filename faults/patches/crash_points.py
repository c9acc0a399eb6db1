"""Named places in the code of every process, before and after what matters; a process can be made to die in any.

A file of the point's name in the folder FAULTS_CRASH_FOLDER arms it. Who comes there first takes the file away, and
kills itself and its whole process group with SIGKILL.
"""

import inspect
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from faults.patches.after_import import after_import


@dataclass(frozen=True)
class Point:
    """Before or after a call of `function`, given as `module:qualified name`."""

    function: str
    is_after: bool
    poisoned_by: str = ""
    """Nobody comes there unless this service publishes what cannot be processed."""


_COMMIT_BY_SQLALCHEMY = "sqlalchemy.engine.default:DefaultDialect.do_commit"
_COMMIT_BY_DJANGO = "django.db.backends.base.base:BaseDatabaseWrapper._commit"


def _around(place: str, function: str, poisoned_by: str = "") -> dict[str, Point]:
    return {
        f"before-{place}": Point(function, is_after=False, poisoned_by=poisoned_by),
        f"after-{place}": Point(function, is_after=True, poisoned_by=poisoned_by),
    }


def _consumer(commit: str, producer: str) -> dict[str, Point]:
    consumer, processing = "servicekit.messaging.consumer:Consumer", "servicekit.messaging.processing"
    return {
        **_around("inbox", f"{processing}:_accept"),
        **_around("batch", f"{processing}:process_batch"),
        **_around("commit", commit),
        **_around("ack", f"{consumer}._acknowledge"),
        **_around("park", f"{processing}:park", producer),
    }


_RELAY = {
    **_around("claim", "servicekit.outbox.store:OutboxStore.claim"),
    **_around("publish-of-one", "servicekit.outbox.publisher:Publisher._publish_one"),
    "after-confirm": Point("servicekit.outbox.publisher:Publisher.publish", is_after=True),
    "after-mark": Point("servicekit.outbox.store:OutboxStore.mark_published", is_after=True),
}
_PLACES = {
    "auth-web": {
        **_around("commit", _COMMIT_BY_SQLALCHEMY),
        "after-recording": Point("auth.messaging.outbox:record", is_after=True),
    },
    "product-web": {
        **_around("commit", _COMMIT_BY_DJANGO),
        "after-reserving-stock": Point("product.catalogue.stock:reserve", is_after=True),
        "after-recording": Point("product.messaging.outbox:record", is_after=True),
        "after-keeping-answer": Point("product.orders.idempotency:_store", is_after=True),
    },
    "payment-web": {
        **_around("commit", _COMMIT_BY_SQLALCHEMY),
        "after-booking": Point("payment.ledger.services:post", is_after=True),
        "after-recording": Point("payment.messaging.outbox:record", is_after=True),
    },
    "auth-relay": _RELAY,
    "product-relay": _RELAY,
    "payment-relay": _RELAY,
    "product-consumer": _consumer(_COMMIT_BY_DJANGO, "payment"),
    "payment-consumer": _consumer(_COMMIT_BY_SQLALCHEMY, "product")
    | {
        "after-booking": Point("payment.ledger.services:post", is_after=True),
        "after-recording": Point("payment.messaging.outbox:record", is_after=True),
    },
    "product-clock": {
        **_around("commit", _COMMIT_BY_DJANGO),
        "after-asking-again": Point("product.orders.services.upkeep:ask_again", is_after=True),
        "after-expiry": Point("product.orders.services.upkeep:expire_unpaid_orders", is_after=True),
    },
    "payment-clock": {
        **_around("commit", _COMMIT_BY_SQLALCHEMY),
        "before-asking-provider": Point("payment.clock:_ask", is_after=False),
        "after-asking-provider": Point("payment.clock:_ask", is_after=True),
    },
}
POINTS = {f"{process}@{place}": point for process, places in _PLACES.items() for place, point in places.items()}
"""By `<process>@<place>`."""


def install(process: str) -> None:
    """Patch what this process can come to."""
    folder = Path(os.environ["FAULTS_CRASH_FOLDER"])
    for place, point in _PLACES.get(process, {}).items():
        module, _, path = point.function.partition(":")
        after_import(module, _wrapping(path, str(folder / f"{process}@{place}"), is_after=point.is_after))


def _wrapping(path: str, armed: str, *, is_after: bool) -> Callable[[ModuleType], None]:
    def patch(module: ModuleType) -> None:
        owner: Any = module
        *outer, name = path.split(".")
        for part in outer:
            owner = getattr(owner, part)
        original = vars(owner)[name]
        is_static = isinstance(original, staticmethod)
        wrapped = _crashing(original.__func__ if is_static else original, armed, is_after=is_after)
        setattr(owner, name, staticmethod(wrapped) if is_static else wrapped)

    return patch


def _crashing(function: Callable[..., Any], armed: str, *, is_after: bool) -> Callable[..., Any]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if not is_after:
            _crash_if(armed)
        result = function(*args, **kwargs)
        if is_after:
            _crash_if(armed)
        return result

    @wraps(function)
    async def run_async(*args: Any, **kwargs: Any) -> Any:
        if not is_after:
            _crash_if(armed)
        result = await function(*args, **kwargs)
        if is_after:
            _crash_if(armed)
        return result

    return run_async if inspect.iscoroutinefunction(function) else run


def _crash_if(armed: str) -> None:
    if not os.path.exists(armed):  # noqa: PTH110  (comes by thousands of times a second)
        return
    try:
        os.unlink(armed)  # noqa: PTH108
    except FileNotFoundError:
        return
    os.killpg(0, signal.SIGKILL)
