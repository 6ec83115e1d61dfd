r"""ZIP files in one spelling: the file is a function of its members' names, order and contents.

ZIP leaves much open: order, methods, dates, extra fields, what stands before, between and behind,
and two places that each name every member; a program may read one place and another the other.
Here there is one spelling, and a file is accepted only if writing its members again gives the same
bytes. So no byte of it can change unnoticed, and any ZIP program reads it.

    for each member, in order:
        PK\3\4  20  0  0  0  33  CRC-32  size  size  length of name  0     30 bytes
        name, content
    for each member, in the same order:
        PK\1\2  20  20  0  0  0  33  CRC-32  size  size  length of name
        0  0  0  0  0  offset of the member's first byte                    46 bytes
        name
    PK\5\6  0  0  members  members  size of the second list  its offset  0 22 bytes

DOCX documents (ledger.proof.docx_slot) and packages (ledger.proof.package) are such files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Final
from zlib import crc32

from ledger.errors import MalformedError

MAX_MEMBERS: Final = 65_534
MAX_SIZE: Final = 2**31
"""Bytes of all contents: what every program reads without the 64-bit extension of ZIP."""

_LOCAL: Final = Struct("<4s5HIIIHH")
_CENTRAL: Final = Struct("<4s6HIIIHHHHHII")
_END: Final = Struct("<4s4HIIH")

_FIRST_LIST: Final = b"PK\3\4"
_VERSION: Final = 20
_DATE: Final = 1 << 5 | 1
"""1 January 1980, the first day that a ZIP file knows: year 0, month 1, day 1."""
_FIXED: Final = (_VERSION, 0, 0, 0, _DATE)
"""Version needed, flags, method (stored), time, date."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How errors name such a file and its members, and where they send the reader."""

    file: str
    member: str
    hint: str


def begins_with(data: bytes, name: str) -> bool:
    """Answer whether the bytes begin a file in this spelling whose first member is `name`."""
    start = _LOCAL.pack(_FIRST_LIST, *_FIXED, 0, 0, 0, len(name), 0)
    return (
        data[:14] == start[:14]
        and data[26:30] == start[26:30]
        and data[30 : 30 + len(name)] == name.encode()
    )


def write_zip(members: Mapping[str, bytes]) -> bytes:
    """Return the file that holds these members, in the mapping's order."""
    local = bytearray()
    for name, content in members.items():
        local += _LOCAL.pack(_FIRST_LIST, *_FIXED, *_sizes(name, content), 0)
        local += name.encode() + content
    local += _second_list(members)
    return bytes(local)


def read_zip(data: bytes, wording: Wording) -> dict[str, bytes]:
    """Return the members of the file, in order.

    Raises:
        MalformedError: Writing these members again does not give exactly these bytes: the file is
            truncated, holds a name twice, or another program wrote it.
    """
    members: dict[str, bytes] = {}
    at = 0
    for name, content in _walk(data, wording):
        if name in members or len(members) == MAX_MEMBERS:
            raise MalformedError(
                f"the {wording.file} holds two {wording.member}s {name!r}, or too many",
                hint=wording.hint,
            )
        members[name] = content
        at += _LOCAL.size + len(name.encode()) + len(content)
    rest, expected = data[at:], _second_list(members)
    if rest != expected and (expected.startswith(rest) or _FIRST_LIST.startswith(rest)):
        raise MalformedError(
            f"the {wording.file} is truncated: it ends after {len(members)} {wording.member}s, "
            "before the list of all that is in it",
            hint=wording.hint,
        )
    if rest != expected:
        raise MalformedError(
            f"the {wording.file} is not in its one spelling: the list of {wording.member}s at its "
            "end or what stands around it is another",
            hint=wording.hint,
        )
    return members


def _walk(data: bytes, wording: Wording) -> Iterator[tuple[str, bytes]]:
    """Yield each member from the first byte on; what comes after them is not looked at."""
    at = 0
    cut = f"the {wording.file} is truncated: it ends within a {wording.member}"
    while data.startswith(_FIRST_LIST, at):
        if at + _LOCAL.size > len(data):
            raise MalformedError(cut, hint=wording.hint)
        _, *fixed, checksum, stored, size, length, extra = _LOCAL.unpack_from(data, at)
        if tuple(fixed) != _FIXED or stored != size or extra:
            raise MalformedError(
                f"the {wording.member} at byte {at} of the {wording.file} is compressed, dated or "
                "has extra fields: another program wrote it",
                hint=wording.hint,
            )
        start = at + _LOCAL.size + length
        at = start + size
        name = data[start - length : start].decode("latin-1")
        if at > len(data):
            raise MalformedError(f"{cut}, {name[:80]!r}", hint=wording.hint)
        content = data[start:at]
        if crc32(content) != checksum:
            raise MalformedError(
                f"the {wording.member} {name[:80]!r} of the {wording.file} was changed or damaged: "
                "its checksum is another",
                hint=wording.hint,
            )
        yield name, content


def _second_list(members: Mapping[str, bytes]) -> bytes:
    """Return what follows the members: each named again, with its place, and the end."""
    central, at = bytearray(), 0
    for name, content in members.items():
        # No extra field, no comment, disk 0, no attributes.
        sizes = _sizes(name, content)
        central += _CENTRAL.pack(b"PK\1\2", _VERSION, *_FIXED, *sizes, 0, 0, 0, 0, 0, at)
        central += name.encode()
        at += _LOCAL.size + sizes[3] + len(content)
    count = len(members)
    return bytes(central) + _END.pack(b"PK\5\6", 0, 0, count, count, len(central), at, 0)


def _sizes(name: str, content: bytes) -> tuple[int, int, int, int]:
    return crc32(content), len(content), len(content), len(name.encode())
