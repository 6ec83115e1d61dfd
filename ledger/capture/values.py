"""From what people write to the values that fields hold, by the schema of the field.

`Plain` is text whose type is not yet decided: what follows `=` in `--set`, a CSV cell, an unquoted
YAML scalar. The schema decides: `1200` is a number under measures.tokens and a text under
dataset.version, and `no` is Norwegian under languages. JSON values have their types already.
"""

import json
import re
from copy import deepcopy
from itertools import pairwise
from typing import NamedTuple, NoReturn
from unicodedata import normalize

from ledger.errors import InputError, MalformedError
from ledger.record.canonical import JSON
from ledger.record.kinds import SHARD
from ledger.record.schema import (
    Either,
    Flag,
    Integer,
    ListOf,
    MapOf,
    Object,
    Shape,
    join,
    lookup,
    refuse,
)

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FRACTION = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_YOURS = {
    "documents": "the tree of documents is made from the data",
    "domains": "domains are tallied from the data, with --domain-column NAME",
    "claimed_at": "the time is written when the record is made",
}


class Plain(str):
    """Text as it was written, without a type."""

    __slots__ = ()


class Assignment(NamedTuple):
    """One field path and its value, checked, and where it was written."""

    path: tuple[str, ...]
    value: JSON
    where: str


def assignments(path: str, value: object, where: str) -> list[Assignment]:
    """Return the assignments that `path: value` stands for, one for each leaf.

    Raises:
        MalformedError: A name does not exist or a value is not what its field holds; begins with
            `where`.
    """
    try:
        if isinstance(value, Plain) and value[:1] in ("{", "[", '"'):
            value = _json(value)
        return list(_flatten(path, value, where))
    except MalformedError as error:
        raise MalformedError(f"{where}: {error}", hint=error.hint) from error


def parse_set(text: str) -> list[Assignment]:
    """Return the assignments of a `--set path=value`.

    Raises:
        InputError: There is no `=`, or nothing on one side of it.
        MalformedError: See `assignments`.
    """
    path, equals, value = text.partition("=")
    if not equals or not path.strip() or not value.strip():
        raise InputError(
            f"--set {text!r}: expected path=value", hint="for example --set dataset.name=my-corpus"
        )
    return assignments(path.strip(), Plain(value), f"--set {path.strip()}")


def put(fields: dict[str, JSON], path: tuple[str, ...], value: JSON) -> None:
    """Set a value; objects and list items on the way there are made. Later calls win.

    The value is copied: a later call may set a part of it, and it belongs to a rule.
    """
    value = deepcopy(value) if isinstance(value, dict | list) else value
    holder: JSON = fields
    for name, following in pairwise(path):
        holder = _child(holder, name, [] if following.isdecimal() else {})
    if isinstance(holder, dict):
        holder[path[-1]] = value
    elif isinstance(holder, list):
        _child(holder, path[-1], value)
        holder[int(path[-1])] = value


def _child(holder: JSON, name: str, default: JSON) -> JSON:
    if isinstance(holder, dict):
        child = holder.get(name)
        # A value of another shape, such as generator: unknown, gives way to the finer one.
        if not isinstance(child, type(default)):
            child = holder[name] = default
        return child
    assert isinstance(holder, list)
    if int(name) > len(holder):
        raise MalformedError(f"item {name} of a list that has {len(holder)}")
    if int(name) == len(holder):
        holder.append(default)
    return holder[int(name)]


def _flatten(path: str, value: object, where: str) -> "list[Assignment]":
    names = path.split(".")
    if names[0] in _NOT_YOURS:
        raise MalformedError(f"{path}: {_NOT_YOURS[names[0]]}")
    if names[0] == "basis" and len(names) > 1:
        names = ["basis", ".".join(names[1:])]
        if names[1].split(".")[0] not in SHARD.members:
            lookup(SHARD, names[1].split("."))
    shape = lookup(SHARD, names)
    found: list[Assignment] = []
    _leaves(tuple(_with_positions(names)), shape, value, where, found)
    return found


def _with_positions(names: list[str]) -> list[str]:
    """Name the first item where a path goes through a list without saying which."""
    positioned: list[str] = []
    shape: Shape = SHARD
    for name in names:
        container = _structure(shape)
        if isinstance(container, ListOf) and not name.isdecimal():
            positioned.append("0")
            container = _structure(container.item)
        positioned.append(name)
        shape = lookup(container, [name])
    return positioned


def _structure(shape: Shape) -> Shape:
    """Return the part of an Either that has members or items."""
    if isinstance(shape, Either):
        return next((one for one in shape.shapes if isinstance(one, ListOf | Object)), shape)
    return shape


def _leaves(
    path: tuple[str, ...], shape: Shape, value: object, where: str, found: list[Assignment]
) -> None:
    """Take objects with known names apart, so that files and options may each say a part."""
    if isinstance(shape, Object | MapOf) and isinstance(value, dict):
        if not value:
            refuse(".".join(path), value, shape)
        for name, item in value.items():
            steps = [name] if isinstance(shape, MapOf) else str(name).split(".")
            inner = lookup(SHARD, [*path, *steps]) if isinstance(shape, Object) else shape.item
            _leaves((*path, *steps), inner, item, where, found)
        return
    listed = _structure(shape)
    if isinstance(value, dict) and isinstance(listed, ListOf) and isinstance(listed.item, Object):
        _leaves((*path, "0"), listed.item, value, where, found)  # the only one, without the list
        return
    typed = _typed(shape, value, ".".join(path))
    shape.check(typed, ".".join(path))
    found.append(Assignment(path, typed, where))


def _typed(shape: Shape, value: object, path: str) -> JSON:
    if isinstance(value, Plain):
        return _typed_text(shape, value, path)
    if isinstance(value, list):
        item_shape = _structure(shape)
        if not isinstance(item_shape, ListOf):
            refuse(path, value, shape)
        items = [_typed(item_shape.item, item, f"{path}.{at}") for at, item in enumerate(value)]
        return _ordered(items) if item_shape.ordered else items
    if isinstance(value, dict):
        return {str(name): _typed_member(shape, name, value[name], path) for name in value}
    if isinstance(value, str | bool | int):
        return value
    refuse(path, value, shape)


def _typed_member(shape: Shape, name: object, value: object, path: str) -> JSON:
    here = join(path, str(name))
    if isinstance(shape, MapOf):
        return _typed(shape.item, value, here)
    if isinstance(shape, Object) and str(name) in shape.members:
        return _typed(shape.members[str(name)].shape, value, here)
    if isinstance(shape, Object):
        shape.check({str(name): ""}, path)  # says which names there are
    refuse(path, {name: value}, shape)


def _typed_text(shape: Shape, text: Plain, path: str) -> JSON:
    plain = normalize("NFC", text.strip())
    if isinstance(shape, Integer):
        return int(plain) if _INTEGER.fullmatch(plain) else _no_integer(plain, path, shape)
    if isinstance(shape, Flag):
        return {"true": True, "false": False}.get(plain, plain)
    if isinstance(shape, ListOf):
        items = [_typed_text(shape.item, Plain(item), path) for item in plain.split(",")]
        return _ordered(items) if shape.ordered else items
    if isinstance(shape, Either) and any(isinstance(one, Flag) for one in shape.shapes):
        return _scalar(plain, path)
    if plain in ("null", "~"):
        refuse(path, None, shape)
    return plain


def _scalar(text: str, path: str) -> JSON:
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FRACTION.fullmatch(text):
        raise MalformedError(
            f"{path}: found number {text}: there are no fractions in records",
            hint=f'write it as a text, in quotes: "{text}"',
        )
    return text


def _no_integer(text: str, path: str, shape: Shape) -> NoReturn:
    if _FRACTION.fullmatch(text):
        refuse(path, float(text), shape)
    refuse(path, None if text in ("null", "~") else text, shape)


def _ordered(items: list[JSON]) -> list[JSON]:
    texts: list[JSON] = [*sorted({item for item in items if isinstance(item, str)})]
    # What is no text stays, for the schema to refuse.
    return texts + [item for item in items if not isinstance(item, str)]


def _json(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=unique_names)
    except RecursionError as error:
        raise MalformedError("the JSON is nested too deeply") from error
    except MalformedError:
        raise
    except ValueError as error:
        raise MalformedError(f"begins like JSON and is not: {error}") from error


def unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return the object of some JSON members; a name that comes twice is refused."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedError(f"{twice!r} is there twice")
    return found
