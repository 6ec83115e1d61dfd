"""Read one file once: hash it, tell its type and count what is in it, all in the same pass.

A file that changes meanwhile is not recorded: size, modification time and inode must be the same
before and after, and exactly that many bytes must have come.
"""

import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, NamedTuple

from blake3 import blake3

from ledger.capture.counting import Counting, count_whole
from ledger.capture.directories import Found
from ledger.capture.media import HEAD, Media, recognise
from ledger.errors import InputError
from ledger.record.canonical import JSON

if TYPE_CHECKING:
    import hashlib

    from ledger.capture.document_tree import Documents, DocumentTree
    from ledger.capture.documents import TreeMaking
    from ledger.capture.domains import Tallying
    from ledger.capture.rows import DomainColumn
    from ledger.capture.tokens import Tokens
    from ledger.content.domains import Tally

CHUNK: Final = 1 << 20
"""Two threads take turns at Python's lock once or twice a chunk. A quarter of this takes a tenth
longer, twice as much falls out of the processor's cache (medians of nine alternating runs)."""

HUGE: Final = 256 << 20
"""From here a file is hashed by all cores at once."""

# Not blocking: a pipe that took a file's place since the walk must not hang us. For regular files
# the flag means nothing.
_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


class Unreadable(Exception):  # noqa: N818 - becomes a Failed; it never leaves capture
    """This file cannot be recorded, and why."""

    def __init__(self, reason: str, hint: str | None = None) -> None:
        super().__init__(reason)
        self.hint = hint


class Stopped(Exception):  # noqa: N818 - the caller went away
    """Nobody waits for the result any more."""


class Facts(NamedTuple):
    """What was observed in a file's bytes."""

    digest: str
    size: int
    media_type: str
    modality: tuple[str, ...]
    measures: dict[str, JSON]
    sha256: str | None = None
    notes: tuple[str, ...] = ()
    tally: "Tally | None" = None
    languages: tuple[str, ...] = ()
    """Named by rows."""
    period: tuple[str, str] | None = None
    """The first and the last month that rows name."""
    documents: "Documents | None" = None
    """The tree over the documents inside; None if none was wanted or none can be made."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to find out beyond the usual."""

    sha256: bool = False
    """Compute SHA-256 too, in the same pass."""
    tokens: "Tokens | None" = None
    """How to count tokens; None leaves them out."""
    domains: "DomainColumn | None" = None
    """Which columns name the URL or host of a row, its language, its date; None reads no rows."""
    documents: "DocumentTree | None" = None
    """How to cut a file into documents, for the tree over them; None makes no tree."""


class Running:
    """How far the reading of one file is; written by the thread that reads, read by another."""

    __slots__ = ("bytes", "stopped")

    def __init__(self) -> None:
        self.bytes = 0
        self.stopped = False

    def advance(self, size: int) -> None:
        """Note that `size` more bytes were read; called between chunks.

        Raises:
            Stopped: The result is not wanted any more.
        """
        if self.stopped:
            raise Stopped
        self.bytes += size


def read_file(found: Found, options: Options, running: Running) -> Facts:
    """Read a local file of any size in chunks.

    Raises:
        Unreadable: It cannot be opened or read, is no regular file, or changed meanwhile.
    """
    try:
        descriptor = os.open(found.path, _FLAGS)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable("is no regular file any more")
        source = Source(
            found.name,
            before.st_size,
            read=lambda size: os.read(descriptor, size),
            read_at=lambda offset, size: os.pread(descriptor, size, offset),
            open=lambda: open(os.dup(descriptor), "rb"),  # noqa: SIM115 - closed by who asks
        )
        facts = read_source(source, options, running)
        _check_unchanged(before, os.fstat(descriptor))
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    finally:
        os.close(descriptor)
    return facts


def read_small(found: Found, options: Options) -> Facts:
    """Read a small local file at once. This is the path that twenty thousand files take.

    One `fstat` is enough here: what the walk saw is the state before. If that is out of date the
    file is read again by `read_file`, which looks for itself.

    Raises:
        Unreadable: See `read_file`.
    """
    _, name, size, mtime_ns, inode, _, _ = found
    try:
        descriptor = os.open(found.path, _FLAGS)
        try:
            data = os.read(descriptor, size + 1)
            after = os.fstat(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    if (
        len(data) != size
        or after.st_mtime_ns != mtime_ns
        or after.st_ino != inode
        or after.st_size != size
    ):
        return read_file(found, options, Running())
    if not options.sha256 and options.tokens is None and options.domains is None:
        media = recognise(name, data[:HEAD])
        counted = None if media.compression else count_whole(media.form, data)
        cut = counted is not None and _cut_small(media, options, data)
        if counted is not None and cut is not False:
            return Facts(
                blake3(data).hexdigest(),
                size,
                counted.media_type or media.media_type,
                (media.modality,),
                {"bytes": size, **counted.measures},
                documents=cut,
            )
    chunks = BytesIO(data)
    source = Source(
        name,
        size,
        read=chunks.read,
        read_at=lambda offset, size: data[offset : offset + size],
        open=lambda: BytesIO(data),
    )
    return read_source(source, options, Running())


def _cut_small(media: Media, options: Options, data: bytes) -> "Documents | Literal[False] | None":
    """Return the documents of a small file, None if it gets no tree; False if it takes longer."""
    if options.documents is None:
        return None
    from ledger.capture.documents import UNITS, cut_small

    if media.form not in UNITS:
        return None
    return cut_small(media, options.documents, data) or False


def _check_unchanged(before: os.stat_result, after: os.stat_result) -> None:
    for what in ("st_size", "st_mtime_ns", "st_ino"):
        old, new = getattr(before, what), getattr(after, what)
        if old != new:
            raise Unreadable(f"changed while it was read: {_CHANGES[what]} was {old}, now {new}")


def _sha256() -> "hashlib._Hash":
    import hashlib  # 3 ms for OpenSSL, and only for who asks for the second digest

    return hashlib.sha256()


_CHANGES: Final = {"st_size": "size", "st_mtime_ns": "modification time", "st_ino": "inode"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where bytes come from: in order, and for formats with a footer, at an offset."""

    name: str
    size: int
    read: Callable[[int], bytes]
    read_at: Callable[[int, int], bytes]
    open: Callable[[], BinaryIO]


def read_source(source: Source, options: Options, running: Running) -> Facts:
    """Hash and count everything that `source` yields.

    Raises:
        Unreadable: There are more or fewer bytes than `source.size`, tokens cannot be counted, or
            there is no such column to tally domains by.
    """
    try:
        return _read_source(source, options, running)
    except InputError as error:
        raise Unreadable(str(error), error.hint) from error


def _read_source(source: Source, options: Options, running: Running) -> Facts:
    hasher = blake3(max_threads=blake3.AUTO if source.size >= HUGE else 1)
    second = _sha256() if options.sha256 else None
    data = source.read(CHUNK)
    media = recognise(source.name, data[:HEAD])
    counting = Counting(media, options.tokens)
    tallying = _tallying(media, options)
    with _tree_making(media, options) as making:
        feeds = [one.feed for one in (counting, tallying, making) if one is not None]
        size = 0
        while data:
            hasher.update(data)
            if second is not None:
                second.update(data)
            for feed in feeds:
                feed(data)
            size += len(data)
            running.advance(len(data))
            data = source.read(CHUNK)
        if size != source.size:
            raise Unreadable(f"changed while it was read: {size} bytes came, not {source.size}")
        found = counting.finish(source.size, source.read_at, source.open)
        rows = None if tallying is None else tallying.finish(source.open)
        tree = (
            None
            if making is None
            else making.finish(source.open, found.measures, hasher.hexdigest())
        )
    measures: dict[str, JSON] = {"bytes": size, **found.measures}
    if "tokens" in measures and options.tokens is not None and options.tokens.tokenizer:
        measures["tokenizer"] = options.tokens.tokenizer
    notes = [one.notes for one in (counting, tallying, making) if one is not None]
    return Facts(
        digest=hasher.hexdigest(),
        size=size,
        media_type=found.media_type or media.media_type,
        modality=found.modality or (media.modality,),
        measures=measures,
        sha256=None if second is None else second.hexdigest(),
        notes=tuple(note for some in notes for note in some),
        documents=tree,
        **({} if rows is None else rows._asdict()),
    )


def _tree_making(media: Media, options: Options) -> "AbstractContextManager[TreeMaking | None]":
    if options.documents is None:
        return nullcontext()
    from ledger.capture.documents import UNITS, TreeMaking

    if media.form not in UNITS:
        return nullcontext()
    return closing(TreeMaking(media, options.documents))


def _tallying(media: Media, options: Options) -> "Tallying | None":
    if options.domains is None:
        return None
    from ledger.capture.domains import Tallying

    return Tallying(media, options.domains)
