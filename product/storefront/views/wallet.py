"""The wallet: how much there is, what happened to it, topping up, sending money. Payment keeps all of it."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from product.clients import wallets
from product.clients.refusals import Refused
from product.clients.wallets import Statement, Wallet
from product.storefront import formats
from product.storefront.chart import balance_chart
from product.storefront.navigation import asked_next
from product.storefront.signed_in import account_of, signed_in
from product.storefront.submissions import form_page, submit
from product.storefront.wallet_forms import TopUpForm, TransferForm
from servicekit.ids import new_id
from servicekit.money import parse_amount
from servicekit.principal import Principal

_PAGE_SIZE = 20


@require_safe
@signed_in
def wallet(request: HttpRequest, principal: Principal) -> HttpResponse:
    return _page(request, principal, _new_top_up(), _new_transfer())


@require_POST
@signed_in
def top_up(request: HttpRequest, principal: Principal) -> HttpResponse:
    """And back to where the money was missing, if one came from there."""
    account = account_of(request, principal)
    form = TopUpForm(request.POST, currency=settings.CURRENCY, auto_id="top-up-%s")

    def send() -> None:
        own = _in_shop_currency(wallets.list_wallets(account))
        if own is None:
            raise Refused("wallet_not_found", frozenset())
        wallets.top_up(account, own.id, **form.cleaned_data)

    if _send(request, form, send, _("%(amount)s is in your wallet.")):
        return HttpResponseRedirect(asked_next(request) or reverse("storefront:wallet"))
    return _page(request, principal, form, _new_transfer())


@require_POST
@signed_in
def send_money(request: HttpRequest, principal: Principal) -> HttpResponse:
    account = account_of(request, principal)
    form = TransferForm(request.POST, currency=settings.CURRENCY, auto_id="transfer-%s")

    def send() -> None:
        wallets.send_money(account, **form.cleaned_data, currency=settings.CURRENCY)

    if _send(request, form, send, _("%(amount)s is sent.")):
        return HttpResponseRedirect(reverse("storefront:wallet"))
    return _page(request, principal, _new_top_up(), form)


def _send(request: HttpRequest, form: TopUpForm | TransferForm, send: Callable[[], None], done: str) -> bool:
    is_done = submit(form, send)
    if is_done:
        minor = parse_amount(form.cleaned_data["amount"], settings.CURRENCY)
        messages.success(request, done % {"amount": formats.money(minor, settings.CURRENCY)})
    return is_done


def _page(
    request: HttpRequest, principal: Principal, top_up_form: TopUpForm, transfer_form: TransferForm
) -> HttpResponse:
    """Raises `PaymentAway`: there is nothing to show without payment."""
    account = account_of(request, principal)
    own = _in_shop_currency(wallets.list_wallets(account))
    context: dict[str, object] = {
        "wallet": own,
        "top_up_form": top_up_form,
        "transfer_form": transfer_form,
        "next": asked_next(request),
    }
    if own is not None:
        try:
            statement = wallets.read_statement(account, own.id, cursor=request.GET.get("cursor"), limit=_PAGE_SIZE)
        except Refused:
            return HttpResponseRedirect(request.path)
        context |= _of_statement(statement)
    sent = transfer_form if transfer_form.is_bound else top_up_form
    return form_page(request, "storefront/wallet.html", sent, context)


def _of_statement(statement: Statement) -> dict[str, object]:
    movements = statement.results
    return {
        "movements": movements,
        "chart": balance_chart([movement.balance_after_minor for movement in reversed(movements)]),
        "previous_href": statement.previous_cursor and f"?cursor={statement.previous_cursor}",
        "next_href": statement.next_cursor and f"?cursor={statement.next_cursor}",
    }


def _new_top_up() -> TopUpForm:
    return TopUpForm(currency=settings.CURRENCY, initial={"key": new_id()}, auto_id="top-up-%s")


def _new_transfer() -> TransferForm:
    return TransferForm(currency=settings.CURRENCY, initial={"key": new_id()}, auto_id="transfer-%s")


def _in_shop_currency(own: Iterable[Wallet]) -> Wallet | None:
    return next((wallet for wallet in own if wallet.currency == settings.CURRENCY), None)
