"""Who did what in the back office: Django's log, to be read and not written."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from product.backoffice.log import told_by
from product.backoffice.model_admin import ReadOnly, UseCaseAdmin

admin.site.unregister(Group)  # roles are auth's


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly, UseCaseAdmin):
    ordering = ["-id"]
    list_display = ["action_time", "user", "content_type", "object_repr", "what"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    sortable_by = ()
    fields = ["action_time", "user", "content_type", "object_id", "object_repr", "what"]
    readonly_fields = ["what"]

    @admin.display(description=_("What was done"))
    def what(self, entry: LogEntry) -> str:
        return told_by(entry)
