"""What could not be processed, of the services that take messages: product's own, and payment's over HTTP."""

from typing import Literal
from uuid import UUID

from product.clients import operations
from product.clients.operations import Parked, ParkedDetail, ParkedPage, Replays
from product.messaging import queries, services
from product.messaging.models import ParkedMessage
from servicekit.problems import ValidationFailed

ParkingService = Literal["product", "payment"]
SERVICES: tuple[ParkingService, ...] = ("product", "payment")

_PAGE = 20


def list_parked(service: ParkingService, *, cursor: str | None, access_token: str) -> ParkedPage:
    """The newest first. A cursor that is none leads to the first page. Raises `OperationsAway`, as all that follow."""
    if service == "payment":
        return operations.list_parked(cursor=cursor, limit=_PAGE, access_token=access_token)
    try:
        page = queries.list_parked_messages(cursor=cursor, limit=_PAGE)
    except ValidationFailed:
        page = queries.list_parked_messages(limit=_PAGE)
    return ParkedPage(
        messages=[Parked.model_validate(message) for message in page.items],
        count=queries.count_parked_messages(),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
    )


def read_parked(service: ParkingService, parked_id: UUID, *, access_token: str) -> ParkedDetail:
    """One message with its body, resolved or not. Raises `ParkedMessageNotFound`."""
    if service == "payment":
        return operations.read_parked(parked_id, access_token=access_token)
    return _own_detail(queries.get_parked_message(parked_id))


def replay(service: ParkingService, parked_id: UUID, *, access_token: str) -> None:
    """Raises `ParkedMessageNotFound`, `AlreadyResolved`, `StillUnprocessable`."""
    if service == "payment":
        operations.replay_parked(parked_id, access_token=access_token)
    else:
        services.replay_parked_message(parked_id=parked_id)


def replay_all(service: ParkingService, *, after: UUID | None, access_token: str) -> Replays:
    """As many as there is time for, the oldest first."""
    if service == "payment":
        return operations.replay_all_parked(after=after, access_token=access_token)
    return Replays.model_validate(services.replay_parked_messages(after=after))


def discard(service: ParkingService, parked_id: UUID, *, note: str, access_token: str) -> None:
    """Raises `ParkedMessageNotFound`, `AlreadyResolved`."""
    if service == "payment":
        operations.discard_parked(parked_id, note=note, access_token=access_token)
    else:
        services.discard_parked_message(parked_id=parked_id, note=note)


def _own_detail(message: ParkedMessage) -> ParkedDetail:
    columns = {name: getattr(message, name) for name in ParkedDetail.model_fields}
    return ParkedDetail(**columns | {"body": bytes(message.body).decode("utf-8", "replace")})
