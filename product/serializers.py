"""Serializers and fields that take nothing but what the contract names, in the JSON type that it names."""

import re
from collections.abc import Iterator, Mapping
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


def parse_body(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """The checked values of a serializer made with `data=request.data`. Raises `ValidationFailed`."""
    if not serializer.is_valid():
        raise ValidationFailed(list(_field_errors(serializer.errors, "")))
    values: dict[str, Any] = serializer.validated_data
    return values


def parse_query(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """The same for `data=request.query_params.dict()`: errors name the parameter instead of pointing into a body."""
    if not serializer.is_valid():
        errors = _field_errors(serializer.errors, "")
        raise ValidationFailed([FieldError(pointer=e["pointer"].lstrip("/"), message=e["message"]) for e in errors])
    values: dict[str, Any] = serializer.validated_data
    return values


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
