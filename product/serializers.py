"""Serializers and fields that take nothing but what the contract names, in the JSON type that it names.

And how views use serializers: `parse_body` and `parse_query` for what comes in, `shown` for what goes out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from servicekit.money import CURRENCIES
from servicekit.problems import FieldError, ValidationFailed


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know or that are not the client's to set."""

    def run_validation(self, data: Any = empty) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            errors = {name: ["This field is not known."] for name in data if name not in known}
        try:
            value = super().run_validation(data)
        except ValidationError as error:
            found: Any = error.detail
            raise ValidationError(errors | found if isinstance(found, dict) else found) from None
        if errors:
            raise ValidationError(errors)
        return value


class StringField(serializers.CharField):
    """A JSON string: no number is taken for one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        value: str = super().to_internal_value(data)
        return value


class WholeNumberField(serializers.IntegerField):
    """A JSON integer: no string, no boolean, no 1.0."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        value: int = super().to_internal_value(data)
        return value


class TrueOrFalseField(serializers.BooleanField):
    """A JSON boolean: no "yes", no 1."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class IdField(serializers.UUIDField):
    """A UUID in its usual form of 36 characters."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value=data)
        value: UUID = super().to_internal_value(data)
        return value


class AmountField(serializers.RegexField):
    """An amount of money as a string ("19.99"). Its decimals are checked by whoever knows the currency."""

    default_error_messages = {"invalid": "Must be a decimal number in a string, such as 19.99."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(re.compile(r"^\d{1,13}(\.\d{1,3})?$", re.ASCII), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        value: str = super().to_internal_value(data)
        return value


class CurrencyField(serializers.ChoiceField):
    """An ISO 4217 code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=sorted(CURRENCIES), **kwargs)


def parse_body(
    serializer: type[serializers.Serializer[Any]], data: Any, *, partial: bool = False, changes: Any = None
) -> dict[str, Any]:
    """The checked values of `request.data`; with `partial` only of what is given. Raises `ValidationFailed`.

    `changes` is what is to be changed, for a serializer whose checks depend on it: its `instance`.
    """
    try:
        if changes is not None:
            return _validated(serializer(changes, partial=partial), data)
        return _validated(_prepared(serializer, partial=partial), data)
    except ValidationError as error:
        raise ValidationFailed(list(_field_errors(error.detail, ""))) from None


def parse_query(serializer: type[serializers.Serializer[Any]], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The same for `request.query_params.dict()`: errors name the parameter instead of pointing into a body."""
    try:
        return _validated(_prepared(serializer), parameters)
    except ValidationError as error:
        errors = _field_errors(error.detail, "")
        raise ValidationFailed(
            [FieldError(pointer=e["pointer"].lstrip("/"), message=e["message"]) for e in errors]
        ) from None


def shown(serializer: type[serializers.Serializer[Any]], item: Any) -> dict[str, Any]:
    """What clients see of an item."""
    body: dict[str, Any] = _prepared(serializer).to_representation(item)
    return body


def all_shown(serializer: type[serializers.Serializer[Any]], items: Iterable[Any]) -> list[dict[str, Any]]:
    show = _prepared(serializer).to_representation
    return [show(item) for item in items]


def _validated(serializer: serializers.Serializer[Any], data: Any) -> dict[str, Any]:
    values: dict[str, Any] = serializer.run_validation(data)
    return values


@cache
def _prepared(serializer: type[serializers.Serializer[Any]], *, partial: bool = False) -> serializers.Serializer[Any]:
    """One for all requests and threads: its methods that are called here keep nothing.

    A serializer of one's own copies every declared field first. That was a quarter of the time of placing an order.
    """
    return serializer(partial=partial)


def _field_errors(detail: Any, pointer: str) -> Iterator[FieldError]:
    """DRF's nested errors as a flat list of JSON pointers."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            is_whole = name == "non_field_errors"
            yield from _field_errors(inner, pointer if is_whole else f"{pointer}/{_escaped(str(name))}")
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            is_nested = isinstance(inner, Mapping | list)
            yield from _field_errors(inner, f"{pointer}/{position}" if is_nested else pointer)
    else:
        yield FieldError(pointer=pointer, message=str(detail))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
