"""A log's name. A module of its own: whoever only looks for a ledger needs no keys and no trees."""

import re

from ledger.errors import MalformedError

_ORIGIN = re.compile(r"[^\s+\x00-\x1f\x7f]+")


def check_origin(origin: str) -> None:
    """Check a log's origin: a schema-less URL without spaces or `+` (c2sp.org/tlog-checkpoint).

    `tdl/` is refused as a beginning: those are the first lines of our own notes.
    """
    # `split` knows the same spaces as `isspace`, and does not ask each character in Python.
    if not _ORIGIN.fullmatch(origin) or origin.split() != [origin]:
        raise MalformedError(f"{origin[:80]!r} is not an origin: no spaces, no '+', not empty")
    if origin.startswith("tdl/") or "://" in origin:
        raise MalformedError(
            f"{origin[:80]!r} is not an origin: expected something like lab.example/log"
        )
    try:
        size = len(origin.encode())
    except UnicodeEncodeError as error:
        raise MalformedError("an origin is UTF-8 text") from error
    if size > 255:
        raise MalformedError("an origin has at most 255 bytes")
