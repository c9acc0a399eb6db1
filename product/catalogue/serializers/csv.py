"""Imports of CSV files over the wire: what is sent beside the file, and the report."""

from typing import Any, get_args

from rest_framework import serializers

from product.catalogue.models import ProductImport
from product.catalogue.services.csv_import import Result, RowReport
from product.remarks import Remark, in_english
from product.serializers import (
    CurrencyField,
    StrictSerializer,
)


class ImportQuery(StrictSerializer):
    currency = CurrencyField(required=False, help_text="Of prices whose row does not say.")


class ImportFileInput(serializers.Serializer[Any]):
    file = serializers.FileField()


class _RemarkField(serializers.CharField):
    def to_representation(self, value: Remark | str) -> str:
        return in_english(value)


class ImportRowOutput(serializers.Serializer[RowReport]):
    line = serializers.IntegerField()
    handle = serializers.CharField(allow_blank=True)
    sku = serializers.CharField(allow_blank=True)
    result = serializers.ChoiceField(choices=get_args(Result))
    errors = serializers.ListField(child=_RemarkField())  # type: ignore[assignment]  # not the serializer's own
    notes = serializers.ListField(child=_RemarkField())


class ImportCountsOutput(serializers.Serializer[dict[str, int]]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    ignored = serializers.IntegerField()
    failed = serializers.IntegerField()


class ImportReportOutput(serializers.Serializer[dict[str, Any]]):
    counts = ImportCountsOutput()
    rows = ImportRowOutput(many=True)
    is_shortened = serializers.BooleanField(help_text="Whether rows with something to tell were left out.")


class ImportJobOutput(serializers.Serializer[ProductImport]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ProductImport.State.choices)
    line = serializers.IntegerField(help_text="The last that was taken in.")
    lines = serializers.IntegerField()
    detail = serializers.CharField(allow_blank=True, help_text="Why the file could not be taken in to its end.")
    report = ImportReportOutput()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
