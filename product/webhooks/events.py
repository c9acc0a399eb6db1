"""An event of the contract → what receivers are told of it."""

from typing import Any, Final

from servicekit.contracts import EVENTS, CloudEvent

EVENT_TYPES: Final = tuple(sorted(name for name in EVENTS if name.startswith(("order.", "payment."))))
"""What a receiver can ask for."""
TEST: Final = "webhook.test"

_INTERNAL = {"ledger_transaction_id", "payment_method"}


def public_form(event: CloudEvent[Any]) -> dict[str, Any]:
    """Type, time and data, without what is nobody's business outside: traces, causes, ids of the ledger."""
    return {
        "id": str(event.id),
        "type": event.type,
        "timestamp": event.time.isoformat().replace("+00:00", "Z"),
        "data": event.data.model_dump(mode="json", exclude=_INTERNAL, exclude_none=True),
    }


def fact_of(event: CloudEvent[Any]) -> str:
    """The same for two events that tell of one fact: a question that is asked again, an answer that is repeated."""
    refund = getattr(event.data, "refund_id", None)
    return str(refund) if refund else f"{event.subject}:{getattr(event.data, 'attempt', 1)}"
