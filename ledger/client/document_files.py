"""A document as somebody has it: a file, and the spellings of it that a shard may hold.

Who looks for an article has it as a file, which an editor may have given a line end at its end,
line ends of Windows, or a byte order mark. A shard holds it as the pipeline left it. So the file is
tried as it is and in the few other spellings that editors make, and an answer says which fitted.
"""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ledger.errors import InputError
from ledger.tree.documents import document_digest

LARGEST: Final = 64 << 20
"""Bytes of a document that is looked for."""
AS_IT_IS: Final = ""
_MARK: Final = b"\xef\xbb\xbf"


class Spelling(NamedTuple):
    """One way to write a document."""

    digest: bytes
    how: str
    """What was changed, such as `without the line end at its end`; empty for the file as it is."""


def spellings(path: str | Path) -> list[Spelling]:
    """Return the digests that a file is looked for by, first that of its bytes as they are.

    Raises:
        InputError: It cannot be read, is empty or too large for a document.
    """
    data = _read(Path(path))
    found: dict[bytes, str] = {}
    for document, how in _spelled(data):
        found.setdefault(document_digest(document), how)
    return [Spelling(digest, how) for digest, how in found.items()]


def _spelled(data: bytes) -> Iterator[tuple[bytes, str]]:
    for base, marked in _without_mark(data):
        for body, ends in _without_returns(base):
            for document, last in _ended(body):
                yield document, ", ".join(part for part in (marked, ends, last) if part)


def _without_mark(data: bytes) -> Iterator[tuple[bytes, str]]:
    yield data, AS_IT_IS
    if data.startswith(_MARK):
        yield data.removeprefix(_MARK), "without the byte order mark"


def _without_returns(data: bytes) -> Iterator[tuple[bytes, str]]:
    yield data, AS_IT_IS
    if b"\r\n" in data:
        yield data.replace(b"\r\n", b"\n"), "with LF for each CR LF"


def _ended(data: bytes) -> Iterator[tuple[bytes, str]]:
    yield data, AS_IT_IS
    if data.endswith(b"\n"):
        bare = data[:-1].removesuffix(b"\r")
        if bare:
            yield bare, "without the line end at its end"
    else:
        yield data + b"\n", "with a line end at its end"


def _read(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path} is no file")
        if not 0 < status.st_size <= LARGEST:
            raise InputError(
                f"{path} has {status.st_size:,} bytes; a document has 1 to {LARGEST:,}",
                hint="give the text of one document as a file",
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
