"""Pages behind the links in e-mails. The link shows a page; only its button uses the token up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from product.clients import accounts
from product.storefront.account_forms import ForgottenPasswordForm, NewPasswordForm, TokenForm
from product.storefront.submissions import form_page, submit


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether there is an account or not."""
    form = ForgottenPasswordForm(request.POST or None)
    if submit(form, lambda: accounts.request_password_reset(**form.cleaned_data)):
        return render(request, "storefront/account/mail_sent.html", {"email": form.cleaned_data["email"]})
    return form_page(request, "storefront/account/forgotten_password.html", form)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    form = NewPasswordForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if submit(form, lambda: accounts.confirm_password_reset(**form.cleaned_data)):
        messages.success(request, _("Your new password is set. Sign in with it."))
        return HttpResponseRedirect(reverse("storefront:sign-in"))
    return form_page(request, "storefront/account/new_password.html", form)


@never_cache
@require_http_methods(["GET", "POST"])
def email_change(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if submit(form, lambda: accounts.confirm_email_change(**form.cleaned_data)):
        messages.success(request, _("Your account has its new e-mail address."))
        return HttpResponseRedirect(reverse("storefront:home"))
    return form_page(request, "storefront/account/email_change.html", form)


@never_cache
@require_http_methods(["GET", "POST"])
def email_confirmation(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if submit(form, lambda: accounts.confirm_email(**form.cleaned_data)):
        messages.success(request, _("Thank you, your e-mail address is confirmed."))
        return HttpResponseRedirect(reverse("storefront:home"))
    return form_page(request, "storefront/account/email_confirmation.html", form)
