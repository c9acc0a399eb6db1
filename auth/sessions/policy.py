"""How long sessions last, and how many a user may have."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """The periods of the settings."""

    idle: timedelta
    """A session that is not refreshed for so long is over."""
    longest: timedelta
    """So is one that began so long ago, however much it is used."""
    refresh_grace: timedelta
    """For so long a rotated refresh token gives its successor to the same client again."""
    most_active: int
    """A user's sessions; the oldest goes."""

    def expiry(self, *, now: datetime, began_at: datetime) -> datetime:
        """When a session ends that is used now and not again."""
        return min(now + self.idle, began_at + self.longest)
