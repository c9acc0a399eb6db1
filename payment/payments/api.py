"""Reading payments. They are made by messages, not by requests."""

from uuid import UUID

from apiflask import APIBlueprint

from payment.authentication import SIGN_IN_PROBLEMS, caller, signed_in
from payment.database import DatabaseUnavailable, transaction
from payment.errors import problem_responses
from payment.payments import queries
from payment.payments.errors import PaymentNotFound
from payment.payments.models import Payment
from payment.payments.schemas import PaymentPage, PaymentQuery, PaymentResponse
from servicekit.problems import ValidationFailed

blueprint = APIBlueprint("payments", __name__, url_prefix="/api/v1/payments")


@blueprint.get("")
@blueprint.auth_required(signed_in)
@blueprint.input(PaymentQuery, location="query", arg_name="query")
@blueprint.output(PaymentPage)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, ValidationFailed, DatabaseUnavailable))
def list_payments(query: PaymentQuery) -> PaymentPage:
    """Payments, the newest first: one's own; for staff everybody's."""
    with transaction():
        payments = queries.payments_visible_to(caller(), status=query.status, order_id=query.order_id)
        return PaymentPage.of(payments, id_column=Payment.id, query=query, render=PaymentResponse.of)


@blueprint.get("/<uuid:payment_id>")
@blueprint.auth_required(signed_in)
@blueprint.output(PaymentResponse)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, PaymentNotFound, DatabaseUnavailable))
def read_payment(payment_id: UUID) -> PaymentResponse:
    """One payment."""
    with transaction():
        return PaymentResponse.of(queries.get_payment(payment_id, viewer=caller()))
