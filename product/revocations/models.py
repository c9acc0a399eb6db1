"""The table of ended sessions. It looks the same in every service, and servicekit's SQL relies on that."""

from django.db import models
from django.db.models import Func


class RevokedSession(models.Model):
    """A session whose access tokens are refused. The row may go some minutes after the last of them has expired."""

    session_id = models.UUIDField(primary_key=True)
    until = models.DateTimeField()
    """When the last of the session's tokens is believed no longer, whether it was revoked or not."""
    recorded_at = models.DateTimeField(db_default=Func(function="clock_timestamp"))

    class Meta:
        db_table = "revoked_sessions"
        indexes = [
            models.Index(fields=["until"], name="revoked_sessions_by_end"),
            models.Index(fields=["recorded_at"], name="revoked_sessions_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.session_id)
