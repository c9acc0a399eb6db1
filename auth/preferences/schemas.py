"""What goes over the wire about preferences."""

import json
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StrictBool

from servicekit.text import Text, storable

MAX_SETTINGS_LENGTH = 16_384
"""Characters of JSON."""
_DEEPEST = 8


def _known_timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("must be a time zone of the IANA database, such as Europe/Berlin")
    return value


def _storable_settings(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Also inside of JSON, PostgreSQL stores no NUL; and it has no infinity, which Python makes of 1e999."""
    _check_parts(value, _DEEPEST)
    try:
        length = len(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except ValueError:
        raise ValueError("must not contain numbers that are out of range") from None
    if length > MAX_SETTINGS_LENGTH:
        raise ValueError(f"must not be longer than {MAX_SETTINGS_LENGTH} characters of JSON")
    return value


def _check_parts(value: JsonValue, levels: int) -> None:
    """Raises `ValueError` for text that cannot be stored, and for what is nested too deeply."""
    if isinstance(value, str):
        storable(value)
    if not isinstance(value, dict | list):
        return
    if levels == 0:
        raise ValueError(f"must not be nested more than {_DEEPEST} levels deep")
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    for part in parts:
        _check_parts(part, levels - 1)


Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", examples=["en", "pt-BR"])]
Timezone = Annotated[Text, Field(max_length=64, examples=["Europe/Berlin"]), AfterValidator(_known_timezone)]
Theme = Literal["light", "dark", "system"]
DateFormat = Literal["YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY"]
TimeFormat = Literal["12h", "24h"]
CustomSettings = Annotated[dict[str, JsonValue], AfterValidator(_storable_settings)]


class PreferenceChanges(BaseModel):
    """What is to be different. What is not given stays as it is.

    `custom_settings` are the client's own, up to 16,384 characters of JSON; a key that is set to null is removed.
    """

    model_config = ConfigDict(extra="forbid")

    language: Language = "en"
    timezone: Timezone = "UTC"
    theme: Theme = "system"
    date_format: DateFormat = "YYYY-MM-DD"
    time_format: TimeFormat = "24h"
    email_notifications: StrictBool = True
    push_notifications: StrictBool = False
    sms_notifications: StrictBool = False
    newsletter: StrictBool = False
    marketing: StrictBool = False
    custom_settings: CustomSettings = {}


class PreferencesResponse(BaseModel):
    """The defaults are what holds for a user who has changed nothing."""

    model_config = ConfigDict(from_attributes=True)

    language: str = "en"
    timezone: str = "UTC"
    theme: Theme = "system"
    date_format: DateFormat = "YYYY-MM-DD"
    time_format: TimeFormat = "24h"
    email_notifications: bool = True
    push_notifications: bool = False
    sms_notifications: bool = False
    newsletter: bool = False
    marketing: bool = False
    custom_settings: dict[str, Any] = {}
