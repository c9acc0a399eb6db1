"""The catalogue's forms in the back office. Their values go to the use cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from product.backoffice.model_admin import AnyModelForm, UseCaseForm
from product.backoffice.refusals import told
from product.catalogue.models import Category, Product, ProductImage
from product.catalogue.pictures import convert_upload
from product.catalogue.services.products import is_reserved
from servicekit.money import CURRENCIES, InvalidAmount, parse_amount
from servicekit.pictures import Converted
from servicekit.problems import Problem

MAX_PICTURE_BYTES = 8_388_608

_LARGEST_MOVE = 1_000_000_000


class CategoryForm(UseCaseForm):
    class Meta:
        model = Category
        fields = ["name", "slug", "parent", "position", "description"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Those at the top have no parent."""
        super().__init__(*args, **kwargs)
        self.fields["parent"].required = False


class ProductForm(UseCaseForm):
    price = forms.CharField(label=_("price"), max_length=20, help_text=_("Such as 19.99"))
    currency = forms.ChoiceField(
        label=_("currency"), choices=[(currency, currency) for currency in sorted(CURRENCIES)], initial="EUR"
    )
    pieces = forms.IntegerField(
        required=False,
        min_value=-_LARGEST_MOVE,
        max_value=_LARGEST_MOVE,
        label=_("Pieces in or out"),
        help_text=_("12 came in, -3 were broken. Never the number that is there: shoppers change it all the time."),
    )
    shown_version = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)
    """Of the product when the page was made: a change is refused when somebody else was quicker."""

    class Meta:
        model = Product
        fields = ["name", "sku", "slug", "category", "description", "currency", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """`initial` also holds what is no column."""
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.fields["slug"].required = False  # made of the name
        else:
            self.initial.update(price=self.instance.price, shown_version=self.instance.version)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug and is_reserved(slug):
            raise forms.ValidationError(_("This slug cannot be used."))
        return slug

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "price" in values and "currency" in values:
            try:
                values["price_minor"] = parse_amount(values["price"], values["currency"])
            except InvalidAmount:
                self.add_error("price", str(_("This is no amount of that currency.")))
            else:
                if values["price_minor"] == 0:
                    self.add_error("price", str(_("Must be greater than zero.")))
        return values

    def columns(self) -> dict[str, Any]:
        changed = super().columns()
        if "price" in self.changed_data or "currency" in self.changed_data:
            changed["price_minor"] = self.cleaned_data["price_minor"]
        return changed


class ProductImageForm(AnyModelForm):
    """A picture of a product. Uploaded ones go the way of the API's: converted, in several sizes, without metadata."""

    upload = forms.FileField(required=False, label=_("new picture"), help_text=_("PNG, JPEG or WebP, at most 8 MiB"))

    class Meta:
        model = ProductImage
        fields = ["alt", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """In the table of pictures the heads of the columns are no labels of the fields."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean_upload(self) -> tuple[Converted, dict[int, bytes]] | None:
        file = self.cleaned_data["upload"]
        if file is None:
            return None
        if file.size > MAX_PICTURE_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        try:
            return convert_upload(file, file.content_type)
        except Problem as problem:
            raise forms.ValidationError(told(problem)) from None

    def columns(self) -> dict[str, Any]:
        """What was changed, as the use case takes it."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in {"alt", "position"}}
