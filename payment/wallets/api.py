"""Wallets over HTTP. Their balances are never set by hand."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from payment.authentication import SIGN_IN_PROBLEMS, caller, signed_in
from payment.database import DatabaseUnavailable, transaction
from payment.errors import problem_responses
from payment.idempotency import IDEMPOTENCY_PROBLEMS, TAKES_KEY, Answer, answer_once, idempotency_key
from payment.request_bodies import UNUSABLE_BODY
from payment.wallets import queries, services
from payment.wallets.errors import (
    BalanceLimitExceeded,
    WalletClosed,
    WalletExists,
    WalletFrozen,
    WalletNotEmpty,
    WalletNotFound,
    WalletOwnerDeleted,
)
from payment.wallets.models import Wallet
from payment.wallets.schemas import NewWallet, TopUp, WalletChange, WalletPage, WalletQuery, WalletResponse
from servicekit.problems import Forbidden, ValidationFailed

blueprint = APIBlueprint("wallets", __name__, url_prefix="/api/v1/wallets")

_PROBLEMS = (*SIGN_IN_PROBLEMS, DatabaseUnavailable)


@blueprint.get("")
@blueprint.auth_required(signed_in)
@blueprint.input(WalletQuery, location="query", arg_name="query")
@blueprint.output(WalletPage)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, ValidationFailed))
def list_wallets(query: WalletQuery) -> WalletPage:
    """Wallets, the newest first: one's own; for staff everybody's."""
    with transaction():
        wallets = queries.list_wallets(query, viewer=caller())
        return WalletPage.of(wallets, id_column=Wallet.id, query=query, render=WalletResponse.of)


@blueprint.post("")
@blueprint.auth_required(signed_in)
@blueprint.input(NewWallet, arg_name="body")
@blueprint.output(WalletResponse, status_code=201)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, *UNUSABLE_BODY, WalletExists, WalletFrozen))
def open_wallet(body: NewWallet) -> tuple[WalletResponse, int, dict[str, str]]:
    """Open a wallet of one's own in a currency, or one again that was closed."""
    wallet = services.open_wallet(user_id=caller().user_id, currency=body.currency, label=body.label)
    return WalletResponse.of(wallet), 201, {"Location": f"{blueprint.url_prefix}/{wallet.id}"}


@blueprint.get("/<uuid:wallet_id>")
@blueprint.auth_required(signed_in)
@blueprint.output(WalletResponse)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, WalletNotFound))
def read_wallet(wallet_id: UUID) -> WalletResponse:
    """One wallet, also when it is closed."""
    with transaction():
        return WalletResponse.of(queries.get_wallet(wallet_id, viewer=caller()))


@blueprint.patch("/<uuid:wallet_id>")
@blueprint.auth_required(signed_in)
@blueprint.input(WalletChange, arg_name="body")
@blueprint.output(WalletResponse)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, *UNUSABLE_BODY, Forbidden, WalletNotFound, WalletOwnerDeleted))
def change_wallet(wallet_id: UUID, body: WalletChange) -> WalletResponse:
    """Name one's wallet; staff freeze one, or let it go again. A frozen wallet pays nothing and takes refunds only."""
    return WalletResponse.of(services.change_wallet(wallet_id=wallet_id, principal=caller(), change=body))


@blueprint.delete("/<uuid:wallet_id>")
@blueprint.auth_required(signed_in)
@blueprint.output({}, status_code=204)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, WalletNotFound, WalletFrozen, WalletNotEmpty))
def close_wallet(wallet_id: UUID) -> str:
    """Close an empty wallet. It leaves the list; its history stays, and money that is sent to it opens it again."""
    services.close_wallet(wallet_id=wallet_id, principal=caller())
    return ""


@blueprint.post("/<uuid:wallet_id>/top-up")
@blueprint.auth_required(signed_in)
@blueprint.input(TopUp, arg_name="body")
@blueprint.output(WalletResponse)
@blueprint.doc(
    responses=problem_responses(
        *_PROBLEMS,
        *UNUSABLE_BODY,
        *IDEMPOTENCY_PROBLEMS,
        Forbidden,
        WalletNotFound,
        WalletFrozen,
        WalletClosed,
        BalanceLimitExceeded,
    ),
    extensions={TAKES_KEY: True},
)
def top_up_wallet(wallet_id: UUID, body: TopUp) -> Response:
    """Bring test money into one's own wallet; answers with the wallet. In production a payment provider does this."""

    def effect() -> Answer:
        wallet = services.top_up_wallet(
            wallet_id=wallet_id, principal=caller(), amount=body.amount, key=idempotency_key()
        )
        return Answer(WalletResponse.of(wallet), status=200)

    return answer_once(effect)
