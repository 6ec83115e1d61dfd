"""CBOR, as much of it as COSE receipts need, in its one deterministic spelling (RFC 8949).

    integer      -2^64 to 2^64 - 1        byte string, text       array, map        tag        null

Shortest heads, definite lengths, map keys in the order of their bytes (section 4.2.1). A value read
is accepted only if writing it again gives the same bytes: that one comparison refuses long heads,
keys twice or out of order, and spare bytes. Floats, booleans and indefinite lengths are refused by
name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ledger.errors import MalformedError

MAX_SIZE = 65_536
"""Bytes of a value that is read: a receipt of 63 hashes has 2,400."""
MAX_DEPTH = 8

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _OTHER = range(8)
_NULL = 22
_WORDS = {24: 1, 25: 2, 26: 4, 27: 8}
"""Bytes that follow a head, by its low five bits."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with a tag that says how to read it, such as 18: COSE_Sign1."""

    tag: int
    value: "CBOR"


CBOR: TypeAlias = (
    int | bytes | str | Tagged | Sequence["CBOR"] | Mapping["int | str", "CBOR"] | None
)


def encode(value: CBOR) -> bytes:
    """Return the one encoding of a value.

    Raises:
        MalformedError: An integer or a tag is too large.
    """
    match value:
        case None:
            return bytes([_OTHER << 5 | _NULL])
        case int() if not isinstance(value, bool):
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
        case bytes():
            return _head(_BYTES, len(value)) + value
        case str():
            text = value.encode()
            return _head(_TEXT, len(text)) + text
        case Tagged(tag=tag, value=inner):
            return _head(_TAG, tag) + encode(inner)
        case Mapping():
            members = sorted((encode(name), encode(item)) for name, item in value.items())
            return _head(_MAP, len(members)) + b"".join(name + item for name, item in members)
        case list() | tuple():
            return _head(_ARRAY, len(value)) + b"".join(map(encode, value))
    raise TypeError(f"{type(value).__name__} has no place in this subset of CBOR")


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for low, size in _WORDS.items():
        if number < 1 << (8 * size):
            return bytes([kind << 5 | low]) + number.to_bytes(size)
    raise MalformedError(f"{number} is too large for CBOR")


def decode(data: bytes, what: str) -> CBOR:
    """Return the value whose encoding is exactly `data`; arrays come as lists, maps as dicts.

    Args:
        data: The bytes.
        what: What they should be, for messages.

    Raises:
        MalformedError: They are too large, cut off, too deep, not in the subset, or not in the one
            spelling.
    """
    if len(data) > MAX_SIZE:
        raise MalformedError(f"{what} has at most {MAX_SIZE} bytes, not {len(data)}")
    reader = _Reader(data, what)
    value = reader.value(MAX_DEPTH)
    if encode(value) != data:
        raise MalformedError(f"{what} is not in the one deterministic form of CBOR")
    return value


class _Reader:
    """Reads values one after the other; `at` is the place of the next byte."""

    def __init__(self, data: bytes, what: str) -> None:
        self._data = data
        self._what = what
        self._at = 0

    def value(self, depth: int) -> CBOR:
        if not depth:
            raise MalformedError(f"{self._what} is nested deeper than {MAX_DEPTH} levels")
        kind, number = self._read_head()
        match kind:
            case 0:
                return number
            case 1:
                return -1 - number
            case 2:
                return self._take(number)
            case 3:
                return self._text(number)
            case 4:
                # Each item takes a byte at least: a false count ends where the data ends.
                return [self.value(depth - 1) for _ in range(number)]
            case 5:
                return dict(self._member(depth - 1) for _ in range(number))
            case 6:
                return Tagged(number, self.value(depth - 1))
        if number != _NULL:
            raise MalformedError(f"{self._what} holds a float, a boolean or another simple value")
        return None

    def _member(self, depth: int) -> tuple[int | str, CBOR]:
        name = self.value(depth)
        if not isinstance(name, int | str):
            raise MalformedError(f"a map in {self._what} has a key that is no integer or text")
        return name, self.value(depth)

    def _read_head(self) -> tuple[int, int]:
        (head,) = self._take(1)
        kind, low = head >> 5, head & 0x1F
        if low < 24:
            return kind, low
        if low not in _WORDS or kind == _OTHER:
            raise MalformedError(f"{self._what} holds a head {head:#04x}, which is not used here")
        return kind, int.from_bytes(self._take(_WORDS[low]))

    def _text(self, size: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError as error:
            raise MalformedError(f"a text in {self._what} is not UTF-8") from error

    def _take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) != size:
            raise MalformedError(f"{self._what} is cut off")
        self._at += size
        return taken
