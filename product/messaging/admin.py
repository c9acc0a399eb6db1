"""Messages in the back office: what waits to be sent, and what could not be processed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from product.backoffice.model_admin import ReadOnly, UseCaseAdmin
from product.backoffice.operations.wording import reason_text
from product.messaging import services
from product.messaging.models import OutboxEvent, ParkedMessage


class OutboxStateFilter(admin.SimpleListFilter):
    """Each state has a partial index, or needs none."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        return [("waiting", gettext("Waiting")), ("failed", gettext("Failed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> QuerySet[OutboxEvent]:  # noqa: ARG002
        if self.value() == "waiting":
            return queryset.filter(published_at=None, failed_at=None)
        return queryset.filter(failed_at__isnull=False) if self.value() == "failed" else queryset


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnly, UseCaseAdmin):
    ordering = ["-id"]
    list_display = ["event_id", "type", "correlation_id", "created_at", "published_at", "attempts", "last_error"]
    list_filter = [OutboxStateFilter]
    sortable_by = ()


class ReasonForm(ActionForm):
    reason = forms.CharField(required=False, max_length=500, label=_("reason"), help_text=_("For giving up: why"))


@admin.register(ParkedMessage)
class ParkedMessageAdmin(ReadOnly, UseCaseAdmin):
    """Only those that are still open can be acted upon; the service says so for the others."""

    ordering = ["-id"]
    list_display = ["message_id", "type", "consumer", "reason_told", "detail", "parked_at", "resolution", "note"]
    list_filter = [("resolution", admin.AllValuesFieldListFilter)]
    sortable_by = ()
    exclude = ["body", "body_hash", "reason"]
    readonly_fields = ["reason_told", "body_as_text"]
    action_form = ReasonForm
    actions = ["replay", "discard"]

    @admin.display(description=_("reason"))
    def reason_told(self, message: ParkedMessage) -> Any:
        return reason_text(message.reason)

    @admin.display(description=_("body"))
    def body_as_text(self, message: ParkedMessage) -> str:
        return bytes(message.body).decode("utf-8", "replace")

    @admin.action(description=_("Process again"))
    def replay(self, request: HttpRequest, chosen: QuerySet[ParkedMessage]) -> None:
        self.do_to_each(
            request,
            chosen,
            lambda message: services.replay_parked_message(parked_id=message.pk),
            done=gettext_noop("Replayed."),
        )

    @admin.action(description=_("Give up (with a reason)"))
    def discard(self, request: HttpRequest, chosen: QuerySet[ParkedMessage]) -> None:
        note = request.POST.get("reason", "").strip()
        if not note:
            self.message_user(request, gettext("Nothing was given up: say why, next to the action."), messages.ERROR)
            return
        self.do_to_each(
            request,
            chosen,
            lambda message: services.discard_parked_message(parked_id=message.pk, note=note[:500]),
            done=gettext_noop("Given up."),
        )
