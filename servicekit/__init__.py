"""What every service needs and none should write twice. No business decision, no web framework, no ORM."""

import sys

# Where a developer's tools have brought rich, structlog imports it for tracebacks that are never printed here: 4 MB and
# a twentieth of a second of each process. It takes None for "not installed".
if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401

    del sys.modules["rich"]
