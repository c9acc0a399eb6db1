"""Orders in the back office: to be read, and moved on by the same use cases as everywhere else."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from product.backoffice.model_admin import ReadOnly, ReadOnlyInline, UseCaseAdmin, acting
from product.backoffice.operations.wording import cancellation_text, cause_text, event_wording
from product.orders.admin_acts import ACTS, act_forms
from product.orders.models import Order, OrderEvent, OrderLine
from product.storefront.wording import failure_text


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fields = ["sku", "name", "quantity", "price_of_one", "price_of_all"]
    readonly_fields = ["price_of_one", "price_of_all"]

    @admin.display(description=_("price"))
    def price_of_one(self, line: OrderLine) -> str:
        return f"{line.unit_price} {line.currency}"

    @admin.display(description=_("total"))
    def price_of_all(self, line: OrderLine) -> str:
        return f"{line.total} {line.currency}"


class OrderTimelineInline(ReadOnlyInline):
    """What happened, why a payment failed, and who did it."""

    model = OrderEvent
    fields = ["occurred_at", "what", "status", "payment_status", "fulfillment_status", "why", "actor_id", "detail"]
    readonly_fields = ["what", "why"]

    @admin.display(description=_("what"))
    def what(self, event: OrderEvent) -> Any:
        return event_wording(event.type).text

    @admin.display(description=_("by"))
    def why(self, event: OrderEvent) -> Any:
        return cause_text(event.cause)


@admin.register(Order)
class OrderAdmin(ReadOnly, UseCaseAdmin):
    ordering = ["-id"]
    list_display = [
        "number", "placed_at", "user_id", "status", "payment_status", "fulfillment_status", "amount", "failure_code",
    ]  # fmt: skip
    list_filter = ["status", "payment_status", "fulfillment_status"]
    sortable_by = ()
    search_fields = ["number"]
    search_help_text = _("An order's number or id, or a customer's id")
    fieldsets = [
        (None, {"fields": ["number", "user_id", "placed_at", "amount"]}),
        (
            _("State"),
            {
                "fields": [
                    ("status", "payment_status", "fulfillment_status"),
                    ("failure_code", "failure", "attempt"),
                    ("payment_deadline", "asked_at", "cancelled_by"),
                    ("carrier", "tracking"),
                ]
            },
        ),
    ]
    readonly_fields = ["amount", "failure", "cancelled_by"]
    inlines = [OrderLineInline, OrderTimelineInline]

    @admin.display(description=_("total"))
    def amount(self, order: Order) -> str:
        return f"{order.total} {order.currency}"

    @admin.display(description=_("why it failed"))
    def failure(self, order: Order) -> Any:
        is_declined = bool(order.failure_code)
        return failure_text(order.failure_code, method=order.payment_method_name) if is_declined else ""

    @admin.display(description=_("cancelled by"))
    def cancelled_by(self, order: Order) -> Any:
        return cancellation_text(order.cancellation_reason)

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Order],
        search_term: str,
    ) -> tuple[QuerySet[Order], bool]:
        """By what has an index. Anything else finds nothing, rather than reading a million rows."""
        text = search_term.strip()
        if not text:
            return queryset, False
        try:
            return queryset.filter(Q(id=UUID(text)) | Q(user_id=UUID(text))), False
        except ValueError:
            return queryset.filter(number=text), False

    # --- acting

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Acts that need no details, for many orders at once."""
        acts = {f"{name}_chosen": (_for_each(name), f"{name}_chosen", act.label) for name, act in ACTS.items()}
        return super().get_actions(request) | acts

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.act_view))
        return [path("<uuid:order_id>/<slug:act>", view, name="orders_order_act"), *super().get_urls()]

    def act_view(self, request: HttpRequest, order_id: UUID, act: str) -> HttpResponse:
        """Do one thing to one order, and show it again with the result."""
        order = get_object_or_404(Order, id=order_id)
        form = ACTS[act].form(request.POST) if act in ACTS else None
        if form is None or not form.is_valid():
            self.message_user(request, gettext("That was not understood. Nothing was done."), messages.ERROR)
        else:
            act_on = partial(ACTS[act].do, request, acting(request), **form.cleaned_data)
            self.do_to(request, order, act_on, done=ACTS[act].done)
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order_id]))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        order = kwargs.get("obj")
        context["acts"] = [] if order is None else act_forms(order)
        return super().render_change_form(request, context, *args, **kwargs)


def _for_each(name: str) -> Callable[[OrderAdmin, HttpRequest, QuerySet[Order]], None]:
    def run(page: OrderAdmin, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        page.do_to_each(request, chosen, partial(ACTS[name].do, request, acting(request)), done=ACTS[name].done)

    return run
