"""`Document` to JSON and back.

The JSON follows the dataclasses of `document.py` member by member. A member whose value equals
the default (an empty text or list) is left out, so there is one spelling, without null. A value
of a field carries its type's name in `type`:

    {"type": "yes_no", "answer": true}

`from_json` accepts what `to_json` writes and nothing else.
"""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ledger.errors import MalformedError
from ledger.record.canonical import decode, encode
from ledger.summary import document as shapes
from ledger.summary.document import Document, Value

FORMAT = "tdl/document/v1"

VALUE_TYPES: Mapping[str, type[Any]] = {
    "choices": shapes.Choices,
    "domains": shapes.Domains,
    "items": shapes.Items,
    "labelled": shapes.Labelled,
    "moment": shapes.Moment,
    "not_applicable": shapes.NotApplicable,
    "period": shapes.Period,
    "ranges": shapes.Ranges,
    "text": shapes.Text,
    "unstated": shapes.Unstated,
    "yes_no": shapes.YesNo,
}
_NAMES = {shape: name for name, shape in VALUE_TYPES.items()}


def to_json(document: Document) -> dict[str, Any]:
    """Return the document as JSON values: objects, arrays, strings, booleans and integers."""
    return {"format": FORMAT, **_write(document)}


def to_bytes(document: Document) -> bytes:
    """Return the canonical bytes of `to_json`."""
    return encode(to_json(document))


def from_json(value: object) -> Document:
    """Return the document whose `to_json` is exactly `value`; `MalformedError` otherwise."""
    if not isinstance(value, Mapping) or value.get("format") != FORMAT:
        raise MalformedError(f"not a {FORMAT}")
    stated = {name: member for name, member in value.items() if name != "format"}
    document: Document = _read(Document, stated, "document")
    if to_json(document) != value:
        raise MalformedError("document: a member is spelt out though it has its default value")
    return document


def from_bytes(data: bytes) -> Document:
    """Return the document whose `to_bytes` is exactly `data`; `MalformedError` otherwise."""
    return from_json(decode(data))


def members(shape: Any) -> tuple[Field[Any], ...]:
    """Return the members of a dataclass that its JSON has: those by which two are compared."""
    return tuple(field for field in fields(shape) if field.compare)


def _write(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_write(part) for part in value]
    if not is_dataclass(value):
        return value
    written = {"type": _NAMES[type(value)]} if type(value) in _NAMES else {}
    for field in members(value):
        part = getattr(value, field.name)
        if field.default is MISSING or part != field.default:
            written[field.name] = _write(part)
    return written


def _read(shape: Any, value: object, path: str) -> Any:
    origin = get_origin(shape)
    if origin is tuple:
        if not isinstance(value, list):
            raise MalformedError(f"{path}: expected an array, found {_kind(value)}")
        (part, *_) = get_args(shape)
        return tuple(_read(part, each, f"{path}[{i}]") for i, each in enumerate(value))
    if origin is Literal:
        if value not in get_args(shape):
            raise MalformedError(f"{path}: {value!r} is none of {', '.join(get_args(shape))}")
        return value
    if shape is Value or isinstance(shape, types.UnionType):
        return _read_value(value, path)
    if is_dataclass(shape):
        return _read_members(shape, value, path)
    if type(value) is not shape:
        raise MalformedError(f"{path}: expected {shape.__name__}, found {_kind(value)}")
    return value


def _read_value(value: object, path: str) -> Any:
    name = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(name, str) or name not in VALUE_TYPES:
        raise MalformedError(f"{path}: expected a value of type {', '.join(VALUE_TYPES)}")
    stated = {key: member for key, member in value.items() if key != "type"}
    return _read_members(VALUE_TYPES[name], stated, path)


def _read_members(shape: Any, value: object, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise MalformedError(f"{path}: expected an object, found {_kind(value)}")
    hints = _hints(shape)
    for name in value:
        if name not in hints:
            raise MalformedError(f"{path}: no member {name!r}; there are {', '.join(hints)}")
    for field in members(shape):
        if field.default is MISSING and field.name not in value:
            raise MalformedError(f"{path}: {field.name} is missing")
    return shape(**{name: _read(hints[name], value[name], f"{path}.{name}") for name in value})


@cache
def _hints(shape: Any) -> Mapping[str, Any]:
    hints = get_type_hints(shape)
    return {field.name: hints[field.name] for field in members(shape)}


def _kind(value: object) -> str:
    return type(value).__name__
