"""Password, e-mail address, and the devices on which somebody is signed in."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from product.clients import accounts
from product.clients.refusals import Refused
from product.storefront.account_forms import EmailForm, PasswordForm
from product.storefront.signed_in import account_of, signed_in
from product.storefront.submissions import form_page, submit
from servicekit.principal import Principal
from servicekit.problems import TooManyRequests


@require_safe
@signed_in
def security(request: HttpRequest, principal: Principal) -> HttpResponse:
    return _page(request, principal, PasswordForm())


@sensitive_post_parameters()
@require_POST
@signed_in
def change_password(request: HttpRequest, principal: Principal) -> HttpResponse:
    account, form = account_of(request, principal), PasswordForm(request.POST)

    def send() -> None:
        passwords = form.cleaned_data
        accounts.change_password(account, old_password=passwords["password"], new_password=passwords["new_password"])

    if submit(form, send):
        messages.success(request, _("Your password is changed, and you are signed out everywhere else."))
        return HttpResponseRedirect(reverse("storefront:security"))
    return _page(request, principal, form)


@require_POST
@signed_in
def end_session(request: HttpRequest, principal: Principal, session_id: UUID) -> HttpResponse:
    with suppress(Refused):  # it has ended already
        accounts.end_session(account_of(request, principal), session_id)
    messages.success(request, _("Signed out there."))
    return HttpResponseRedirect(reverse("storefront:security"))


@require_POST
@signed_in
def end_other_sessions(request: HttpRequest, principal: Principal) -> HttpResponse:
    accounts.end_other_sessions(account_of(request, principal))
    messages.success(request, _("Signed out everywhere but here."))
    return HttpResponseRedirect(reverse("storefront:security"))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def email(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Ask for another address. It holds once the link that is sent there is followed."""
    account = account_of(request, principal)
    form = EmailForm(request.POST or None)
    if submit(form, lambda: accounts.request_email_change(account, **form.cleaned_data)):
        messages.success(request, _("We have sent a link to the new address. Open it to finish."))
        return HttpResponseRedirect(reverse("storefront:email"))
    context = {"profile": None if form.problem else accounts.read_profile(account)}
    return form_page(request, "storefront/account/email.html", form, context)


@require_POST
@signed_in
def ask_for_confirmation(request: HttpRequest, principal: Principal) -> HttpResponse:
    try:
        accounts.request_email_confirmation(account_of(request, principal))
    except TooManyRequests:
        messages.error(request, _("We have sent several already. Please wait a little."))
    else:
        messages.success(request, _("We have sent you a link. Open it to confirm your address."))
    return HttpResponseRedirect(reverse("storefront:email"))


def _page(request: HttpRequest, principal: Principal, form: PasswordForm) -> HttpResponse:
    is_away = form.problem is not None
    context = {"sessions": [] if is_away else accounts.list_sessions(account_of(request, principal))}
    return form_page(request, "storefront/account/security.html", form, context)
