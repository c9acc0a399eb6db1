"""Sending money over HTTP."""

from apiflask import APIBlueprint
from flask import Response, request

from payment.amounts import positive_minor
from payment.authentication import SIGN_IN_PROBLEMS, caller, signed_in
from payment.clients.auth import AuthAway, KnownUser, find_user
from payment.database import DatabaseUnavailable, TransactionConflict
from payment.errors import problem_responses
from payment.idempotency import IDEMPOTENCY_PROBLEMS, TAKES_KEY, Answer, answer_once, earlier_answer
from payment.request_bodies import UNUSABLE_BODY
from payment.settings import get_settings
from payment.transfers import services
from payment.transfers.errors import ReceiverNotFound, ReceiverWalletFrozen
from payment.transfers.schemas import NewTransfer, TransferResponse
from payment.wallets.errors import BalanceLimitExceeded, InsufficientFunds, WalletFrozen
from servicekit.problems import TooManyRequests, ValidationFailed

blueprint = APIBlueprint("transfers", __name__)


@blueprint.post("/transfer")
@blueprint.auth_required(signed_in)
@blueprint.input(NewTransfer, arg_name="body")
@blueprint.output(TransferResponse, status_code=201)
@blueprint.doc(
    responses=problem_responses(
        *SIGN_IN_PROBLEMS,
        *UNUSABLE_BODY,
        *IDEMPOTENCY_PROBLEMS,
        ReceiverNotFound,
        InsufficientFunds,
        WalletFrozen,
        ReceiverWalletFrozen,
        BalanceLimitExceeded,
        TooManyRequests,
        AuthAway,
        DatabaseUnavailable,
        TransactionConflict,
    ),
    extensions={TAKES_KEY: True},
)
def transfer_money(body: NewTransfer) -> Response:
    """Send money to another user, whom auth is asked for by name. Wallets that are absent are opened.

    `currency` is the starting currency when it is left out. One cannot send money to oneself.
    """
    currency = body.currency or get_settings().starting_currency
    amount_minor = positive_minor(body.amount, currency)
    if answer := earlier_answer():
        return answer
    receiver = _receiver(body.receiver_username)

    def effect() -> Answer:
        transfer = services.transfer_money(
            sender=caller(), receiver=receiver, amount_minor=amount_minor, currency=currency
        )
        return Answer(TransferResponse.of(transfer))

    return answer_once(effect)


def _receiver(username: str) -> KnownUser:
    """Asked before any transaction begins. Raises `ReceiverNotFound`, `ValidationFailed`, `AuthAway`."""
    assert request.authorization is not None
    assert request.authorization.token is not None
    receiver = find_user(username=username, access_token=request.authorization.token)
    if receiver is None:
        raise ReceiverNotFound
    if receiver.id == caller().user_id:
        raise ValidationFailed([{"pointer": "/receiver_username", "message": "must be somebody else"}])
    return receiver
