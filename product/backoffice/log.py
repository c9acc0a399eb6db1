"""Who did what: Django's own log, which the admin shows."""

import json

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import Model

from product.backoffice.models import StaffMember
from product.remarks import Remark, translated
from servicekit.principal import Principal

__all__ = ["ADDITION", "CHANGE", "DELETION", "as_logged", "log_act", "told_by"]


def log_act(principal: Principal, row: Model, words: str, *, flag: int = CHANGE, **values: str | int) -> None:
    """Write it down, with the name that the member of staff has at this moment.

    `words` are English, marked for translation, with places for `values`.
    """
    member = StaffMember.of(principal)
    member.remember()
    LogEntry.objects.log_actions(member.pk, [row], flag, change_message=as_logged(words, **values), single_object=True)


def as_logged(words: str, **values: str | int) -> str:
    return json.dumps(Remark(words=words, values=values))


def told_by(entry: LogEntry) -> str:
    """What was done, in the reader's language; entries of Django's own say it themselves."""
    is_ours = entry.change_message.startswith("{")
    return translated(json.loads(entry.change_message)) if is_ours else entry.get_change_message()
