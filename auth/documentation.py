"""`/docs` with its assets from this server and no CDN, and what FastAPI does not write into `/openapi.json` itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.responses import HTMLResponse

_ASSETS = "/docs/assets"


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


class DocumentedAPI(FastAPI):
    """A FastAPI whose OpenAPI document knows the form of problems (`problem_responses` refers to it)."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas |= problem.pop("$defs", {}) | {"Problem": problem}
        return document


def serve_documentation(app: FastAPI) -> None:
    """Add `/docs`. The package `fastapi_offline` is a copy of Swagger UI; nothing else of it is used."""
    app.mount(_ASSETS, StaticFiles(packages=[("fastapi_offline", "static")]), name="docs-assets")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=app.title,
            swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{_ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{_ASSETS}/favicon.png",
        )
