"""What staff asks of the reconciliation. The clock process does it: only that may look over the fence."""

from apiflask import APIBlueprint

from payment.authentication import SIGN_IN_PROBLEMS, STAFF, caller, signed_in
from payment.database import DatabaseUnavailable, transaction
from payment.errors import problem_responses
from payment.reconciliation import queries, services
from payment.reconciliation.schemas import ReconciliationState
from servicekit.problems import Forbidden

blueprint = APIBlueprint("reconciliation", __name__, url_prefix="/api/v1/operations")

_PROBLEMS = (*SIGN_IN_PROBLEMS, Forbidden, DatabaseUnavailable)


@blueprint.get("/reconciliation")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.output(ReconciliationState)
@blueprint.doc(responses=problem_responses(*_PROBLEMS))
def read_reconciliation() -> ReconciliationState:
    """Whether all money and stock is explained, by the last reconciliation, and whether another one is under way."""
    with transaction():
        return ReconciliationState.model_validate(queries.reconciliation_state())


@blueprint.post("/reconciliation")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.output(ReconciliationState, status_code=202)
@blueprint.doc(responses=problem_responses(*_PROBLEMS))
def request_reconciliation() -> ReconciliationState:
    """Ask for one now. While one is under way it is that one. The clock process begins within seconds."""
    with transaction():
        services.request_run(requested_by=caller().user_id)
        return ReconciliationState.model_validate(queries.reconciliation_state())
