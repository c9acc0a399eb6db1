"""What users type on the wallet page. Payment has the last word."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from product.storefront.submissions import ServiceForm
from servicekit.money import InvalidAmount, parse_amount

_FROZEN = (None, _("Your wallet is frozen, so nothing moves in it."))


class _AmountForm(ServiceForm):
    """An amount of the wallet's currency. `key` was issued with the page: however often it arrives, it counts once."""

    amount = forms.CharField(
        label=_("Amount"), max_length=16, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    field_refusals = {"amount": _("This amount is not possible.")}

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency

    def clean_amount(self) -> str:
        """As payment takes it: with a point, whatever was typed."""
        typed: str = "".join(self.cleaned_data["amount"].replace(",", ".").split())
        try:
            is_positive = parse_amount(typed, self._currency) > 0
        except InvalidAmount as error:
            raise forms.ValidationError(_("This is not an amount, such as 19.99.")) from error
        if not is_positive:
            raise forms.ValidationError(_("Type more than nothing."))
        return typed


class TopUpForm(_AmountForm):
    refusals = {
        "wallet_frozen": _FROZEN,
        "balance_limit_exceeded": ("amount", _("This is more than one wallet may hold.")),
    }
    field_refusals = {"amount": _("This is more than can be topped up at once.")}


class TransferForm(_AmountForm):
    receiver_username = forms.CharField(
        label=_("To whom"),
        max_length=32,
        help_text=_("Their username."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    field_order = ["receiver_username", "amount"]
    field_refusals = {
        "amount": _("This amount is not possible."),
        "receiver_username": _("That is you. Choose somebody else."),
    }
    refusals = {
        "wallet_frozen": _FROZEN,
        "balance_limit_exceeded": ("amount", _("This is more than their wallet may hold.")),
        "receiver_not_found": ("receiver_username", _("There is nobody of this name.")),
        "receiver_wallet_frozen": ("receiver_username", _("Their wallet is frozen.")),
        "insufficient_funds": ("amount", _("There is not that much in your wallet.")),
    }
