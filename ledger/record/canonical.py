"""Values and their one byte form: RFC 8785 of a JSON that cannot be read in two ways.

Allowed are objects, arrays, strings in Unicode normal form C, booleans, and integers within
±(2^53 - 1). There are no floats and no null, no duplicate names, and nesting ends at 16. A fact
that is unknown is absent. This is the only encoder in the project; docs/formats/canonical-json.md
defines the bytes.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Final, TypeAlias

from ledger.errors import MalformedError

JSON: TypeAlias = dict[str, "JSON"] | list["JSON"] | str | int | bool

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16

_SURROGATE = re.compile("[\ud800-\udfff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _make_encoder() -> Callable[[JSON], str]:
    """Return `_ENCODER.encode`, faster where the C encoder is to be had.

    `JSONEncoder` makes a new C encoder for every object: half of the 3 microseconds that a field
    of a shard takes. This one is made once. Without its memory of the objects it is in, it does not
    notice a value that holds itself; `check_value` and the schema have stopped at its depth before.
    """
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return _ENCODER.encode
    encode_text = json.encoder.encode_basestring
    parts = make(None, _ENCODER.default, encode_text, None, ":", ",", True, False, True)
    return lambda value: "".join(parts(value, 0))


_encoded: Final = _make_encoder()


def encode(value: JSON) -> bytes:
    """Return the canonical bytes of `value`.

    Raises:
        MalformedError: The value holds a float, null, a string that is not NFC, an integer out of
            range, or something that is no JSON at all; the message says where.
    """
    check_value(value)
    return encode_checked(value)


def encode_checked(value: JSON) -> bytes:
    """Return the canonical bytes of a value that `check_value` has accepted."""
    text = _encoded(value)
    if not text.isascii() and _ASTRAL.search(text):
        # RFC 8785 section 3.2.3 sorts names by UTF-16 code units. That differs from Python's order
        # by code point only where a name has a character beyond the basic plane.
        text = json.dumps(_sorted_utf16(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def decode(data: bytes) -> JSON:
    """Return the value whose canonical bytes are exactly `data`.

    Raises:
        MalformedError: `data` is not canonical: other spacing, order or spelling, a duplicate name,
            or a value that `encode` refuses.
    """
    try:
        value: JSON = _DECODER.decode(data.decode())
        check_value(value)
        again = encode_checked(value)
    except MalformedError:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"not canonical JSON: {error}") from error
    if again != data:
        _refuse_duplicates(data)
        raise MalformedError(f"not canonical JSON: {_first_difference(data, again)}")
    return value


def decode_object(data: bytes, what: str) -> dict[str, JSON]:
    """Return the object whose canonical bytes are `data`; `what` names it in errors."""
    value = decode(data)
    if not isinstance(value, dict):
        raise MalformedError(f"{what} is a JSON {type_name(value)}, expected an object")
    return value


def check_value(value: object, path: tuple[str | int, ...] = ()) -> None:
    """Check that `value` has canonical bytes; `path` says in errors where it is.

    The path is written out only for an error: built on the way down, a long name over a long list
    would be copied once an item.
    """
    if isinstance(value, str):
        _check_text_at(value, path)
    elif isinstance(value, bool):
        pass
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise MalformedError(_at(path, f"integer {value} is beyond ±(2^53 - 1)"))
    elif isinstance(value, dict | list):
        if len(path) == MAX_DEPTH:
            raise MalformedError(_at(path, f"nested deeper than {MAX_DEPTH}"))
        _check_members(value, path)
    else:
        raise MalformedError(_at(path, f"{_named(value)} is not allowed{advice(value)}"))


def _check_members(value: dict[object, object] | list[object], path: tuple[str | int, ...]) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            check_value(item, (*path, index))
        return
    for name, item in value.items():
        if not isinstance(name, str):
            raise MalformedError(_at(path, f"the name {name!r} is not a string"))
        _check_text_at(name, path)
        check_value(item, (*path, name))


def _check_text_at(text: str, path: tuple[str | int, ...]) -> None:
    if not text.isascii():
        check_text(text, _written(path))


def check_text(text: str, path: str) -> None:
    """Check that a string is in normal form C and is Unicode text at all."""
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        raise MalformedError(_at(path, f"{text[:40]!r} is not in Unicode normal form C"))
    if _SURROGATE.search(text):
        raise MalformedError(_at(path, f"{text[:40]!r} holds half a surrogate pair"))


def type_name(value: object) -> str:
    """Return what JSON calls the type of `value`."""
    if value is None:
        return "null"
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}
    return names.get(type(value), "number" if isinstance(value, float) else type(value).__name__)


def _named(value: object) -> str:
    return f"number {value!r}" if isinstance(value, float) else type_name(value)


def advice(value: object) -> str:
    """Return what to do instead about null and floats; nothing for other values."""
    if value is None:
        return ": leave out what is unknown"
    if isinstance(value, float):
        return ": use an integer in a smaller unit, or a string"
    return ""


def _written(path: tuple[str | int, ...]) -> str:
    """Return a path as messages show it, cut short if hostile names make it long."""
    return ".".join(str(part)[:80] for part in path)


def _at(path: str | tuple[str | int, ...], problem: str) -> str:
    written = path if isinstance(path, str) else _written(path)
    return f"{written}: {problem}" if written else problem


def _refuse(text: str) -> None:
    raise MalformedError(f"the number {text[:40]} is not an integer")


# `json.loads` would make a new one for each value: an eighth of what verifying a record takes.
_DECODER: Final = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)


def _refuse_duplicates(data: bytes) -> None:
    """Say which name stands twice, if that is what is wrong: two readers would take two values."""

    def members(pairs: list[tuple[str, object]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise MalformedError(f"not canonical JSON: the name {name[:80]!r} stands twice")
            seen.add(name)

    json.JSONDecoder(object_pairs_hook=members).decode(data.decode())


def scan(text: str, at: int) -> tuple[JSON, int]:
    """Return the JSON value that begins at a place of a text, and where it ends.

    It is not checked: neither for what `check_value` refuses, nor for its spelling.

    Raises:
        ValueError: There is none, or it holds a float.
    """
    value: JSON
    value, end = _DECODER.raw_decode(text, at)
    return value, end


def _sorted_utf16(value: JSON) -> JSON:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _sorted_utf16(value[name]) for name in names}
    if isinstance(value, list):
        return [_sorted_utf16(item) for item in value]
    return value


def _first_difference(found: bytes, expected: bytes) -> str:
    one, two = memoryview(found), memoryview(expected)
    at, end = 0, min(len(one), len(two))
    while at < end:  # halving, as the whole may be 64 MiB: the first `at` bytes agree
        middle = (at + end + 1) // 2
        at, end = (middle, end) if one[at:middle] == two[at:middle] else (at, middle - 1)
    return f"at byte {at} found {found[at : at + 20]!r}, expected {expected[at : at + 20]!r}"
