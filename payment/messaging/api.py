"""What operators ask of messaging, and do with messages that could not be processed."""

from uuid import UUID

from apiflask import APIBlueprint

from payment.authentication import SIGN_IN_PROBLEMS, STAFF, signed_in
from payment.database import DatabaseUnavailable, transaction
from payment.errors import problem_responses
from payment.messaging import queries, services
from payment.messaging.errors import AlreadyResolved, ParkedMessageNotFound, StillUnprocessable
from payment.messaging.models import ParkedMessage
from payment.messaging.schemas import (
    DiscardQuery,
    OutboxState,
    ParkedMessageDetail,
    ParkedMessagePage,
    ParkedMessageSummary,
    ReplayQuery,
    ReplaysResult,
    RetriedEvents,
)
from payment.pagination import PageQuery
from servicekit.problems import Forbidden, ValidationFailed

blueprint = APIBlueprint("operations", __name__, url_prefix="/api/v1/operations")

_PROBLEMS = (*SIGN_IN_PROBLEMS, Forbidden, DatabaseUnavailable)


@blueprint.get("/outbox")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.output(OutboxState)
@blueprint.doc(responses=problem_responses(*_PROBLEMS))
def read_outbox() -> OutboxState:
    """How many events still wait to be sent, and for how long."""
    with transaction():
        return queries.outbox_state()


@blueprint.post("/outbox/retry")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.output(RetriedEvents)
@blueprint.doc(responses=problem_responses(*_PROBLEMS))
def retry_refused_events() -> RetriedEvents:
    """Let the relay try again what the broker has refused five times; the oldest 1,000 at once."""
    return RetriedEvents(retried=services.retry_refused_events())


@blueprint.get("/parked")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(ParkedMessagePage)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, ValidationFailed))
def list_parked_messages(query: PageQuery) -> ParkedMessagePage:
    """The messages that wait for a decision, the newest first, and how many there are."""
    with transaction():
        page = ParkedMessagePage.of(
            queries.open_parked_messages(),
            id_column=ParkedMessage.id,
            query=query,
            render=ParkedMessageSummary.model_validate,
        )
        page.count = queries.count_open_parked_messages()
        return page


@blueprint.post("/parked/replay")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.input(ReplayQuery, location="query", arg_name="query")
@blueprint.output(ReplaysResult)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, ValidationFailed))
def replay_parked_messages(query: ReplayQuery) -> ReplaysResult:
    """Process what is parked now, the oldest first, at most 100 at once. What still cannot be stays parked."""
    return ReplaysResult.model_validate(services.replay_parked_messages(after=query.after))


@blueprint.get("/parked/<uuid:parked_id>")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.output(ParkedMessageDetail)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, ParkedMessageNotFound))
def read_parked_message(parked_id: UUID) -> ParkedMessageDetail:
    """One message with its body, resolved or not."""
    with transaction():
        return ParkedMessageDetail.model_validate(queries.get_parked_message(parked_id))


@blueprint.post("/parked/<uuid:parked_id>/replay")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.output(ParkedMessageDetail)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, ParkedMessageNotFound, AlreadyResolved, StillUnprocessable))
def replay_parked_message(parked_id: UUID) -> ParkedMessageDetail:
    """Process the message now. 409 with the reason when it still cannot be."""
    return ParkedMessageDetail.model_validate(services.replay_parked_message(parked_id=parked_id))


@blueprint.delete("/parked/<uuid:parked_id>")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.input(DiscardQuery, location="query", arg_name="query")
@blueprint.output({}, status_code=204)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, ParkedMessageNotFound, AlreadyResolved, ValidationFailed))
def discard_parked_message(parked_id: UUID, query: DiscardQuery) -> str:
    """Give the message up. It stays on record, with the reason."""
    services.discard_parked_message(parked_id=parked_id, note=query.reason)
    return ""
