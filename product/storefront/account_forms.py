"""What users type on their account pages. Auth has the last word on all of it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from product.clients.accounts import Profile
from product.storefront.submissions import ServiceForm

if TYPE_CHECKING:
    from product.storefront.submissions import Words

ADDRESS = ("street", "building", "postal_code", "city", "country")

_EXPIRED_LINK = (None, _("This link is not valid any more. Links work once, and only for a short time."))
_WRONG_PASSWORD = ("password", _("This is not your password."))
MAX_AVATAR_BYTES = 5_242_880
"""Auth's own limit, unless it is set to less."""

_TOO_LARGE = _("This file is too large.")
_WEAK_PASSWORD = _("Choose one that is harder to guess, and not your name or address.")


def _text(label: "Words", *, autocomplete: str = "off", max_length: int = 100, **options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, required=False, max_length=max_length, widget=widget, **options)


def _password(label: "Words", *, is_new: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=8 if is_new else None,
        max_length=128,
        strip=False,
        help_text=_("At least 8 characters.") if is_new else "",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if is_new else "current-password"}),
    )


class ProfileForm(ServiceForm):
    display_name = _text(_("Name shown to others"), autocomplete="nickname")
    first_name = _text(_("First name"), autocomplete="given-name")
    last_name = _text(_("Last name"), autocomplete="family-name")
    bio = forms.CharField(
        label=_("About you"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    location = _text(_("Place"))
    website = _text(_("Website"), autocomplete="url", max_length=200)
    phone_number = _text(_("Phone"), autocomplete="tel", max_length=32)
    street = _text(_("Street"), autocomplete="address-line1")
    building = _text(_("House, flat"), autocomplete="address-line2")
    postal_code = _text(_("Postal code"), autocomplete="postal-code", max_length=20)
    city = _text(_("City"), autocomplete="address-level2")
    country = _text(_("Country"), autocomplete="country-name")

    field_refusals = {
        "website": _("This does not look like a web address. It begins with https://"),
        "phone_number": _("This does not look like a phone number, such as +49 30 1234567."),
    }

    @classmethod
    def values_of(cls, profile: Profile) -> dict[str, Any]:
        address = profile.address.model_dump() if profile.address else {}
        return profile.model_dump(exclude={"address"}) | address

    def changes(self) -> dict[str, Any]:
        """For auth: what is empty is removed."""
        values = {name: value.strip() or None for name, value in self.cleaned_data.items()}
        address = {name: values.pop(name) for name in ADDRESS}
        return values | {"address": address}


@cache
def _time_zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


def _languages() -> Iterator[tuple[str, str]]:
    for code, _name in settings.LANGUAGES:
        yield code, get_language_info(code)["name_local"].capitalize()


class PreferencesForm(ServiceForm):
    language = forms.ChoiceField(label=_("Language"), choices=_languages)
    theme = forms.ChoiceField(
        label=_("Theme"), choices=[("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))]
    )
    timezone = forms.ChoiceField(label=_("Time zone"), choices=_time_zones)
    date_format = forms.ChoiceField(
        label=_("Days"),
        choices=[
            ("YYYY-MM-DD", "2026-11-21"),
            ("DD.MM.YYYY", "21.11.2026"),
            ("DD/MM/YYYY", "21/11/2026"),
            ("MM/DD/YYYY", "11/21/2026"),
        ],
    )
    time_format = forms.ChoiceField(label=_("Times"), choices=[("24h", "14:05"), ("12h", "2:05 pm")])
    email_notifications = forms.BooleanField(label=_("E-mails about my orders"), required=False)
    push_notifications = forms.BooleanField(label=_("Messages on my devices"), required=False)
    sms_notifications = forms.BooleanField(label=_("Text messages (SMS)"), required=False)
    newsletter = forms.BooleanField(label=_("A letter now and then about new things"), required=False)
    marketing = forms.BooleanField(label=_("Offers"), required=False)


class PasswordForm(ServiceForm):
    password = _password(_("Your password now"))
    new_password = _password(_("The new one"), is_new=True)

    refusals = {"wrong_password": _WRONG_PASSWORD}
    field_refusals = {"new_password": _WEAK_PASSWORD}


class EmailForm(ServiceForm):
    new_email = forms.EmailField(
        label=_("New e-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = _password(_("Your password"))

    refusals = {"wrong_password": _WRONG_PASSWORD}
    field_refusals = {"new_email": _("This does not look like an e-mail address.")}


class AvatarForm(ServiceForm):
    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, up to 5 MB. It is cut to a square."),
        widget=forms.FileInput(
            attrs={
                "accept": "image/png,image/jpeg,image/webp",
                "data-preview": "avatar-preview",
                "data-max-bytes": MAX_AVATAR_BYTES,
                "data-too-large": _TOO_LARGE,
            }
        ),
    )

    refusals = {
        "picture_too_large": ("file", _TOO_LARGE),
        "picture_type_not_supported": ("file", _("This is not a PNG, JPEG or WebP picture.")),
        "invalid_picture": ("file", _("This picture is broken, moving, or of too many pixels.")),
    }

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_AVATAR_BYTES:
            raise forms.ValidationError(_TOO_LARGE)
        return file


class ForgottenPasswordForm(ServiceForm):
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class TokenForm(ServiceForm):
    """A single button under a link from an e-mail: looking at the page, as mail scanners do, uses nothing up."""

    token = forms.CharField(max_length=100, widget=forms.HiddenInput)

    refusals: Mapping[str, "tuple[str | None, Words]"] = {
        "invalid_confirmation": _EXPIRED_LINK,
        "email_taken": (None, _("There is an account with this address already.")),
    }


class NewPasswordForm(TokenForm):
    new_password = _password(_("New password"), is_new=True)

    field_refusals = {"new_password": _WEAK_PASSWORD}


class DeletionForm(ServiceForm):
    """The name is typed to show that it is no slip."""

    username = forms.CharField(
        max_length=32, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"})
    )

    refusals = {"last_admin": (None, _("You are the last admin of this shop. Appoint another one first."))}

    def __init__(self, *args: Any, expected_username: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._expected = expected_username
        self.fields["username"].label = _("Type your username, %(username)s, to confirm") % {
            "username": expected_username
        }

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if username != self._expected:
            raise forms.ValidationError(_("This is not your username."))
        return username
