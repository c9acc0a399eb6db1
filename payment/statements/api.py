"""Statements over HTTP: of one wallet, and of all that the caller has."""

from uuid import UUID

from apiflask import APIBlueprint

from payment.authentication import SIGN_IN_PROBLEMS, caller, signed_in
from payment.database import DatabaseUnavailable, transaction
from payment.errors import problem_responses
from payment.pagination import PageQuery
from payment.settings import get_settings
from payment.statements import queries
from payment.statements.schemas import HistoryQuery, StatementPage
from payment.wallets.errors import WalletNotFound
from payment.wallets.queries import get_wallet
from servicekit.problems import ValidationFailed

blueprint = APIBlueprint("statements", __name__)

_PROBLEMS = (*SIGN_IN_PROBLEMS, ValidationFailed, DatabaseUnavailable)


@blueprint.get("/api/v1/wallets/<uuid:wallet_id>/transactions")
@blueprint.auth_required(signed_in)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(StatementPage)
@blueprint.doc(responses=problem_responses(*_PROBLEMS, WalletNotFound))
def read_statement(wallet_id: UUID, query: PageQuery) -> StatementPage:
    """What has happened to the money in a wallet, the newest first, with the balance after each movement."""
    with transaction():
        wallet = get_wallet(wallet_id, viewer=caller())
        return StatementPage.loaded_by(
            lambda position, limit: queries.entries_of([wallet.id], position, limit=limit),
            cursor=query.cursor,
            limit=query.limit,
            id_of=lambda entry: entry.id,
            render=queries.lines,
        )


@blueprint.get("/transactions")
@blueprint.auth_required(signed_in)
@blueprint.input(HistoryQuery, location="query", arg_name="query")
@blueprint.output(StatementPage)
@blueprint.doc(responses=problem_responses(*_PROBLEMS))
def read_history(query: HistoryQuery) -> StatementPage:
    """One's own history over all wallets, the newest first. By `cursor` the last page costs what the first one does."""
    with transaction():
        wallet_ids = queries.wallet_ids_of(caller().user_id)
        return StatementPage.loaded_by(
            lambda position, limit: queries.entries_of(wallet_ids, position, limit=limit, skip=query.skip),
            cursor=query.cursor,
            limit=query.limit or get_settings().transactions_page_size,
            id_of=lambda entry: entry.id,
            render=queries.lines,
            leave_out=["skip"],
        )
