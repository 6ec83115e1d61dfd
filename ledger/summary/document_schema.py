"""The JSON Schema of a filled form, alone or as JSON-LD, made from the dataclasses of a document.

It accepts what `document_json.to_json` writes and refuses what `from_json` refuses, with one
exception: a schema cannot say that bytes are canonical. docs/formats/document.schema.json is what
`to_bytes` gives.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, is_dataclass
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from ledger.record.canonical import MAX_INTEGER
from ledger.summary import document as shapes
from ledger.summary.document import Document
from ledger.summary.document_json import FORMAT, VALUE_TYPES, members

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
NAME: Final = "urn:tdl:schema:document:v1"

_DAY: Final = {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_MONTH: Final = {"pattern": "^[0-9]{4}-[0-9]{2}$"}
_MORE: Final[Mapping[tuple[type[Any], str], Mapping[str, Any]]] = {
    (Document, "last_update"): _DAY,
    (Document, "version"): {"minimum": 1},
    (shapes.Moment, "iso"): {"pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"},
    (shapes.Period, "start"): _MONTH,
    (shapes.Period, "end"): _MONTH,
    (shapes.Share, "permille"): {"maximum": 1000},
}
"""What a member's type does not say."""

_VALUE: Final = {"$ref": "#/$defs/value"}
_KINDS: Final = {shape: name for name, shape in VALUE_TYPES.items()}


def schema() -> dict[str, Any]:
    """Return the schema as JSON values."""
    parts: dict[str, Any] = {}
    whole = _object(Document, parts)
    properties = {"format": {"const": FORMAT}, **whole["properties"]}
    parts["value"] = {"oneOf": [_reference(shape, parts) for shape in VALUE_TYPES.values()]}
    return {
        "$schema": DRAFT,
        "$id": NAME,
        "title": FORMAT,
        **whole,
        "properties": {**properties, "evidence": {"type": "object"}},
        # In JSON-LD the context and public terms stand beside the members.
        "patternProperties": {"^@|:": True},
        "required": ["format", *whole["required"]],
        "$defs": dict(sorted(parts.items())),
    }


def to_bytes() -> bytes:
    """Return the schema as a file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False).encode() + b"\n"


def _object(shape: type[Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a dataclass; those of what it holds go into `parts`."""
    hints = get_type_hints(shape)
    kind = {"type": {"const": _KINDS[shape]}} if shape in _KINDS else {}
    properties = {
        one.name: {**_typed(hints[one.name], one, parts), **_MORE.get((shape, one.name), {})}
        for one in members(shape)
    }
    required = [one.name for one in members(shape) if one.default is MISSING]
    return {
        "description": (shape.__doc__ or "").partition("\n")[0],
        "type": "object",
        "properties": {**kind, **properties},
        "required": [*kind, *required],
        "additionalProperties": False,
    }


def _typed(hint: Any, field: Field[Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a member; one with a default is never there with that value."""
    if get_origin(hint) is tuple:
        listed = {"type": "array", "items": _part(get_args(hint)[0], parts)}
        return listed if field.default is MISSING else {**listed, "minItems": 1}
    if get_origin(hint) is Literal:
        return {"enum": [name for name in get_args(hint) if name != field.default]}
    if hint is bool:
        return {"type": "boolean"} if field.default is MISSING else {"const": True}
    if hint is int:
        least = 0 if field.default is MISSING else 1
        return {"type": "integer", "minimum": least, "maximum": MAX_INTEGER}
    return {"type": "string"} if field.default is MISSING else {"type": "string", "minLength": 1}


def _part(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of what an array holds."""
    if isinstance(hint, types.UnionType):
        return dict(_VALUE)
    if is_dataclass(hint) and isinstance(hint, type):
        return _reference(hint, parts)
    return {"type": "integer", "minimum": 0} if hint is int else {"type": "string"}


def _reference(shape: type[Any], parts: dict[str, Any]) -> dict[str, Any]:
    name = _KINDS.get(shape, shape.__name__.lower())
    if name not in parts:
        parts[name] = {}  # A section holds sections: the name stands before its schema does.
        parts[name] = _object(shape, parts)
    return {"$ref": f"#/$defs/{name}"}
