"""The pages of operations. Their moving parts are asked for every few seconds; without JavaScript, by reloading."""

from typing import Any, Literal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from product.backoffice.access import staff_only
from product.backoffice.operations import feed
from product.backoffice.operations.glance import look
from product.backoffice.operations.wording import EVENT_TYPES, event_wording
from product.clients import operations
from product.clients.operations import OperationsAway, OtherService
from product.messaging import services
from product.storefront import sessions
from servicekit.principal import Principal

AnyService = Literal["product"] | OtherService


@require_safe
@staff_only
def overview(request: HttpRequest, _staff: Principal) -> HttpResponse:
    """How everything is doing. Whoever is away is said to be, and the rest is shown."""
    return _page(request, "overview", {"glance": look(access_token=sessions.access_token(request))})


@require_POST
@staff_only
def retry_refused(request: HttpRequest, _staff: Principal, service: AnyService) -> HttpResponse:
    """Let a service's relay try again what the broker has refused."""
    try:
        if service == "product":
            retried = services.retry_refused_events()
        else:
            retried = operations.retry_refused_events(service, access_token=sessions.access_token(request))
    except OperationsAway:
        messages.error(request, _("The service does not answer right now."))
    else:
        text = ngettext("%(count)d event is tried again.", "%(count)d events are tried again.", retried)
        messages.success(request, text % {"count": retried})
    return HttpResponseRedirect(reverse("backoffice:operations"))


@require_safe
@staff_only
def events(request: HttpRequest, _staff: Principal) -> HttpResponse:
    """What happens to all orders, the newest first."""
    chosen = request.GET.get("type", "")
    if chosen not in EVENT_TYPES:
        chosen = ""
    context = {
        "events": [(event, event_wording(event.type)) for event in feed.latest_events(chosen)],
        "chosen": chosen,
        "types": EVENT_TYPES.items(),
        "is_paused": "paused" in request.GET,
    }
    return _page(request, "events", context)


@require_safe
@staff_only
def reconciliation(request: HttpRequest, _staff: Principal) -> HttpResponse:
    """What the last reconciliation has found."""
    try:
        state = operations.read_reconciliation(access_token=sessions.access_token(request))
    except OperationsAway:
        state = None
    return _page(request, "reconciliation", {"state": state})


@require_POST
@staff_only
def reconcile_now(request: HttpRequest, _staff: Principal) -> HttpResponse:
    """Payment's clock process begins with it within seconds. While one is under way it is that one."""
    try:
        operations.request_reconciliation(access_token=sessions.access_token(request))
    except OperationsAway:
        messages.error(request, _("Payment does not answer right now. Nothing was begun."))
    return HttpResponseRedirect(reverse("backoffice:reconciliation"))


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page; for htmx only the part of it that moves."""
    folder = "backoffice/operations/parts" if request.headers.get("HX-Request") else "backoffice/operations"
    return render(request, f"{folder}/{name}.html", context)
