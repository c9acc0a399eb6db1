"""`/docs` with its assets from this server and no CDN, and what APIFlask does not write into `/openapi.json` itself."""

from importlib.resources import files
from typing import Any

from apiflask import APIFlask
from pydantic import BaseModel

from payment.idempotency import TAKES_KEY
from servicekit.idempotency import HEADER

_ASSETS_URL = "/docs/assets"

# Where APIFlask is told to look for files of its own: the copy of Swagger UI in `flask_swagger_ui`, of which nothing
# else is used.
STATIC_FILES: Any = {"static_folder": str(files("flask_swagger_ui") / "dist"), "static_url_path": _ASSETS_URL}

_KEY_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Makes the call safe to repeat: the same key and body give the same answer, and one effect.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}

_CONFIGURATION = {
    "DESCRIPTION": "Wallets, the ledger, payments and refunds of the shop.",
    "SWAGGER_UI_CSS": f"{_ASSETS_URL}/swagger-ui.css",
    "SWAGGER_UI_BUNDLE_JS": f"{_ASSETS_URL}/swagger-ui-bundle.js",
    "SWAGGER_UI_STANDALONE_PRESET_JS": f"{_ASSETS_URL}/swagger-ui-standalone-preset.js",
    "DOCS_FAVICON": f"{_ASSETS_URL}/favicon-32x32.png",
    "AUTO_SERVERS": False,
    "AUTO_OPERATION_ID": True,
    # Errors are problems, which APIFlask does not know: endpoints list theirs (`problem_responses`).
    "AUTO_VALIDATION_ERROR_RESPONSE": False,
    "AUTO_AUTH_ERROR_RESPONSE": False,
    "AUTO_404_RESPONSE": False,
}


class InvalidValue(BaseModel):
    """Where the value stands (a JSON pointer into the body, or a parameter's name), and what is wrong with it."""

    pointer: str
    message: str


class ProblemBody(BaseModel):
    """RFC 9457. `code` is stable and meant for programs; `errors` is there when values are invalid."""

    type: str
    title: str
    status: int
    detail: str | None = None
    code: str
    request_id: str
    errors: list[InvalidValue] | None = None


def install_documentation(app: APIFlask) -> None:
    app.config.from_mapping(_CONFIGURATION)
    app.spec_processor(_complete)


def _complete(document: Any) -> Any:
    """Add the form of problems, and say of parameters what APIFlask leaves out."""
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    document["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                _complete_parameter(parameter)
            if operation.pop(TAKES_KEY, False):
                operation["parameters"].append(_KEY_PARAMETER)
    return document


def _complete_parameter(parameter: dict[str, Any]) -> None:
    schema = parameter["schema"]
    if parameter["in"] == "path":
        schema["format"] = "uuid"  # all our paths name things by their id
    if alternatives := schema.pop("anyOf", None):  # a value or null, which no query string can say
        schema.pop("default")
        schema |= alternatives[0]
    if "description" in schema:
        parameter["description"] = schema.pop("description")
