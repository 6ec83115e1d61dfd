"""Ways to change a file: its bytes, its lines, the numbers and base64 in them, its CBOR.

The second and third kind keep the form, so that what is wrong is found by what was signed and
hashed, not by a parser that stumbles.
"""

import base64
import random
import re
from collections.abc import Callable
from typing import Any

from ledger.errors import LedgerError
from ledger.proof.cbor import Tagged, decode, encode

Change = Callable[[bytes, random.Random], bytes]
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
_NUMBER = re.compile(rb"(?<![0-9A-Za-z+/])[0-9]+(?![0-9A-Za-z+/])")
_NUMBERS = (b"0", b"1", b"-1", b"00", b"2", b"255", b"256", b"9223372036854775807", b"9" * 20)


def bytes_changed(data: bytes, pick: random.Random) -> bytes:
    """Flip a bit, cut out, double, or put in."""
    changed = bytearray(data)
    for _ in range(pick.choice((1, 1, 1, 2, 8))):
        lo = pick.randrange(len(changed) + 1)
        hi = min(len(changed), lo + pick.choice((1, 1, 2, 40)))
        how = pick.randrange(4)
        if how == 0 and lo < len(changed):
            changed[lo] ^= 1 << pick.randrange(8)
        elif how == 1:
            del changed[lo:hi]
        elif how == 2:
            changed[lo:lo] = pick.randbytes(hi - lo)
        else:
            changed[lo:lo] = changed[lo:hi]
    return bytes(changed)


def lines_changed(data: bytes, pick: random.Random) -> bytes:
    """Leave a line out, say it twice, or let two change places."""
    lines = data.split(b"\n")
    one, other = pick.randrange(len(lines)), pick.randrange(len(lines))
    how = pick.randrange(3)
    if how == 0:
        del lines[one]
    elif how == 1:
        lines.insert(other, lines[one])
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def base64_changed(data: bytes, pick: random.Random) -> bytes:
    """Flip a bit of what a base64 word says, and write it properly again."""
    found = pick.choice(list(_BASE64.finditer(data)) or [None])
    if found is None:
        return bytes_changed(data, pick)
    try:
        inner = bytearray(base64.b64decode(found[0], validate=True))
    except ValueError:
        return bytes_changed(data, pick)
    inner[pick.randrange(len(inner))] ^= 1 << pick.randrange(8)
    return data[: found.start()] + base64.b64encode(inner) + data[found.end() :]


def numbers_changed(data: bytes, pick: random.Random) -> bytes:
    """Replace a number by another one."""
    found = pick.choice(list(_NUMBER.finditer(data)) or [None])
    if found is None:
        return bytes_changed(data, pick)
    old = int(found[0][:18])
    new = pick.choice((*_NUMBERS, b"%d" % (old + 1), b"%d" % (old - 1), b"%d" % (old ^ 1)))
    return data[: found.start()] + new + data[found.end() :]


def cbor_changed(data: bytes, pick: random.Random) -> bytes:
    """Change one value inside of CBOR, also of CBOR in its byte strings, and write it again."""
    try:
        return encode(_changed(decode(data, "it"), pick))
    except (LedgerError, TypeError):
        return bytes_changed(data, pick)


def _changed(value: Any, pick: random.Random) -> Any:
    match value:
        case Tagged(tag=tag, value=inner):
            return Tagged(pick.choice((tag, tag, tag, 98)), _changed(inner, pick))
        case list() if value and pick.random() < 0.8:
            at = pick.randrange(len(value))
            how = pick.randrange(6)
            if how == 0:
                return value[:at] + value[at + 1 :]
            if how == 1:
                return [*value, value[at]]
            return [*value[:at], _changed(value[at], pick), *value[at + 1 :]]
        case dict() if value and pick.random() < 0.8:
            name = pick.choice(list(value))
            if pick.random() < 0.2:
                return {pick.choice((-2, -1, 0, 1, 4, 395, 396, "x")): value[name]}
            return {**value, name: _changed(value[name], pick)}
        case bytes() if value:
            inner = cbor_changed(value, pick) if pick.random() < 0.5 else bytes_changed(value, pick)
            return inner if pick.random() < 0.9 else value[:-1]
        case int():
            return pick.choice((value + 1, value - 1, value ^ 1, 0, -1, 2**63, 2**64 - 1))
    return pick.choice((None, 0, b"", "", [], {}, [value]))


TEXT: tuple[Change, ...] = (bytes_changed, lines_changed, base64_changed, numbers_changed)
JSON: tuple[Change, ...] = (bytes_changed, base64_changed, numbers_changed)
BINARY: tuple[Change, ...] = (bytes_changed, cbor_changed, cbor_changed)
