"""Reading payments, which are made by messages and not by requests; and giving money back, which staff does."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, url_for

from payment.authentication import SIGN_IN_PROBLEMS, STAFF, caller, signed_in
from payment.database import DatabaseUnavailable, TransactionConflict, transaction
from payment.errors import problem_responses
from payment.idempotency import IDEMPOTENCY_PROBLEMS, TAKES_KEY, Answer, answer_once
from payment.pagination import PageQuery
from payment.payments import queries, services
from payment.payments.errors import PaymentNotCaptured, PaymentNotFound, RefundExceedsPayment, RefundNotFound
from payment.payments.models import Payment, Refund
from payment.payments.schemas import (
    PaymentPage,
    PaymentQuery,
    PaymentResponse,
    RefundInput,
    RefundPage,
    RefundResponse,
)
from payment.request_bodies import UNUSABLE_BODY
from servicekit.problems import Forbidden, ValidationFailed

blueprint = APIBlueprint("payments", __name__, url_prefix="/api/v1/payments")
refunds_blueprint = APIBlueprint("refunds", __name__, url_prefix="/api/v1/refunds")


@blueprint.get("")
@blueprint.auth_required(signed_in)
@blueprint.input(PaymentQuery, location="query", arg_name="query")
@blueprint.output(PaymentPage)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, ValidationFailed, DatabaseUnavailable))
def list_payments(query: PaymentQuery) -> PaymentPage:
    """Payments, the newest first: one's own; for staff everybody's."""
    with transaction():
        payments = queries.payments_visible_to(
            caller(), status=query.status, order_id=query.order_id, method=query.method
        )
        return PaymentPage.of(payments, id_column=Payment.id, query=query, render=PaymentResponse.of)


@blueprint.get("/<uuid:payment_id>")
@blueprint.auth_required(signed_in)
@blueprint.output(PaymentResponse)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, PaymentNotFound, DatabaseUnavailable))
def read_payment(payment_id: UUID) -> PaymentResponse:
    """One payment."""
    with transaction():
        return PaymentResponse.of(queries.get_payment(payment_id, viewer=caller()))


@blueprint.post("/<uuid:payment_id>/refund")
@blueprint.auth_required(signed_in, roles=STAFF)
@blueprint.input(RefundInput, arg_name="body")
@blueprint.output(RefundResponse, status_code=201)
@blueprint.doc(
    responses=problem_responses(
        *SIGN_IN_PROBLEMS,
        *UNUSABLE_BODY,
        *IDEMPOTENCY_PROBLEMS,
        Forbidden,
        PaymentNotFound,
        PaymentNotCaptured,
        RefundExceedsPayment,
        DatabaseUnavailable,
        TransactionConflict,
    ),
    extensions={TAKES_KEY: True},
)
def refund_payment(payment_id: UUID, body: RefundInput) -> Response:
    """Give back a part of what was captured, or all that is left of it. Never more, however many ask at once.

    The order stays as it is: who wants it closed cancels it, and what is left of its money goes back by that.
    """

    def effect() -> Answer:
        refund = services.refund_captured(payment_id=payment_id, amount=body.amount, requested_by=caller().user_id)
        location = url_for("payments.read_refund", payment_id=payment_id, refund_id=refund.id)
        return Answer(_rendered(refund, queries.get_payment(payment_id, viewer=caller())), location=location)

    return answer_once(effect)


@blueprint.get("/<uuid:payment_id>/refunds")
@blueprint.auth_required(signed_in)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(RefundPage)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, PaymentNotFound, ValidationFailed, DatabaseUnavailable))
def list_refunds(payment_id: UUID, query: PageQuery) -> RefundPage:
    """What was given back of a payment, the newest first."""
    with transaction():
        payment = queries.get_payment(payment_id, viewer=caller())
        return RefundPage.of(
            queries.refunds_of(payment),
            id_column=Refund.id,
            query=query,
            render=lambda refund: _rendered(refund, payment),
        )


@blueprint.get("/<uuid:payment_id>/refunds/<uuid:refund_id>")
@blueprint.auth_required(signed_in)
@blueprint.output(RefundResponse)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, PaymentNotFound, RefundNotFound, DatabaseUnavailable))
def read_refund(payment_id: UUID, refund_id: UUID) -> RefundResponse:
    """One refund."""
    with transaction():
        payment = queries.get_payment(payment_id, viewer=caller())
        return _rendered(queries.get_refund(payment, refund_id), payment)


@refunds_blueprint.get("")
@refunds_blueprint.auth_required(signed_in, roles=STAFF)
@refunds_blueprint.input(PageQuery, location="query", arg_name="query")
@refunds_blueprint.output(RefundPage)
@refunds_blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, Forbidden, ValidationFailed, DatabaseUnavailable))
def list_all_refunds(query: PageQuery) -> RefundPage:
    """What was given back lately, of all payments, the newest first."""
    with transaction():
        return RefundPage.of(
            queries.all_refunds(),
            id_column=Refund.id,
            query=query,
            render=lambda refund: _rendered(refund, refund.payment),
        )


def _rendered(refund: Refund, payment: Payment) -> RefundResponse:
    return RefundResponse.of(refund, payment=payment, is_for_staff=caller().is_staff)
