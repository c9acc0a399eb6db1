"""The proof that no money was lost, for staff."""

from apiflask import APIBlueprint

from payment.authentication import SIGN_IN_PROBLEMS, STAFF, signed_in
from payment.database import DatabaseUnavailable
from payment.errors import problem_responses
from payment.ledger import queries
from payment.ledger.schemas import LedgerReport
from servicekit.patience import waiting_at_most
from servicekit.problems import Forbidden

blueprint = APIBlueprint("ledger", __name__, url_prefix="/api/v1/ledger")

_VERIFICATION_SECONDS = 9


@blueprint.get("/verify")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.output(LedgerReport)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, Forbidden, DatabaseUnavailable))
def verify() -> LedgerReport:
    """Recompute every sum and balance from the entries."""
    with waiting_at_most(_VERIFICATION_SECONDS):
        return queries.verify_ledger(timeout_seconds=_VERIFICATION_SECONDS)
