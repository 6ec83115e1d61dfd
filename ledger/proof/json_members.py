"""Reading JSON values strictly: the members that there must be, each of its type, and no other.

Whatever a file of ours holds, it holds in one spelling. So numbers that may pass 2^53 are decimal
text without leading zeros, and bytes that are not base64 are lower-case hexadecimal.
"""

import re

from ledger.errors import MalformedError
from ledger.record.canonical import JSON

_DECIMAL = re.compile("0|[1-9][0-9]{0,38}")
_HEX = re.compile("(?:[0-9a-f]{2})*")


def members(value: JSON, what: str, *names: str, optional: tuple[str, ...] = ()) -> list[JSON]:
    """Return the members of an object that must have exactly these, in their order.

    Args:
        value: The object.
        what: What it is, for errors.
        names: The members that it must have.
        optional: Those that it may have besides; they are not returned.
    """
    found = set(value) if isinstance(value, dict) else set()
    if not isinstance(value, dict) or not set(names) <= found <= {*names, *optional}:
        listed = ", ".join(sorted(found))[:200] if isinstance(value, dict) else "no object"
        raise MalformedError(f"{what} has {', '.join((*names, *optional))}; found {listed}")
    return [value[name] for name in names]


def text_of(value: JSON, what: str) -> str:
    """Return a member that must be a string."""
    if not isinstance(value, str):
        raise MalformedError(f"{what} is a string")
    return value


def number_of(value: JSON, what: str) -> int:
    """Return a member that must be a non-negative integer."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MalformedError(f"{what} is a non-negative integer")
    return value


def list_of(value: JSON, what: str) -> list[JSON]:
    """Return a member that must be an array."""
    if not isinstance(value, list):
        raise MalformedError(f"{what} is an array")
    return value


def decimal_of(value: JSON, what: str) -> int:
    """Return the integer that a member states as decimal text: at most 39 digits, none too many."""
    text = text_of(value, what)
    if text[:1] == "-":
        raise MalformedError(f"{what} cannot be negative, and this is {text[:60]!r}")
    if not _DECIMAL.fullmatch(text):
        raise MalformedError(f"{what} is an integer as decimal text, not {text[:60]!r}")
    return int(text)


def bytes_of(value: JSON, what: str, size: int | None = None) -> bytes:
    """Return the bytes that a member states in lower-case hexadecimal, `size` of them if given."""
    text = text_of(value, what)
    if not _HEX.fullmatch(text):
        raise MalformedError(f"{what} is lower-case hexadecimal, not {text[:60]!r}")
    if size is not None and len(text) != 2 * size:
        raise MalformedError(f"{what} has {size} bytes, not {len(text) // 2}")
    return bytes.fromhex(text)
