"""The forms of one product's pages: what it is, and its pictures."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from product.catalogue import services
from product.catalogue.forms import MAX_PICTURE_BYTES
from product.catalogue.models import Category, Product, ProductImage
from product.catalogue.pictures import convert_upload
from product.catalogue.services.products import is_reserved
from servicekit.money import CURRENCIES, InvalidAmount, parse_amount
from servicekit.patience import time_not_counted
from servicekit.pictures import Converted, InvalidPicture, PictureTypeNotSupported, TooManyUploads
from servicekit.problems import Problem

if TYPE_CHECKING:
    AnyFile = UploadedFile[bytes]  # generic in the stubs only
else:
    AnyFile = UploadedFile

MOST_FILES = 4
"""At once: they are converted one after another, while somebody waits."""
MAX_UPLOAD_BYTES = MOST_FILES * MAX_PICTURE_BYTES + 65_536

_UNUSABLE: dict[type[Problem], Promise] = {
    PictureTypeNotSupported: _("%(name)s is no PNG, JPEG or WebP picture."),
    InvalidPicture: _("%(name)s cannot be used: it is broken, moves, or is too large."),
    TooManyUploads: _("Too many pictures are being uploaded. Please try again in a moment."),
}


class ProductForm(forms.Form):
    """Of a product that is there, `initial` is what it was when the page was made."""

    name = forms.CharField(label=_("Name"), max_length=200)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.all(), empty_label=None)
    price = forms.CharField(label=_("Price"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in sorted(CURRENCIES)])
    sku = forms.CharField(label=_("SKU"), max_length=64)
    slug = forms.SlugField(
        label=_("Address of its page"),
        required=False,
        max_length=200,
        help_text=_("Made of the name when it is empty."),
    )
    vendor = forms.CharField(label=_("Made by"), required=False, max_length=100)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=2000, help_text=_("With commas between them."))
    is_active = forms.BooleanField(label=_("For sale"), required=False, initial=True)
    shown_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """Of the product when the page was made: a change is refused when somebody else was quicker."""

    @classmethod
    def values_of(cls, product: Product) -> dict[str, Any]:
        own = {name: getattr(product, name) for name in cls.base_fields if hasattr(product, name)}
        return own | {"tags": ", ".join(product.tags), "shown_version": product.version}

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug and is_reserved(slug):
            raise forms.ValidationError(_("This address is taken."))
        return slug or self.initial.get("slug", "")

    def clean_tags(self) -> list[str]:
        tags = [tag for part in self.cleaned_data["tags"].split(",") if (tag := part.strip())]
        if len(tags) > 50 or any(len(tag) > 50 for tag in tags):
            raise forms.ValidationError(_("At most 50 tags, of at most 50 characters."))
        return tags

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "price" in values and "currency" in values:
            try:
                values["price_minor"] = parse_amount(values["price"].strip().replace(",", "."), values["currency"])
            except InvalidAmount:
                self.add_error("price", _("This is no amount of that currency."))
            else:
                if values["price_minor"] == 0:
                    self.add_error("price", _("A price is more than nothing."))
        return values

    def columns(self) -> dict[str, Any]:
        """As the use cases take them."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"price", "shown_version", "stock"}
        }

    def changes(self) -> dict[str, Any]:
        """Those of the columns that are other than they were."""
        columns = self.columns()
        price = {"price_minor": columns["price_minor"]} if {"price", "currency"} & set(self.changed_data) else {}
        return {name: columns[name] for name in self.changed_data if name in columns} | price


class NewProductForm(ProductForm):
    stock = forms.IntegerField(label=_("Pieces that are here"), min_value=0, max_value=1_000_000_000, initial=0)

    def new_product(self) -> services.NewProduct:
        return services.NewProduct(**self.columns(), stock=self.cleaned_data["stock"])


class _SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _SeveralFiles(forms.FileField):
    """As Django's documentation has it: the widget gives a list."""

    widget = _SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[AnyFile]:
        return [super(_SeveralFiles, self).clean(file, initial) for file in data or [None]]


class PicturesForm(forms.Form):
    """One or more pictures, which become what the shop shows: of several sizes, without metadata."""

    pictures = _SeveralFiles(
        label=_("New pictures"),
        help_text=_("PNG, JPEG or WebP, up to 4 at once, each of at most 8 MiB."),
        widget=_SeveralFilesInput(attrs={"accept": "image/png,image/jpeg,image/webp", "data-submit": True}),
    )

    def clean_pictures(self) -> list[AnyFile]:
        files: list[AnyFile] = self.cleaned_data["pictures"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most 4 pictures at once."))
        return files

    def converted(self) -> list[tuple[Converted, dict[int, bytes]]]:
        """Those that can be used. The form says what is wrong with the others."""
        return [picture for file in self.cleaned_data["pictures"] if (picture := self._converted(file))]

    def _converted(self, file: AnyFile) -> tuple[Converted, dict[int, bytes]] | None:
        if (file.size or 0) > MAX_PICTURE_BYTES:
            self.add_error("pictures", _("%(name)s is too large.") % {"name": file.name})
            return None
        try:
            with time_not_counted():
                return convert_upload(file, file.content_type)
        except (PictureTypeNotSupported, InvalidPicture, TooManyUploads) as problem:
            self.add_error("pictures", str(_UNUSABLE[type(problem)]) % {"name": file.name})
        return None


class PictureForm(forms.Form):
    """What a picture shows, for those who do not see it."""

    alt = forms.CharField(label=_("What it shows"), required=False, max_length=200)

    @classmethod
    def of(cls, image: ProductImage) -> "PictureForm":
        return cls(initial={"alt": image.alt}, auto_id=f"picture-{image.pk}-%s")
