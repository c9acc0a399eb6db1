"""The values that a profile is made of."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError

from servicekit.text import Text

_PHONE_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{1,30}")
_http_url = TypeAdapter(HttpUrl)


def _web_address(value: str) -> str:
    """Only http and https: other schemes, such as `javascript:`, run on the page that shows the link."""
    try:
        _http_url.validate_python(value)
    except ValidationError:
        raise ValueError("must be an http or https URL") from None
    return value


def _phone_number(value: str) -> str:
    if not _PHONE_NUMBER.fullmatch(value):
        raise ValueError("must be a phone number, such as +49 30 1234567")
    return value


PersonName = Annotated[Text, Field(min_length=1, max_length=100)]
ShortText = Annotated[Text, Field(min_length=1, max_length=100)]
Biography = Annotated[Text, Field(min_length=1, max_length=1000)]
Website = Annotated[Text, Field(max_length=200, json_schema_extra={"format": "uri"}), AfterValidator(_web_address)]
PhoneNumber = Annotated[Text, Field(max_length=32, examples=["+49 30 1234567"]), AfterValidator(_phone_number)]


class Address(BaseModel):
    """Where somebody lives. In a change, a part that is not given stays as it is, and null removes it."""

    model_config = ConfigDict(extra="forbid")

    street: ShortText | None = None
    building: ShortText | None = None
    city: ShortText | None = None
    postal_code: Annotated[Text, Field(min_length=1, max_length=20)] | None = None
    country: ShortText | None = None
