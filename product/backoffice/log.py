"""Who did what: Django's own log, which the admin shows."""

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import Model

from product.backoffice.models import StaffMember
from servicekit.tokens import Principal

__all__ = ["ADDITION", "CHANGE", "DELETION", "log_act"]


def log_act(principal: Principal, row: Model, words: str, *, flag: int = CHANGE) -> None:
    """Write it down, with the name that the member of staff has at this moment."""
    member = StaffMember.of(principal)
    member.remember()
    LogEntry.objects.log_actions(member.pk, [row], flag, change_message=words, single_object=True)
