"""The documents of one file while it is read: cut apart, digested, put under one root.

What a document is depends on the form of the file (docs/formats/document-tree.md, section "What a
document is"): a line, a record, a row, a member of an archive, or the whole file. With a text
column it is the text in that column.

A `Cutter` is fed the bytes and hands documents to a `Sink`: many whole ones at once, or one in
parts, so that none has to fit in memory. Digests wait in a temporary file once there are more than
a quarter of a million: the key of the tree needs all of them before the first leaf.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from typing import IO, BinaryIO, Final, Protocol

from ledger.capture.counters import Counted, Counter, NoColumn, Uncountable, Walk
from ledger.capture.document_tree import Documents, DocumentTree
from ledger.capture.media import Form, Media
from ledger.tree.documents import T_DOCUMENT, documents_root

_IN_MEMORY: Final = 8 << 20
_BLOCK: Final = 1 << 20
UNITS: Final[dict[Form, str]] = {
    "jsonl": "line",
    "json": "file",
    "csv": "record",
    "tsv": "record",
    "text": "file",
    "tar": "member",
    "parquet": "row",
}
"""What a document is, by the form of the file. Other forms have no documents to tell apart."""

_WITH_COLUMNS: Final = frozenset({"line", "record", "row"})


class Sink(Protocol):
    """Takes documents in order."""

    def whole(self, documents: list[bytes]) -> None:
        """Take documents that are complete."""

    def part(self, data: bytes) -> None:
        """Take a part of a document that did not end yet."""

    def end(self) -> None:
        """End the document whose parts came; without any it is empty."""

    def drop(self) -> None:
        """Forget the parts that came: they are no document after all."""


class Digesting:
    """A Sink that hashes documents, and hands the digests on."""

    def __init__(self) -> None:
        self.count = 0
        """Documents so far."""
        self._open = sha256(T_DOCUMENT)

    def keep(self, digests: bytes) -> None:
        """Take the joined digests of the next documents; `count` is still that of those before."""
        raise NotImplementedError

    def whole(self, documents: list[bytes]) -> None:
        """See Sink."""
        tag, digest = T_DOCUMENT, sha256
        self.keep(b"".join([digest(tag + one).digest() for one in documents]))
        self.count += len(documents)

    def part(self, data: bytes) -> None:
        """See Sink."""
        self._open.update(data)

    def end(self) -> None:
        """See Sink."""
        self.keep(self._open.digest())
        self.count += 1
        self._open = sha256(T_DOCUMENT)

    def drop(self) -> None:
        """See Sink."""
        self._open = sha256(T_DOCUMENT)


class Digests(Digesting):
    """A Sink that keeps the digest of each document, to make a tree of them."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()
        self._spilled: IO[bytes] | None = None

    def keep(self, digests: bytes) -> None:
        """See Digesting."""
        self._held += digests
        if len(self._held) >= _IN_MEMORY:
            self._spill()

    def blocks(self) -> Iterator[bytes]:
        """Yield the digests of all documents, joined, from the first on."""
        if self._spilled is not None:
            self._spilled.seek(0)
            while block := self._spilled.read(_BLOCK):
                yield block
        if self._held:
            yield bytes(self._held)

    def close(self) -> None:
        """Give the temporary file back, if there is one."""
        if self._spilled is not None:
            self._spilled.close()

    def _spill(self) -> None:
        if self._spilled is None:
            import tempfile

            self._spilled = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self._spilled.write(self._held)
        self._held.clear()


class Cutting:
    """Cuts one file into documents as it comes. Why that is not possible, a note says."""

    def __init__(self, media: Media, wanted: DocumentTree, sink: Sink) -> None:
        self.note: str | None = None
        self.is_whole = False
        """Whether the file was cut to its end."""
        self.lacks_column = False
        """Whether the note says that there is no such column, and nothing worse."""
        self.unit = UNITS.get(media.form, "")
        self._wanted = wanted
        self._sink = sink
        self._is_parquet = media.form == "parquet" and not media.compression
        self._counter: Counter | None = None
        if self.unit and not self._is_parquet:
            self._begin(media)

    @property
    def column(self) -> str:
        """The column whose texts are the documents; empty if the form has none, or none is."""
        return self._wanted.column if self.unit in _WITH_COLUMNS else ""

    def feed(self, data: bytes) -> None:
        """Take the next chunk."""
        if self._counter is not None:
            try:
                self._counter.feed(data)
            except Uncountable as reason:
                self._give_up(reason)

    def finish(self, open_file: Callable[[], BinaryIO]) -> bool:
        """Take what is left after the last chunk, and say whether the file was cut to its end."""
        self.is_whole = self._finish(open_file)
        return self.is_whole

    def _finish(self, open_file: Callable[[], BinaryIO]) -> bool:
        try:
            if self._is_parquet:
                from ledger.capture.parquet_rows import cut_parquet

                cut_parquet(open_file, self._wanted.column, self._sink)
                return True
            if self._counter is not None:
                self._counter.finish()
                return True
        except Uncountable as reason:
            self._give_up(reason)
        return False

    def _begin(self, media: Media) -> None:
        try:
            self._counter = self._cutter(media.form)
            if media.compression:
                from ledger.capture.compression import Decompressed

                self._counter = Decompressed(self._counter, media.compression)
        except Uncountable as reason:
            self._give_up(reason)

    def _cutter(self, form: Form) -> Counter:
        if form == "jsonl":
            return self._lines()
        if form == "json":
            from ledger.capture.lines import Json

            return Json(self._lines, partial(Whole, self._sink))
        if form in ("csv", "tsv"):
            return self._records("," if form == "csv" else "\t")
        if form == "tar":
            from ledger.capture.archives import tar

            return Walk(partial(tar, self._sink))
        return Whole(self._sink)

    def _lines(self) -> Counter:
        self.unit = "line"  # also of JSON Lines under the name .json, which is known only now
        if self._wanted.column:
            from ledger.capture.text_cells import JsonTexts

            return JsonTexts(self._sink, self._wanted.column)
        from ledger.capture.cutters import LineCutter

        return LineCutter(self._sink)

    def _records(self, delimiter: str) -> Counter:
        if self._wanted.column:
            from ledger.capture.text_cells import CsvTexts

            return CsvTexts(self._sink, delimiter, self._wanted.column)
        from ledger.capture.cutters import CsvCutter

        return CsvCutter(self._sink, delimiter.encode())

    def _give_up(self, reason: Uncountable) -> None:
        self.note = f"no tree of documents: {reason}"
        self.lacks_column = isinstance(reason, NoColumn)
        self._counter = None


class TreeMaking:
    """Makes the tree over the documents of one file while it is read."""

    def __init__(self, media: Media, wanted: DocumentTree) -> None:
        self.notes: list[str] = []
        self._digests = Digests()
        self._cutting = Cutting(media, wanted, self._digests)
        self._keep = wanted.keep

    def feed(self, data: bytes) -> None:
        """Take the next chunk."""
        self._cutting.feed(data)

    def finish(
        self, open_file: Callable[[], BinaryIO], measures: Mapping[str, int], content: str
    ) -> Documents | None:
        """Return the tree after the last chunk; None, and a note why, if there can be none.

        Args:
            open_file: Opens the file again, for Parquet.
            measures: What was counted. A tree over another number of documents would contradict
                it: then there is none.
            content: The file's own digest, 64 hex digits.
        """
        cutting, digests = self._cutting, self._digests
        if not cutting.finish(open_file):
            self.notes += [cutting.note] if cutting.note else []
            return None
        counted = measures.get("documents")
        if counted is None or (
            digests.count < counted if cutting.unit == "member" else digests.count != counted
        ):
            found = "not counted" if counted is None else f"{counted:,} were counted"
            self.notes.append(f"no tree of documents: {digests.count:,} can be told apart, {found}")
            return None
        root = documents_root(digests.blocks).hex()
        if self._keep:
            from pathlib import Path

            from ledger.capture.kept_digests import Kept, keep_digests

            keep_digests(Path(self._keep), Kept(content, root), digests.blocks())
        return Documents(root, digests.count, cutting.unit, cutting.column)

    def close(self) -> None:
        """Give back what the digests took."""
        self._digests.close()


def cut_small(media: Media, wanted: DocumentTree, data: bytes) -> Documents | None:
    """Return the documents of a small file of a simple form without a cutter; else None."""
    if media.form not in ("text", "json", "jsonl") or media.compression or wanted.keep:
        return None
    from ledger.capture.lines import is_json_lines

    if media.form == "text" or (media.form == "json" and not is_json_lines(data)):
        found, unit = [data] if data else [], "file"
    elif wanted.column:
        return None
    else:
        from ledger.capture.cutters import lines_of

        found, unit = lines_of(data), "line"
    digests = b"".join([sha256(T_DOCUMENT + one).digest() for one in found])
    return Documents(documents_root(lambda: (digests,)).hex(), len(found), unit)


class Whole:
    """The file is one document; an empty file has none."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._empty = True

    def feed(self, data: bytes) -> None:
        """See Counter."""
        if data:
            self._empty = False
            self._sink.part(data)

    def finish(self) -> Counted:
        """See Counter."""
        if not self._empty:
            self._sink.end()
        return Counted({})
