"""What visitors type. Auth has the last word on accounts; these checks only spare a round trip."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from product.clients.auth import Fault

MAX_QUANTITY = 99

_USERNAME_RULE = _("3 to 32 letters, digits, dots, dashes or underscores.")
_REFUSALS = {
    ("username", "taken"): _("This username is taken."),
    ("email", "taken"): _("There is an account with this address already."),
    ("username", "invalid"): _USERNAME_RULE,
    ("email", "invalid"): _("This does not look like an e-mail address."),
    ("password", "invalid"): _("Choose one that is harder to guess, and not your name or address."),
}
_REFUSED = _("These details were not accepted.")


class RegistrationForm(forms.Form):
    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{3,32}\Z",
        label=_("Username"),
        max_length=32,
        help_text=_USERNAME_RULE,
        error_messages={"invalid": _USERNAME_RULE},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 8 characters."),
        min_length=8,
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def refuse(self, faults: Mapping[str, Fault]) -> None:
        """Say in the visitor's words what auth found wrong."""
        for field, fault in faults.items():
            self.add_error(field if field in self.fields else None, _REFUSALS.get((field, fault), _REFUSED))
        if not faults:
            self.add_error(None, _REFUSED)


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Username or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class BuyForm(forms.Form):
    """What the product page sends to the cart, or straight to the checkout: then its address holds the `key`."""

    product = forms.SlugField(max_length=200)
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY)
    key = forms.UUIDField(required=False)


class QuantityForm(forms.Form):
    """What a line of the cart sends."""

    quantity = forms.IntegerField(min_value=0, max_value=MAX_QUANTITY)


class ConfirmForm(forms.Form):
    """What the checkout's confirming button sends. Without a product it is about the cart.

    `key` was issued with the page: however often the form arrives, it buys once. `agreed_total` (minor units of
    `currency`) is what the buyer was shown.
    """

    product = forms.UUIDField(required=False)
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY, required=False)
    agreed_total = forms.IntegerField(min_value=0)
    currency = forms.CharField(max_length=3)
    key = forms.UUIDField()

    def clean(self) -> dict[str, Any]:
        if bool(self.cleaned_data.get("product")) != bool(self.cleaned_data.get("quantity")):
            raise forms.ValidationError("One without the other")  # no visitor sees this
        return self.cleaned_data
