"""Webhooks in the back office: how they are doing. They are registered by the API, which tells the secret."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from product.backoffice.model_admin import ReadOnly, ReadOnlyInline, UseCaseAdmin
from product.webhooks import services
from product.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnly, UseCaseAdmin):
    ordering = ["-id"]
    list_display = ["url", "description", "event_types", "is_active", "failing_since", "note_told"]
    sortable_by = ()
    exclude = ["secret", "former_secret", "note"]
    readonly_fields = ["note_told"]
    actions = ["switch_on", "switch_off"]

    @admin.display(description=_("note"))
    def note_told(self, endpoint: WebhookEndpoint) -> str:
        return endpoint.note and gettext(endpoint.note)

    @admin.action(description=_("Switch on"))
    def switch_on(self, request: HttpRequest, chosen: QuerySet[WebhookEndpoint]) -> None:
        self._switch(request, chosen, is_active=True, done=gettext_noop("Switched on."))

    @admin.action(description=_("Switch off"))
    def switch_off(self, request: HttpRequest, chosen: QuerySet[WebhookEndpoint]) -> None:
        self._switch(request, chosen, is_active=False, done=gettext_noop("Switched off."))

    def _switch(self, request: HttpRequest, chosen: QuerySet[Any], *, is_active: bool, done: str) -> None:
        changes = {"is_active": is_active}
        self.do_to_each(
            request, chosen, lambda row: services.change_endpoint(endpoint_id=row.pk, changes=changes), done=done
        )


class WebhookAttemptInline(ReadOnlyInline):
    model = WebhookAttempt
    fields = ["attempted_at", "status", "duration_milliseconds", "error_told", "answer"]
    readonly_fields = ["error_told"]

    @admin.display(description=_("error"))
    def error_told(self, tried: WebhookAttempt) -> str:
        return tried.error and gettext(tried.error)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly, UseCaseAdmin):
    ordering = ["-id"]
    list_display = ["event_id", "event_type", "endpoint", "state", "tries", "created_at", "delivered_at"]
    list_filter = ["state", "endpoint"]
    list_select_related = ["endpoint"]
    sortable_by = ()
    inlines = [WebhookAttemptInline]
    actions = ["deliver_again"]

    @admin.action(description=_("Deliver again"))
    def deliver_again(self, request: HttpRequest, chosen: QuerySet[WebhookDelivery]) -> None:
        self.do_to_each(
            request,
            chosen,
            lambda row: services.redeliver(endpoint_id=row.endpoint_id, delivery_id=row.pk),
            done=gettext_noop("Will be delivered again."),
        )
