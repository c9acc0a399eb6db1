"""What staff types on the pages of the back office, and in the admin, about orders and stock."""

from django import forms
from django.utils.translation import gettext_lazy as _

from servicekit.ids import new_id

_LARGEST_MOVE = 1_000_000_000


class ShipForm(forms.Form):
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=100)
    tracking = forms.CharField(label=_("Tracking"), required=False, max_length=200)


class RefundForm(forms.Form):
    amount = forms.RegexField(
        r"^[0-9]{1,13}([.,][0-9]{1,3})?$",
        label=_("Amount"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("all that is left"), "inputmode": "decimal"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    """Issued with the page: however often the button is pressed, it refunds once."""

    def clean_amount(self) -> str:
        amount: str = self.cleaned_data["amount"]
        return amount.replace(",", ".")


class StockForm(forms.Form):
    quantity = forms.IntegerField(label=_("Pieces in or out"), min_value=-_LARGEST_MOVE, max_value=_LARGEST_MOVE)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    """Issued with the page: however often the button is pressed, the pieces are counted once."""

    def clean_quantity(self) -> int:
        quantity: int = self.cleaned_data["quantity"]
        if quantity == 0:
            raise forms.ValidationError(_("Nothing would change."))
        return quantity
