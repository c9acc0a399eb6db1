"""Reading wallets. Their balances are never set by hand."""

from uuid import UUID

from apiflask import APIBlueprint

from payment.authentication import SIGN_IN_PROBLEMS, caller, signed_in
from payment.database import DatabaseUnavailable, transaction
from payment.errors import problem_responses
from payment.pagination import PageQuery
from payment.wallets import queries
from payment.wallets.errors import WalletNotFound
from payment.wallets.models import Wallet
from payment.wallets.schemas import WalletPage, WalletResponse
from servicekit.problems import ValidationFailed

blueprint = APIBlueprint("wallets", __name__, url_prefix="/api/v1/wallets")


@blueprint.get("")
@blueprint.auth_required(signed_in)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(WalletPage)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, ValidationFailed, DatabaseUnavailable))
def list_wallets(query: PageQuery) -> WalletPage:
    """Wallets, the newest first: one's own; for staff everybody's."""
    with transaction():
        wallets = queries.wallets_visible_to(caller())
        return WalletPage.of(wallets, id_column=Wallet.id, query=query, render=WalletResponse.of)


@blueprint.get("/<uuid:wallet_id>")
@blueprint.auth_required(signed_in)
@blueprint.output(WalletResponse)
@blueprint.doc(responses=problem_responses(*SIGN_IN_PROBLEMS, WalletNotFound, DatabaseUnavailable))
def read_wallet(wallet_id: UUID) -> WalletResponse:
    """One wallet."""
    with transaction():
        return WalletResponse.of(queries.get_wallet(wallet_id, viewer=caller()))
