"""Who did what in the back office: Django's log, to be read and not written."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group

from product.backoffice.model_admin import ReadOnly, UseCaseAdmin

admin.site.unregister(Group)  # roles are auth's


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnly, UseCaseAdmin):
    ordering = ["-id"]
    list_display = ["action_time", "user", "content_type", "object_repr", "get_change_message"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    sortable_by = ()
    fields = ["action_time", "user", "content_type", "object_id", "object_repr", "get_change_message"]
    readonly_fields = ["get_change_message"]
