"""The account pages: profile and picture, preferences, deletion. Auth keeps all of it."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from product.clients import accounts
from product.clients.refusals import Refused
from product.storefront import display, sessions
from product.storefront.account_forms import (
    MAX_AVATAR_BYTES,
    AvatarForm,
    DeletionForm,
    PreferencesForm,
    ProfileForm,
)
from product.storefront.signed_in import account_of, signed_in
from product.storefront.submissions import form_page, submit
from servicekit.principal import Principal


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: HttpRequest, principal: Principal) -> HttpResponse:
    account = account_of(request, principal)
    form = ProfileForm(request.POST or None)
    if submit(form, lambda: accounts.update_profile(account, form.changes())):
        messages.success(request, _("Your profile is saved."))
        return HttpResponseRedirect(reverse("storefront:profile"))
    if not form.is_bound:
        form.initial = ProfileForm.values_of(accounts.read_profile(account))
    return _profile_page(request, principal, form, AvatarForm())


@require_POST
@signed_in
def avatar(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Put up a new picture, or take it down."""
    account = account_of(request, principal)
    if "remove" in request.POST:
        _remove_avatar(account)
        return HttpResponseRedirect(reverse("storefront:profile"))
    form = AvatarForm(request.POST, request.FILES)
    if submit(form, lambda: _save_avatar(account, form)):
        messages.success(request, _("Your picture is saved."))
        return HttpResponseRedirect(reverse("storefront:profile"))
    profile_form = ProfileForm(initial=ProfileForm.values_of(accounts.read_profile(account)))
    profile_form.problem = form.problem
    return _profile_page(request, principal, profile_form, form)


avatar.max_body_bytes = MAX_AVATAR_BYTES + 65_536  # type: ignore[attr-defined]


@require_safe
def avatar_picture(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Handed on from auth: browsers load from this shop only. Who has none is shown as nobody in particular."""
    found = accounts.read_avatar(user_id)
    if found is None:
        return HttpResponseRedirect(static("storefront/nobody.svg"))
    headers = {"Cache-Control": "private, max-age=60", "ETag": found.etag}
    if found.etag and request.headers.get("If-None-Match") == found.etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(found.content, content_type="image/webp", headers=headers)


@require_http_methods(["GET", "POST"])
@signed_in
def preferences(request: HttpRequest, principal: Principal) -> HttpResponse:
    account = account_of(request, principal)
    form = PreferencesForm(request.POST or None)
    if submit(form, lambda: accounts.update_preferences(account, form.cleaned_data)):
        chosen = form.cleaned_data
        with override(chosen["language"]):
            messages.success(request, _("Your preferences are saved."))
        response = HttpResponseRedirect(reverse("storefront:preferences"))
        display.remember(response, display.Display.of(chosen), language=chosen["language"])
        return response
    if not form.is_bound:
        form.initial = accounts.read_preferences(account).model_dump()
    return form_page(request, "storefront/account/preferences.html", form)


@require_http_methods(["GET", "POST"])
@signed_in
def deletion(request: HttpRequest, principal: Principal) -> HttpResponse:
    form = DeletionForm(request.POST or None, expected_username=principal.username)
    if submit(form, lambda: accounts.delete_account(account_of(request, principal))):
        sessions.end(request)
        messages.success(request, _("Your account is deleted. Farewell."))
        return HttpResponseRedirect(reverse("storefront:home"))
    return form_page(request, "storefront/account/deletion.html", form)


def _profile_page(
    request: HttpRequest, principal: Principal, form: ProfileForm, avatar_form: AvatarForm
) -> HttpResponse:
    context = {"avatar_form": avatar_form, "user_id": principal.user_id}
    response = form_page(request, "storefront/account/profile.html", form, context)
    if avatar_form.errors and response.status_code == 200:
        response.status_code = 422
    return response


def _save_avatar(account: accounts.Account, form: AvatarForm) -> None:
    file = form.cleaned_data["file"]
    accounts.save_avatar(account, file=file.file, content_type=file.content_type)


def _remove_avatar(account: accounts.Account) -> None:
    with suppress(Refused):  # it is gone already
        accounts.delete_avatar(account)
