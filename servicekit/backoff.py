"""How long to wait before trying a dependency again: doubling ceilings, full jitter, so that nobody returns in step."""

import random


class Backoff:
    """Waiting times in seconds. `longest_seconds` bounds how late a return of the dependency is noticed."""

    def __init__(self, *, longest_seconds: float) -> None:
        self._longest_seconds = longest_seconds
        self.reset()

    def reset(self) -> None:
        """Start small again: the dependency answered."""
        self._ceiling = 0.5

    def next(self) -> float:
        pause = random.uniform(0.1, self._ceiling)  # nosec B311  # noqa: S311
        self._ceiling = min(self._ceiling * 2, self._longest_seconds)
        return pause
