r"""The slot of a DOCX document: a ZIP file in one spelling, whose last part is the evidence.

A DOCX is a ZIP file of named parts (ECMA-376 part 2). ZIP leaves much open: order, methods, dates,
extra fields, what stands before, between and behind, and two places that each name every part. A
program may read one place and Word the other. So a document has one spelling, in which the file is
a function of its parts, and is accepted only if writing its parts again gives the same bytes:

    for each part, in order:
        PK\3\4  20  0  0  0  33  CRC-32  size  size  length of name  0     30 bytes
        name, content
    for each part, in the same order:
        PK\1\2  20  20  0  0  0  33  CRC-32  size  size  length of name
        0  0  0  0  0  offset of the part's first byte                      46 bytes
        name
    PK\5\6  0  0  parts  parts  size of the second list  its offset  0     22 bytes

The order is `[Content_Types].xml`, all others by their bytes, `tdl/evidence.json`, which is there
without evidence too, with no bytes. The filled form is `tdl/form.json`. Relationships and content
types, which decide what Word shows, are parts, so the digest covers them; none but the package's
own refers to the slot. docs/formats/document.md is normative.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from struct import Struct
from typing import Final
from zlib import crc32

from ledger.errors import MalformedError

TYPES: Final = "[Content_Types].xml"
FORM: Final = "tdl/form.json"
EVIDENCE: Final = "tdl/evidence.json"

_LOCAL: Final = Struct("<4s5HIIIHH")
_CENTRAL: Final = Struct("<4s6HIIIHHHHHII")
_END: Final = Struct("<4s4HIIH")

_VERSION: Final = 20
_DATE: Final = 1 << 5 | 1
"""1 January 1980, the first day that a ZIP file knows: year 0, month 1, day 1."""
_FIXED: Final = (_VERSION, 0, 0, 0, _DATE)
"""Version needed, flags, method (stored), time, date."""
_START: Final = _LOCAL.pack(b"PK\3\4", *_FIXED, 0, 0, 0, len(TYPES), 0)

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")
_MAX_NAME: Final = 200
_MAX_PARTS: Final = 1000
_MAX_SIZE: Final = 2**31

_SLOT_FILE: Final = b"evidence.json"
_MAY_NAME_SLOT: Final = (TYPES, "_rels/.rels", EVIDENCE, FORM)
"""The parts that declare the slot, and those that no program shows."""

_HINT: Final = "ask its publisher for the file as `ledger summary` wrote it"


def is_docx(data: bytes) -> bool:
    """Answer whether the bytes (at least 64 of a file) begin like a document as DOCX.

    A DOCX that some other program wrote does not: it is compressed, or has a date of its own.
    """
    return (
        data[:14] == _START[:14]
        and data[26:30] == _START[26:30]
        and data[30 : 30 + len(TYPES)] == TYPES.encode()
    )


def write(parts: Mapping[str, bytes]) -> bytes:
    """Return the file that holds these parts; their order in the mapping does not matter.

    Raises:
        MalformedError: `[Content_Types].xml` or `tdl/evidence.json` is missing, a name is not
            allowed, two names differ by case only, or there are too many parts or bytes.
    """
    _check_parts(parts)
    local, central = bytearray(), bytearray()
    for name in _ordered(parts):
        content, spelled = parts[name], name.encode()
        sizes = (crc32(content), len(content), len(content), len(spelled))
        central += _CENTRAL.pack(
            b"PK\1\2", _VERSION, *_FIXED, *sizes, 0, 0, 0, 0, 0, len(local)
        )  # no extra field, no comment, disk 0, no attributes
        central += spelled
        local += _LOCAL.pack(b"PK\3\4", *_FIXED, *sizes, 0) + spelled + content
    end = _END.pack(b"PK\5\6", 0, 0, len(parts), len(parts), len(central), len(local), 0)
    return bytes(local + central + end)


def read(data: bytes) -> dict[str, bytes]:
    """Return the parts of the file, in order.

    Raises:
        MalformedError: Writing these parts again does not give exactly these bytes.
    """
    parts: dict[str, bytes] = {}
    for name, content in _walk(data):
        if name in parts or len(parts) == _MAX_PARTS:
            raise MalformedError(f"the DOCX holds two parts {name!r}, or too many", hint=_HINT)
        parts[name] = content
    _check_parts(parts)
    if list(parts) != _ordered(parts):
        raise MalformedError("the parts of the DOCX are not in their order", hint=_HINT)
    if write(parts) != data:
        raise MalformedError(
            "the DOCX is not in its one spelling: the list of parts at its end or what stands "
            "around it is another",
            hint=_HINT,
        )
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


def _walk(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each part from the first byte on; what comes after the parts is not looked at."""
    at = 0
    while data.startswith(b"PK\3\4", at):
        if at + _LOCAL.size > len(data):
            raise MalformedError("the DOCX ends within a part", hint=_HINT)
        _, *fixed, _, stored, size, length, extra = _LOCAL.unpack_from(data, at)
        if tuple(fixed) != _FIXED or stored != size or extra:
            raise MalformedError(
                f"the part at byte {at} of the DOCX is compressed, dated or has extra fields: "
                "another program wrote it",
                hint=_HINT,
            )
        start = at + _LOCAL.size + length
        at = start + size
        if at > len(data):
            raise MalformedError("the DOCX ends within a part", hint=_HINT)
        yield data[start - length : start].decode("latin-1"), data[start:at]


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
    if len(parts) > _MAX_PARTS or sum(map(len, parts.values())) > _MAX_SIZE:
        raise MalformedError(
            f"a DOCX has at most {_MAX_PARTS} parts of together {_MAX_SIZE} bytes", hint=_HINT
        )
