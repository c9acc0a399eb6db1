"""What operators ask of the outbox."""

from fastapi import APIRouter, Depends

from auth.database import DatabaseUnavailable, transaction
from auth.dependencies import require_staff
from auth.errors import problem_responses
from auth.messaging import queries, services
from auth.messaging.schemas import OutboxState, RetriedEvents
from servicekit.problems import Forbidden, Unauthenticated

router = APIRouter(
    prefix="/api/v1/operations",
    tags=["operations"],
    dependencies=[Depends(require_staff)],
    responses=problem_responses(Unauthenticated, Forbidden, DatabaseUnavailable),
)


@router.get("/outbox", response_model=OutboxState)
async def read_outbox() -> OutboxState:
    """How many events still wait to be sent, and for how long. For staff."""
    async with transaction() as session:
        return await queries.outbox_state(session)


@router.post("/outbox/retry", response_model=RetriedEvents)
async def retry_refused_events() -> RetriedEvents:
    """Let the relay try again what the broker has refused five times; the oldest 1,000 at once. For staff."""
    return RetriedEvents(retried=await services.retry_refused_events())
