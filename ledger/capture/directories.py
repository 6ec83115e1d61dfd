"""Find the files under some paths, in one order everywhere: the bytes of their names.

Everything is a shard, hidden files too, except what belongs to a ledger itself (`ledger.yaml`,
`ledger.db`, `ledger.d/`); that is listed as skipped. Links are followed; a link to a folder that it
lies in is a loop and fails. Names are relative to the folder that was given, with `/`, in Unicode
normal form C; a byte that is not UTF-8 is written `%XX`.
"""

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeAlias

from ledger.capture.results import Failed
from ledger.errors import InputError

SIDECAR = "ledger.yaml"
_OWN_FILES = frozenset({"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db-journal"})
_OWN_FOLDER = "ledger.d"
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_Identity: TypeAlias = tuple[int, int]
_ESCAPED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A folder with a `ledger.yaml`, and the one above it that has one too."""

    path: str
    prefix: str
    """The folder as names begin with it, with a final `/`; empty for the root."""
    parent: "Scope | None"
    read: Callable[[], bytes]


class Found(NamedTuple):
    """A file to be read, as it was when it was found."""

    path: str
    name: str
    size: int
    mtime_ns: int
    inode: int
    scope: Scope | None
    protocol: str = ""
    """Empty for a local file, else how fsspec reaches it."""


class Skipped(NamedTuple):
    """Something that was left out on purpose, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Survey:
    """What there is to read under some paths, and what cannot be."""

    items: list[Found | Failed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def files(self) -> list[Found]:
        """The files to read."""
        return [item for item in self.items if isinstance(item, Found)]


def survey(paths: Sequence[str], *, exclude: Iterable[str] = ()) -> Survey:
    """Find all files under `paths`: files, folders and fsspec URLs.

    Args:
        paths: What to look through; the results keep this order, and names' order within each.
        exclude: Local files to leave out, such as a manifest that lies among the data.

    Raises:
        InputError: A folder holds no files, or a URL has a protocol that is not installed.
    """
    found = Survey()
    left_out = set(_identities(exclude))
    for path in paths:
        if "://" in path:
            from ledger.capture.remote import survey_url

            survey_url(path, found)
        else:
            _survey_path(path, found, left_out)
    if len(paths) > 1:
        _drop_repeated(found)
    return found


def written_name(raw: str) -> str:
    """Return how a file name is recorded: NFC, and `%XX` for bytes that are not UTF-8."""
    if raw.isascii():
        return raw
    escaped = _ESCAPED.sub(lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", raw)
    return unicodedata.normalize("NFC", escaped)


def _survey_path(path: str, found: Survey, left_out: set[_Identity]) -> None:
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        found.items.append(_unreachable(path, error))
        return
    if stat.S_ISDIR(status.st_mode):
        before = len(found.items)
        _walk(path, found, left_out)
        if len(found.items) == before:
            raise InputError(
                f"{path} holds no files{' to record' if found.skipped else ''}",
                hint="give the folder that holds the data",
            )
        return
    folder = os.path.dirname(path) or "."
    scope = _scope(folder, "", None) if os.path.exists(os.path.join(folder, SIDECAR)) else None
    found.items.append(_found(path, written_name(os.path.basename(path)), status, scope))


def _found(path: str, name: str, status: os.stat_result, scope: Scope | None) -> Found | Failed:
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "no file")
        return Failed(path, f"{kind}, expected a regular file")
    return Found(path, name, status.st_size, status.st_mtime_ns, status.st_ino, scope)


def _unreachable(path: str, error: OSError | ValueError) -> Failed:
    if isinstance(error, ValueError):
        return Failed(path, f"not a path: {error}")
    if isinstance(error, FileNotFoundError) and os.path.islink(path):
        return Failed(path, f"a link to {os.readlink(path)!r}, which does not exist")
    return Failed(path, error.strerror or str(error))


class _Folder(NamedTuple):
    entries: Iterator[os.DirEntry[str]]
    prefix: str
    scope: Scope | None
    identity: _Identity


def _identities(paths: Iterable[str]) -> Iterator[_Identity]:
    """Yield what files are by, whatever they are called: resolving a path costs 70 µs a file."""
    for path in paths:
        with suppress(OSError, ValueError):
            status = os.stat(path)
            yield status.st_dev, status.st_ino


def _walk(root: str, found: Survey, left_out: set[_Identity]) -> None:
    """Add everything below `root`. The stack is our own: folders may nest beyond Python's."""
    stack: list[_Folder] = []
    _enter(stack, root, "", found)
    while stack:
        folder = stack[-1]
        for entry in folder.entries:
            reason = _own(entry)
            if reason:
                found.skipped.append(Skipped(entry.path, reason))
                continue
            try:
                status = entry.stat()
            except OSError as error:
                found.items.append(_unreachable(entry.path, error))
                continue
            if (status.st_dev, status.st_ino) in left_out:
                found.skipped.append(Skipped(entry.path, "the manifest"))
                continue
            name = folder.prefix + entry.name
            if not stat.S_ISDIR(status.st_mode):
                found.items.append(_found(entry.path, written_name(name), status, folder.scope))
            elif (status.st_dev, status.st_ino) in (above.identity for above in stack):
                found.items.append(Failed(entry.path, "a link to a folder that it lies in"))
            else:
                _enter(stack, entry.path, f"{name}/", found)
                break  # what is left here comes after what is in there
        else:
            stack.pop()


def _own(entry: os.DirEntry[str]) -> str | None:
    """Say why an entry is no shard, if it is a ledger's own."""
    if entry.name.startswith("ledger."):
        if entry.name == SIDECAR:
            return "metadata, read as such"
        if entry.name in _OWN_FILES or (entry.name == _OWN_FOLDER and entry.is_dir()):
            return "belongs to a ledger"
    return None


def _enter(stack: list[_Folder], path: str, prefix: str, found: Survey) -> None:
    try:
        with os.scandir(path) as listing:
            entries = sorted(listing, key=_order)
        status = os.stat(path)
    except OSError as error:
        found.items.append(_unreachable(path, error))
        return
    scope = stack[-1].scope if stack else None
    if any(entry.name == SIDECAR for entry in entries):
        scope = _scope(path, prefix, scope)
    stack.append(_Folder(iter(entries), prefix, scope, (status.st_dev, status.st_ino)))


def _order(entry: os.DirEntry[str]) -> bytes:
    """Sort a folder as the paths of what is in it sort: `a.txt` before `a/b` before `a0`."""
    name = entry.name.encode("utf-8", "surrogateescape")
    try:
        return name + b"/" if entry.is_dir() else name
    except OSError:
        return name


def _scope(folder: str, prefix: str, parent: Scope | None) -> Scope:
    path = os.path.join(folder, SIDECAR)
    return Scope(path, written_name(prefix), parent, partial(_read, path))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _drop_repeated(found: Survey) -> None:
    """Keep the first of files that were reached by more than one of the paths."""
    seen: set[str] = set()
    kept: list[Found | Failed] = []
    for item in found.items:
        where = item.path if "://" in item.path else os.path.abspath(item.path)
        if where in seen:
            found.skipped.append(Skipped(item.path, "given twice"))
        else:
            seen.add(where)
            kept.append(item)
    found.items = kept
