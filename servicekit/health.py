"""The body and status of `GET /health`: each dependency with its state."""

from collections.abc import Mapping
from typing import Any, Literal

State = Literal["ok", "degraded", "unavailable"]


def health_answer(states: Mapping[str, State]) -> tuple[dict[str, Any], int]:
    """Summarise dependency states: one that is unavailable makes the process unready (503), a degraded one does not."""
    worst: State = "ok"
    if "unavailable" in states.values():
        worst = "unavailable"
    elif "degraded" in states.values():
        worst = "degraded"
    return {"status": worst, "dependencies": dict(states)}, 503 if worst == "unavailable" else 200
