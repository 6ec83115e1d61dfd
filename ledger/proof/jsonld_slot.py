r"""The slot of a JSON-LD document: a member of its one object.

A file begins with `{"@context":` and is one object as canonical JSON and a line feed. Evidence is
the member `evidence`, left out when there is none. The filled form is the file itself: the members
beside the evidence whose names hold no `@` in front and no colon, since those are linked data about
the form. docs/formats/document.md is normative.
"""

from typing import Final

from ledger.errors import MalformedError
from ledger.record.canonical import JSON, decode_object, encode

JSON_START: Final = b'{"@context":'
MEMBER: Final = "evidence"
FORMAT: Final = "format"
"""The member without which the file holds no filled form."""


def is_jsonld(data: bytes) -> bool:
    """Answer whether the bytes begin like a document as JSON-LD; `split` says if they are one."""
    return data.startswith(JSON_START)


def split(data: bytes) -> tuple[bytes, bytes | None]:
    """Return the file without its evidence, and the evidence; None when there is none.

    Raises:
        MalformedError: It is not one canonical JSON object and a line feed, or the evidence is
            no object.
    """
    members = _members(data)
    if MEMBER not in members:
        return data, None
    evidence = members.pop(MEMBER)
    if not isinstance(evidence, dict):
        raise MalformedError("evidence in a JSON-LD document is an object")
    return encode(members) + b"\n", encode(evidence) + b"\n"


def with_evidence(document: bytes, evidence: bytes) -> bytes:
    """Return the file with evidence in it, in the place of what was there.

    Raises:
        MalformedError: As `split`, or the evidence is not one canonical JSON object and a line
            feed.
    """
    members = _members(split(document)[0])
    members[MEMBER] = decode_object(_line(evidence, "evidence"), "evidence")
    return encode(members) + b"\n"


def form_in(data: bytes) -> bytes | None:
    """Return the filled form that the file is, as canonical JSON; None if it is none.

    Raises:
        MalformedError: As `split`.
    """
    members = _members(data)
    own = {name: value for name, value in members.items() if name != MEMBER and _is_own(name)}
    return encode(own) if FORMAT in own else None


def _is_own(name: str) -> bool:
    return not name.startswith("@") and ":" not in name


def _members(data: bytes) -> dict[str, JSON]:
    what = "a JSON-LD document"
    if not is_jsonld(data):
        raise MalformedError(f'{what} begins with {{"@context":')
    return decode_object(_line(data, what), what)


def _line(data: bytes, what: str) -> bytes:
    """Return the bytes of one line without its end."""
    if not data.endswith(b"\n"):
        raise MalformedError(f"{what} ends with a line feed")
    return data[:-1]
