"""Pages for opening an account, signing in and signing out. Auth decides; the token it gives stays in the session."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from product.clients import auth
from product.storefront import display, sessions
from product.storefront.carts import sign_in_with_cart
from product.storefront.forms import RegistrationForm, SignInForm
from product.storefront.navigation import safe_next, to_sign_in
from product.storefront.preferences import prefer_what_is_shown, show_as_preferred
from product.storefront.submissions import wait_message
from servicekit.problems import TooManyRequests

AccountForm = RegistrationForm | SignInForm


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Open an account and sign in with it."""
    form = RegistrationForm(request.POST or None)
    if form.is_valid():
        try:
            auth.register(**form.cleaned_data, language=display.language_in_use())
        except auth.RegistrationRefused as refusal:
            form.refuse(refusal.faults)
        except (auth.AuthAway, TooManyRequests) as problem:
            return _later(request, "storefront/register.html", form, problem)
        else:
            return _sign_in_new_account(request, form)
    return _page(request, "storefront/register.html", form)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Open a session and return to where the visitor was."""
    form = SignInForm(request.POST or None)
    if form.is_valid():
        try:
            session = auth.sign_in(**form.cleaned_data)
        except auth.WrongCredentials:
            form.add_error(None, _("Name and password do not match."))
        except (auth.AuthAway, TooManyRequests) as problem:
            return _later(request, "storefront/sign_in.html", form, problem)
        else:
            sign_in_with_cart(request, session)
            response = HttpResponseRedirect(safe_next(request))
            show_as_preferred(request, response)
            return response
    return _page(request, "storefront/sign_in.html", form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget the session on this side. Its access token runs out by itself within minutes."""
    sessions.end(request)
    return HttpResponseRedirect(safe_next(request))


def _sign_in_new_account(request: HttpRequest, form: RegistrationForm) -> HttpResponse:
    """The account exists by now: when signing in fails, the visitor is sent to do it by hand."""
    try:
        session = auth.sign_in(username=form.cleaned_data["username"], password=form.cleaned_data["password"])
    except (auth.WrongCredentials, auth.AuthAway, TooManyRequests):
        return to_sign_in(request, back_to=safe_next(request))
    sign_in_with_cart(request, session)
    response = HttpResponseRedirect(safe_next(request))
    prefer_what_is_shown(request, response, timezone=request.POST.get("timezone", ""))
    return response


def _later(
    request: HttpRequest, template: str, form: AccountForm, problem: auth.AuthAway | TooManyRequests
) -> HttpResponse:
    """The form as it was filled in, to be sent again."""
    form.add_error(None, wait_message(problem))
    response = _page(request, template, form, status=problem.status)
    response.headers["Retry-After"] = problem.headers["Retry-After"]
    return response


def _page(request: HttpRequest, template: str, form: AccountForm, *, status: int | None = None) -> HttpResponse:
    context = {"form": form, "next": safe_next(request), "is_expired": sessions.has_expired(request)}
    return render(request, template, context, status=status or (422 if form.is_bound else 200))
