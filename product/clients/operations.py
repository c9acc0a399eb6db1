"""What staff asks of auth's and payment's messaging, and of the reconciliation, with the token of the one who asks."""

from datetime import datetime
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings
from httpx2 import Response
from pydantic import BaseModel, ConfigDict, ValidationError

from product.clients.refusals import SessionEnded
from product.messaging.errors import AlreadyResolved, ParkedMessageNotFound, StillUnprocessable
from servicekit.problems import Problem, TooManyRequests
from servicekit.service_calls import ServiceAway, call

OtherService = Literal["auth", "payment"]
AnswerT = TypeVar("AnswerT", bound=BaseModel)

_GLANCE_SECONDS = 1.5
"""For a look at how somebody is doing: who does not answer in this time is away."""


class OperationsAway(ServiceAway):
    """The other service cannot be asked at the moment; what it holds stays there."""

    code = "operations_unavailable"
    title = "The service does not answer at the moment"


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class Outbox(Answer):
    """`failed` events were refused by the broker, and wait for somebody to let them be tried again."""

    waiting: int
    failed: int
    oldest_waiting_seconds: float | None


class Parked(Answer):
    """A message that could not be processed."""

    id: UUID
    consumer: str
    message_id: str | None
    type: str | None
    reason: str
    detail: str
    parked_at: datetime


class ParkedDetail(Parked):
    body: str
    headers: dict[str, Any]
    resolved_at: datetime | None
    resolution: str | None
    note: str | None


class ParkedPage(Answer):
    messages: list[Parked]
    count: int
    """Of all pages."""
    next_cursor: str | None
    previous_cursor: str | None


class Replays(Answer):
    """What became of many messages."""

    replayed: int
    unprocessable: int
    untried: int
    last: UUID | None


class Money(Answer):
    amount: str
    currency: str


class Finding(Answer):
    """`subject` and `detail` in English, and by parts where payment is new enough to say them."""

    code: str
    subject: str
    detail: str
    meaning: str
    order_id: UUID | None
    kind: str | None = None
    name: str | None = None
    facts: dict[str, Money | int | str] = {}


class FinishedRun(Answer):
    finished_at: datetime
    error: str | None
    orders: int | None
    payments: int | None
    entries: int | None
    wallets: int | None
    under_way: int | None
    duration_seconds: float | None
    findings_count: int | None
    findings: list[Finding] | None


class PendingRun(Answer):
    requested_at: datetime
    is_under_way: bool


class Reconciliation(Answer):
    latest: FinishedRun | None
    failed: FinishedRun | None
    pending: PendingRun | None


class _ParkedList(Answer):
    results: list[Parked]
    count: int
    next: str | None
    previous: str | None


class _Retried(Answer):
    retried: int


class _Refusal(Answer):
    code: str
    detail: str | None = None
    reason: str | None = None
    problem: str | None = None


# Every function may raise `OperationsAway` and `SessionEnded`.


def read_outbox(service: OtherService, *, access_token: str) -> Outbox:
    return _read(Outbox, _ask(service, "GET", "outbox", access_token, timeout=_GLANCE_SECONDS))


def retry_refused_events(service: OtherService, *, access_token: str) -> int:
    return _read(_Retried, _ask(service, "POST", "outbox/retry", access_token)).retried


def list_parked(*, cursor: str | None, limit: int, access_token: str) -> ParkedPage:
    """Payment's, the newest first. A cursor that is none leads to the first page."""
    parameters = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
    response = _ask("payment", "GET", "parked", access_token, params=parameters, timeout=_GLANCE_SECONDS)
    if response.is_client_error and cursor:
        return list_parked(cursor=None, limit=limit, access_token=access_token)
    page = _read(_ParkedList, response)
    return ParkedPage(
        messages=page.results,
        count=page.count,
        next_cursor=_cursor(page.next),
        previous_cursor=_cursor(page.previous),
    )


def read_parked(parked_id: UUID, *, access_token: str) -> ParkedDetail:
    """Raises `ParkedMessageNotFound`."""
    return _read(ParkedDetail, _ask("payment", "GET", f"parked/{parked_id}", access_token))


def replay_parked(parked_id: UUID, *, access_token: str) -> None:
    """Raises `ParkedMessageNotFound`, `AlreadyResolved`, `StillUnprocessable`."""
    _granted(_ask("payment", "POST", f"parked/{parked_id}/replay", access_token))


def replay_all_parked(*, after: UUID | None, access_token: str) -> Replays:
    parameters = {"after": str(after)} if after else {}
    return _read(Replays, _ask("payment", "POST", "parked/replay", access_token, params=parameters))


def discard_parked(parked_id: UUID, *, note: str, access_token: str) -> None:
    """Raises `ParkedMessageNotFound`, `AlreadyResolved`."""
    _granted(_ask("payment", "DELETE", f"parked/{parked_id}", access_token, params={"reason": note}))


def read_reconciliation(*, access_token: str) -> Reconciliation:
    return _read(Reconciliation, _ask("payment", "GET", "reconciliation", access_token, timeout=_GLANCE_SECONDS))


def request_reconciliation(*, access_token: str) -> None:
    _granted(_ask("payment", "POST", "reconciliation", access_token))


def _ask(service: OtherService, method: str, path: str, access_token: str, **content: Any) -> Response:
    base = settings.AUTH_URL if service == "auth" else settings.PAYMENT_URL
    try:
        return call(service, method, f"{base}/api/v1/operations/{path}", access_token=access_token, **content)
    except (ServiceAway, TooManyRequests) as error:
        raise OperationsAway from error


def _read(model: type[AnswerT], response: Response) -> AnswerT:
    try:
        return model.model_validate_json(_granted(response).content)
    except ValidationError as error:
        raise OperationsAway from error


def _granted(response: Response) -> Response:
    """The answer, if the request was granted; otherwise the problem that product's own use cases raise."""
    if response.is_success:
        return response
    if response.status_code == 401:
        raise SessionEnded
    try:
        raise _problem(_Refusal.model_validate_json(response.content))
    except ValidationError as error:
        raise OperationsAway from error


def _problem(refusal: _Refusal) -> Problem:
    if refusal.code == StillUnprocessable.code:
        return StillUnprocessable(refusal.detail, reason=refusal.reason, problem=refusal.problem)
    known: dict[str, type[Problem]] = {found.code: found for found in (ParkedMessageNotFound, AlreadyResolved)}
    return known.get(refusal.code, OperationsAway)()


def _cursor(url: str | None) -> str | None:
    """The cursor in the address of a neighbouring page."""
    return parse_qs(urlsplit(url).query).get("cursor", [None])[0] if url else None
