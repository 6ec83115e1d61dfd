"""The OpenAPI 3.1 document, with an example for everything that can be shown as text.

`examples.json` holds requests and the answers that a real server gave; a test asks again and
compares, so no example can be wrong. `python -m tests.api.examples` writes it anew.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypedDict

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from api.errors import MEDIA_TYPE
from api.schemas import Problem
from ledger import __version__

PATH: Final = "/api/v1/openapi.json"
Schema = dict[str, Any]


class _TitlePage(TypedDict):
    title: str
    version: str
    summary: str
    description: str
    license_info: dict[str, str]
    openapi_tags: list[dict[str, str]]


TITLE_PAGE: Final[_TitlePage] = {
    "title": "Training-data provenance ledger",
    "version": __version__,
    "summary": "A signed, append-only log of where training data came from.",
    "description": (
        "Reads need no account. Answers speak about the tree of the published checkpoint and no "
        "more. Errors are RFC 9457 problems. What was never recorded cannot be detected."
    ),
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "openapi_tags": [
        {"name": "log", "description": "The log itself: C2SP tiles, state, records."},
        {"name": "proofs", "description": "Files that prove something offline."},
        {"name": "releases and summaries", "description": "What was published about models."},
        {"name": "verify", "description": "A file in, a verdict in numbered steps out."},
        {"name": "submit", "description": "Adding to the log, where the operator allows it."},
        {"name": "problems", "description": "What the types of problems mean."},
    ],
}


def install(app: FastAPI) -> None:
    """Serve the document of `app` at `PATH`."""

    @app.get(PATH, include_in_schema=False)
    def openapi_document() -> JSONResponse:
        return JSONResponse(app.openapi(), headers={"Cache-Control": "public, max-age=300"})

    def described() -> Schema:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    # The way that FastAPI documents for replacing its generator.
    app.openapi = described  # type: ignore[method-assign]


def describe(app: FastAPI) -> Schema:
    """Return the document."""
    schema = get_openapi(routes=app.routes, openapi_version="3.1.0", **_arguments())
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    operations = {
        operation["operationId"]: operation
        for path in schema["paths"].values()
        for operation in path.values()
    }
    _drop_foreign_errors(schemas, operations)
    for case in examples():
        _add(operations[case["operation"]], case)
    return schema


def _drop_foreign_errors(schemas: Schema, operations: Schema) -> None:
    """Remove the framework's own form of validation errors: ours are problems."""
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operation in operations.values():
        if "application/json" in operation["responses"].get("422", {}).get("content", {}):
            del operation["responses"]["422"]


def _arguments() -> dict[str, Any]:
    given = dict(TITLE_PAGE)
    given["tags"] = given.pop("openapi_tags")
    return given


@cache
def examples() -> list[Schema]:
    """Return the recorded requests and answers."""
    text = files("api").joinpath("examples.json").read_text(encoding="utf-8")
    cases: list[Schema] = json.loads(text)
    return cases


def _add(operation: Schema, case: Schema) -> None:
    """Write one recorded request and answer into its operation."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] in case["parameters"] and case["status"] < 300:
            parameter.setdefault("example", case["parameters"][parameter["name"]])
    if "request" in case:
        content = operation["requestBody"]["content"][case["request_type"]]
        content.setdefault("examples", {})[case["name"]] = {"value": case["request"]}
    answer = operation["responses"][str(case["status"])]["content"]
    media_type = MEDIA_TYPE if case["status"] >= 400 else case["media_type"]
    answer[media_type].setdefault("examples", {})[case["name"]] = {
        "summary": case["target"],
        "value": case["answer"],
    }
