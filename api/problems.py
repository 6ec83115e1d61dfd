"""How operations declare, in OpenAPI, the problems that they answer with."""

from typing import Any

from api.errors import MEDIA_TYPE, PROBLEMS

Responses = dict[int | str, dict[str, Any]]


def problems(*names: str) -> Responses:
    """Return the `responses` of these problem types, by status."""
    found: Responses = {}
    for name in (*names, "internal", "storage"):
        kind = PROBLEMS[name]
        told = found.setdefault(
            kind.status,
            {
                "description": "",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )
        told["description"] = f"{told['description']} {kind.title} (`{name}`).".strip()
    return found
