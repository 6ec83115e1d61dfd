"""The slot of a DOCX document: a ZIP file in one spelling, whose last part is the evidence.

A DOCX is a ZIP file of named parts (ECMA-376 part 2). A document is one in the one spelling of
`ledger.proof.stored_zip`, so that the file is a function of its parts, and is accepted only if
writing its parts again gives the same bytes.

The order is `[Content_Types].xml`, all others by their bytes, `tdl/evidence.json`, which is there
without evidence too, with no bytes. The filled form is `tdl/form.json`. Relationships and content
types, which decide what Word shows, are parts, so the digest covers them; none but the package's
own refers to the slot. docs/formats/document.md is normative.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from ledger.errors import MalformedError
from ledger.proof.stored_zip import MAX_SIZE, Wording, begins_with, read_zip, write_zip

TYPES: Final = "[Content_Types].xml"
FORM: Final = "tdl/form.json"
EVIDENCE: Final = "tdl/evidence.json"

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
_MAX_NAME: Final = 200
_MAX_PARTS: Final = 1000

_SLOT_FILE: Final = b"evidence.json"
_MAY_NAME_SLOT: Final = (TYPES, "_rels/.rels", EVIDENCE, FORM)
"""The parts that declare the slot, and those that no program shows."""

_HINT: Final = "ask its publisher for the file as `ledger summary` wrote it"
_WORDING: Final = Wording("DOCX", "part", _HINT)


def is_docx(data: bytes) -> bool:
    """Answer whether the bytes (at least 64 of a file) begin like a document as DOCX.

    A DOCX that some other program wrote does not: it is compressed, or has a date of its own.
    """
    return begins_with(data, TYPES)


def write(parts: Mapping[str, bytes]) -> bytes:
    """Return the file that holds these parts; their order in the mapping does not matter.

    Raises:
        MalformedError: `[Content_Types].xml` or `tdl/evidence.json` is missing, a name is not
            allowed, two names differ by case only, or there are too many parts or bytes.
    """
    _check_parts(parts)
    return write_zip({name: parts[name] for name in _ordered(parts)})


def read(data: bytes) -> dict[str, bytes]:
    """Return the parts of the file, in order.

    Raises:
        MalformedError: Writing these parts again does not give exactly these bytes.
    """
    parts = read_zip(data, _WORDING)
    _check_parts(parts)
    if list(parts) != _ordered(parts):
        raise MalformedError("the parts of the DOCX are not in their order", hint=_HINT)
    return parts


def split(data: bytes) -> tuple[bytes, bytes | None]:
    """Return the file with its evidence part empty, and the evidence; None when it was empty.

    Raises:
        MalformedError: As `read`.
    """
    parts = read(data)
    evidence = parts[EVIDENCE]
    return (write({**parts, EVIDENCE: b""}), evidence) if evidence else (data, None)


def with_evidence(document: bytes, evidence: bytes) -> bytes:
    """Return the file with these bytes as its evidence part, in the place of what was there.

    Raises:
        MalformedError: As `read`, or the evidence is empty.
    """
    if not evidence:
        raise MalformedError("evidence of no bytes")
    return write({**read(document), EVIDENCE: evidence})


def form_in(data: bytes) -> bytes | None:
    """Return the filled form that the file carries, None if it carries none.

    Raises:
        MalformedError: As `read`.
    """
    return read(data).get(FORM)


def _ordered(parts: Mapping[str, bytes]) -> list[str]:
    return sorted(parts, key=lambda name: (name != TYPES, name == EVIDENCE, name))


def _check_parts(parts: Mapping[str, bytes]) -> None:
    for name in (TYPES, EVIDENCE):
        if name not in parts:
            raise MalformedError(f"the DOCX has no part {name!r}", hint=_HINT)
    for name in parts:
        if name != TYPES and not (_NAME.fullmatch(name) and len(name) <= _MAX_NAME):
            raise MalformedError(f"{name[:80]!r} is no name of a part of a DOCX", hint=_HINT)
    # Word takes names that differ by case only for the same part (ECMA-376 part 2, 6.2.2.3).
    for one, other in pairwise(sorted(name.lower() for name in parts)):
        if one == other:
            raise MalformedError(
                f"two parts of the DOCX are named {one!r} but for case", hint=_HINT
            )
    for name, content in parts.items():
        # What is in the slot must not be shown: the digest leaves it out.
        if name.startswith("tdl/") and name not in (FORM, EVIDENCE):
            raise MalformedError(f"a DOCX has no part {name[:80]!r} beside its slot", hint=_HINT)
        if _SLOT_FILE in content and name not in _MAY_NAME_SLOT:
            raise MalformedError(
                f"the part {name[:80]!r} of the DOCX refers to the slot for evidence", hint=_HINT
            )
    if len(parts) > _MAX_PARTS or sum(map(len, parts.values())) > MAX_SIZE:
        raise MalformedError(
            f"a DOCX has at most {_MAX_PARTS} parts of together {MAX_SIZE} bytes", hint=_HINT
        )
