"""The pages of messages that could not be processed, and what is done with them."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from product.backoffice import refusals
from product.backoffice.access import staff_only
from product.backoffice.operations import parked
from product.backoffice.operations.message_body import readable
from product.backoffice.operations.parked import ParkingService
from product.clients.operations import OperationsAway, ParkedPage, Replays
from product.messaging.errors import AlreadyResolved, ParkedMessageNotFound, StillUnprocessable
from product.storefront import sessions
from servicekit.principal import Principal

_LONGEST_NOTE = 500


@require_safe
@staff_only
def parked_messages(request: HttpRequest, _staff: Principal, service: ParkingService) -> HttpResponse:
    """Those of one service, the newest first."""
    try:
        token = sessions.access_token(request)
        page = parked.list_parked(service, cursor=request.GET.get("cursor"), access_token=token)
    except OperationsAway:
        page = None
    context = {
        "service": service,
        "services": parked.SERVICES,
        "page": page,
        "after": _id_or_none(request.GET.get("after", "")),
        **_neighbours(page),
    }
    return render(request, "backoffice/operations/parked.html", context)


@require_safe
@staff_only
def parked_message(request: HttpRequest, _staff: Principal, service: ParkingService, parked_id: UUID) -> HttpResponse:
    """One message with its body. Raises `ParkedMessageNotFound`, `OperationsAway`."""
    message = parked.read_parked(service, parked_id, access_token=sessions.access_token(request))
    context = {"service": service, "message": message, "body": readable(message.body), "longest_note": _LONGEST_NOTE}
    return render(request, "backoffice/operations/parked_message.html", context)


@require_POST
@staff_only
def replay(request: HttpRequest, _staff: Principal, service: ParkingService, parked_id: UUID) -> HttpResponse:
    """Process one message now. What still cannot be processed stays parked."""
    try:
        parked.replay(service, parked_id, access_token=sessions.access_token(request))
    except StillUnprocessable as problem:
        messages.error(request, refusals.told(problem))
        return _to_message(service, parked_id)
    except (AlreadyResolved, ParkedMessageNotFound, OperationsAway) as problem:
        messages.error(request, _refusal(problem))
    else:
        messages.success(request, _("The message was processed."))
    return _to_list(service)


@require_POST
@staff_only
def replay_all(request: HttpRequest, _staff: Principal, service: ParkingService) -> HttpResponse:
    """Process what there is time for, the oldest first; says how many, and offers to go on with the rest."""
    try:
        replays = parked.replay_all(
            service, after=_id_or_none(request.POST.get("after", "")), access_token=sessions.access_token(request)
        )
    except OperationsAway as problem:
        messages.error(request, _refusal(problem))
        return _to_list(service)
    told = messages.success if not replays.unprocessable and not replays.untried else messages.warning
    told(request, _told(replays))
    return _to_list(service, after=replays.last if replays.untried else None)


@require_POST
@staff_only
def discard(request: HttpRequest, _staff: Principal, service: ParkingService, parked_id: UUID) -> HttpResponse:
    """Give one message up. The note is kept with it."""
    note = request.POST.get("note", "").replace("\x00", "").strip()[:_LONGEST_NOTE]
    if not note:
        messages.error(request, _("Nothing was discarded: please say why."))
        return _to_message(service, parked_id)
    try:
        parked.discard(service, parked_id, note=note, access_token=sessions.access_token(request))
    except (AlreadyResolved, ParkedMessageNotFound, OperationsAway) as problem:
        messages.error(request, _refusal(problem))
    else:
        messages.success(request, _("The message was discarded, and your note is kept with it."))
    return _to_list(service)


def _neighbours(page: ParkedPage | None) -> dict[str, str | None]:
    if page is None:
        return {}
    return {"previous_href": _href(page.previous_cursor), "next_href": _href(page.next_cursor)}


def _href(cursor: str | None) -> str | None:
    return cursor and "?" + urlencode({"cursor": cursor})


def _to_list(service: str, *, after: UUID | None = None) -> HttpResponse:
    query = f"?after={after}" if after else ""
    return HttpResponseRedirect(reverse("backoffice:parked", args=[service]) + query)


def _to_message(service: str, parked_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("backoffice:parked-message", args=[service, parked_id]))


def _id_or_none(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _refusal(problem: AlreadyResolved | ParkedMessageNotFound | OperationsAway) -> str:
    if isinstance(problem, OperationsAway):
        return _("The service does not answer right now. The message stays where it is.")
    return _("Somebody has replayed or discarded this message before.")


def _told(replays: Replays) -> str:
    """How many, and what became of them."""
    counted = [
        ngettext("%(count)d message was processed.", "%(count)d messages were processed.", replays.replayed),
        ngettext("%(count)d still cannot be.", "%(count)d still cannot be.", replays.unprocessable),
        ngettext("%(count)d was not tried yet.", "%(count)d were not tried yet.", replays.untried),
    ]
    numbers = (replays.replayed, replays.unprocessable, replays.untried)
    said = [text % {"count": number} for text, number in zip(counted, numbers, strict=True)]
    return " ".join(text for text, number in zip(said, numbers, strict=True) if number) or _("Nothing was parked.")
