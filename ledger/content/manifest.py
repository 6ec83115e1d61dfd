r"""A directory as a value: its files in order, each with size and digest.

A manifest is UTF-8 text, a line a file, sorted by the UTF-8 bytes of the path, each ended by LF:

    tdl/manifest/v1
    blake3:<64 hex> <size in bytes> <path>

Paths are relative, use `/`, are NFC, and never hold an empty, `.` or `..` part. Backslash, LF and
CR inside a path are written `\\`, `\n` and `\r`, so that a line is always one file. The digest of
a directory is the BLAKE3 digest of these bytes.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from ledger.content.digest import Digest
from ledger.errors import MalformedError

_HEADER = "tdl/manifest/v1"
_LINE = re.compile(r"(blake3:[0-9a-f]{64}) (0|[1-9][0-9]{0,18}) (.+)")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_UNESCAPE = {written: char for char, written in _ESCAPES.items()}


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file of a directory: relative path, size in bytes, digest of its bytes."""

    path: str
    size: int
    digest: Digest

    def __post_init__(self) -> None:
        parts = self.path.split("/")
        if any(part in ("", ".", "..") for part in parts):
            raise MalformedError(f"{self.path!r} is not a relative path in its shortest form")
        if any("\ud800" <= char <= "\udfff" for char in self.path):
            raise MalformedError(f"{self.path!r} is not a path in UTF-8")
        if unicodedata.normalize("NFC", self.path) != self.path:
            raise MalformedError(f"{self.path!r} is not in Unicode normal form C")
        if self.size < 0:
            raise MalformedError(f"{self.path!r} cannot have {self.size} bytes")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one directory, sorted by path and distinct."""

    files: tuple[ManifestFile, ...]

    def __post_init__(self) -> None:
        paths = [file.path.encode() for file in self.files]
        if any(one >= two for one, two in pairwise(paths)):
            raise MalformedError("the paths of a manifest must be sorted by bytes and distinct")

    @classmethod
    def of(cls, files: Iterable[ManifestFile]) -> Self:
        """Return the manifest of `files`, given in any order."""
        return cls(tuple(sorted(files, key=lambda file: file.path.encode())))

    @property
    def digest(self) -> Digest:
        """The BLAKE3 digest of the manifest's bytes: the address of the directory."""
        return Digest.of(self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return the manifest in its one byte form."""
        lines = [f"{file.digest} {file.size} {_escape(file.path)}" for file in self.files]
        return "".join(f"{line}\n" for line in (_HEADER, *lines)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the manifest whose `to_bytes` is exactly `data`."""
        try:
            header, *lines = data.decode().split("\n")
        except UnicodeDecodeError as error:
            raise MalformedError("a manifest is UTF-8 text") from error
        if header != _HEADER or lines[-1:] != [""]:
            raise MalformedError(f"a manifest starts with {_HEADER!r} and ends with a line feed")
        manifest = cls(tuple(_parse_line(line) for line in lines[:-1]))
        if manifest.to_bytes() != data:
            raise MalformedError("a manifest line is not in its one written form")
        return manifest


def _parse_line(line: str) -> ManifestFile:
    match = _LINE.fullmatch(line)
    if not match:
        raise MalformedError(f"{line[:80]!r} is not 'blake3:<hex> <size> <path>'")
    path = re.sub(r"\\.", lambda found: _UNESCAPE.get(found[0], ""), match[3])
    return ManifestFile(path, int(match[2]), Digest.parse(match[1]))


def _escape(path: str) -> str:
    return re.sub(r"[\\\n\r]", lambda found: _ESCAPES[found[0]], path)
