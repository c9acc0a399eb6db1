"""What the OpenAPI document says beyond what DRF's views tell by themselves: problems, pages, tokens."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from product.authentication import StaffOrReadOnly
from servicekit import idempotency
from servicekit.problems import CONTENT_TYPE

PROBLEM = OpenApiResponse(description="The state of things does not allow it; `code` says why")
"""For the 409 of an operation. `add_problems` gives it its body."""

NOT_MODIFIED = OpenApiResponse(description="The copy that `If-None-Match` names is still true")

IDEMPOTENCY_KEY = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Makes the call safe to repeat: the same key and body give the same answer, and one effect.",
)

_PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; further members depend on it.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
                "required": ["pointer", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "request_id"],
}
_ALWAYS = {
    "400": "The request could not be understood",
    "500": "A defect of ours",
    "503": "A dependency is away; see `Retry-After`",
}
_WITH_TOKEN = {"401": "No valid access token", "403": "The caller's role does not allow this"}
_WITH_BODY = {
    "413": "The body is too large",
    "415": "The body is not declared to be of a type that is taken here",
    "422": "Values are not valid; see `errors`",
}


@cache
def page_of(serializer: type[serializers.Serializer[Any]], *, is_counted: bool = False) -> serializers.Serializer[Any]:
    """The response of a list endpoint. `is_counted`: it also says how many things there are on all pages."""
    fields = {
        "results": serializer(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
    }
    if is_counted:
        fields["count"] = serializers.IntegerField()
    return inline_serializer(serializer.__name__.removesuffix("Output") + "Page", fields)


@cache
def openapi_document() -> dict[str, Any]:
    document: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return document


class Schema(AutoSchema):
    def get_summary(self) -> str:
        """The first sentence of the view's docstring."""
        return str(self.get_description()).partition("\n")[0].partition(". ")[0].rstrip(".")

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Reading what is public needs no token, but a token may let one see more."""
        schemes: list[dict[str, list[str]]] = super().get_auth()
        permissions = {type(permission) for permission in self.view.get_permissions()}
        if StaffOrReadOnly in permissions and self.method in SAFE_METHODS:
            return [{}, *schemes]
        return schemes


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass has no types
    target_class = "product.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook: every operation gets the problems that it can answer with, unknown fields among them."""
    schemas = result["components"]["schemas"]
    for name in schemas:
        if name.endswith("Input"):
            schemas[name]["additionalProperties"] = False
    schemas["Problem"] = _PROBLEM
    for path, operations in result["paths"].items():
        for operation in operations.values():
            for status, description in _possible_problems(path, operation).items():
                operation["responses"].setdefault(status, {"description": description})
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response.setdefault("content", {CONTENT_TYPE: {"schema": _PROBLEM_REF}})
    return result


def _possible_problems(path: str, operation: dict[str, Any]) -> dict[str, str]:
    problems = dict(_ALWAYS)
    if any(operation.get("security", [])):
        problems |= _WITH_TOKEN
    if "requestBody" in operation:
        problems |= _WITH_BODY
    parameters = operation.get("parameters", [])
    places = {parameter["in"] for parameter in parameters}
    if "query" in places:
        problems |= {"422": "Parameters are not valid; see `errors`"}
    if any(parameter["name"] == idempotency.HEADER for parameter in parameters):
        problems |= {"422": "Values are not valid, or the Idempotency-Key was used for another request; see `code`"}
    if "{" in path:
        problems |= {"404": "There is nothing here, or nothing for the caller"}
    return problems
