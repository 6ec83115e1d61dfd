"""Looking for a document: in the files of shards, and among the digests that are kept.

The answer is about this exact document, in the few spellings that editors make of it. A word more
or less is another document, and a search that finds nothing says how far it looked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ledger.capture.cut_files import Searched, cut_found, digest_of
from ledger.capture.directories import Found, survey
from ledger.capture.document_tree import DocumentTree
from ledger.capture.kept_digests import Kept, search_digests
from ledger.capture.results import Failed
from ledger.client.document_files import Spelling, spellings
from ledger.client.documents import documents_of, is_member, name_of, tree_of
from ledger.client.finding import file_digest
from ledger.client.releasing import find_release, release_name, training_root
from ledger.content.digest import Digest
from ledger.errors import InputError, LedgerError, NotFoundError
from ledger.record.leaf import RecordId
from ledger.store.rows import RecordRange

if TYPE_CHECKING:
    from ledger.client.client import Ledger
    from ledger.store.rows import StoredRecord

USUAL_COLUMN: Final = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place where the document is."""

    shard: str
    """The file's path, or the shard's name if it was found by a kept digest."""
    record: RecordId | None
    """None if the file is not recorded in this ledger."""
    index: int
    column: str
    """The column whose text it is; empty if it is a document as it stands."""
    how: str
    """How it is spelled there; empty if byte for byte."""
    releases: tuple[str, ...]
    """Which releases were trained on the shard."""


@dataclass(slots=True)
class SearchReport:
    """What was found, and how far the search went."""

    matches: list[Match] = field(default_factory=list)
    shards: int = 0
    documents: int = 0
    """How many documents were compared."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Shard and why it was not searched, or not whole."""
    unsearched: int | None = None
    """Of the release asked about: how many of its records were not searched."""


class _Search:
    def __init__(self, ledger: "Ledger", wanted: list[Spelling], release: str | None) -> None:
        self.ledger = ledger
        self.report = SearchReport()
        self.how = {one.digest: one.how for one in wanted}
        self._sets = _training_sets(ledger, release)
        self._release = release
        self._seen: set[RecordId] = set()

    def add(self, shard: str, known: Sequence["StoredRecord"], index: int, **found: str) -> None:
        """Note a match, once for each record of the shard."""
        records: list[RecordId | None] = [one.id for one in known] or [None]
        for record in records:
            releases = self._releases(record)
            if self._release is None or releases:
                self.report.matches.append(
                    Match(
                        shard=shard,
                        record=record,
                        index=index,
                        releases=releases,
                        column=found["column"],
                        how=found["how"],
                    )
                )

    def searched(self, known: Sequence["StoredRecord"], documents: int) -> None:
        """Note that a shard was searched whole."""
        self.report.shards += 1
        self.report.documents += documents
        self._seen.update(one.id for one in known)

    def finish(self) -> SearchReport:
        """Return what was found."""
        if self._release is not None:
            members = (one for ranges in self._sets.values() for one in _ids(ranges))
            self.report.unsearched = sum(one not in self._seen for one in members)
        self.report.matches = list(dict.fromkeys(self.report.matches))
        return self.report

    def _releases(self, record: RecordId | None) -> tuple[str, ...]:
        if record is None:
            return ()
        return tuple(name for name, ranges in self._sets.items() if is_member(record, ranges))


def search_document(
    ledger: "Ledger",
    document: str | Path,
    paths: Sequence[str],
    *,
    columns: Sequence[str] = (),
    release: str | None = None,
) -> SearchReport:
    """Look for a document (`Ledger.find_document`).

    Args:
        ledger: Whose records name the shards.
        document: The document as a file.
        paths: Shards to look into; without any, kept digests and whole shards are looked through.
        columns: Columns whose texts are compared besides whole rows; default: `text`.
        release: Count only shards that this release was trained on.
    """
    wanted = spellings(document)
    search = _Search(ledger, wanted, release)
    if not paths:
        _search_kept(search)
        _search_whole(search, document)
        return search.finish()
    found = survey(list(paths), exclude=ledger.home.own_files)
    for item in found.items:
        if isinstance(item, Failed):
            search.report.notes.append((item.path, item.reason))
        else:
            _search_file(search, item, columns)
    return search.finish()


def _search_file(search: _Search, found: Found, columns: Sequence[str]) -> None:
    try:
        known = search.ledger.store.find_by_digest(digest_of(found))
        recorded = [tree for one in known if (tree := documents_of(one)) is not None]
        trees = [tree_of(recorded[-1])] if recorded else []
        trees += [DocumentTree(), *map(DocumentTree, columns or (USUAL_COLUMN,))]
        sinks = {tree.column: Searched(search.how) for tree in trees}
        name = name_of(known[-1]) if known else found.name
        cuttings = cut_found(
            found, name, [(DocumentTree(column), sink) for column, sink in sinks.items()]
        )
    except LedgerError as error:
        search.report.notes.append((found.path, str(error)))
        return
    whole = False
    for cutting, (column, sink) in zip(cuttings, sinks.items(), strict=True):
        for index, digest in sink.found:
            # A file without columns is cut the same way each time: one answer is enough.
            if cutting.column == column:
                search.add(found.path, known, index, column=column, how=search.how[digest])
        if cutting.note is not None and not (cutting.lacks_column and not columns):
            search.report.notes.append((found.path, cutting.note))
        whole = whole or (cutting.is_whole and not cutting.note)
    if whole:
        search.searched(known, max(sink.count for sink in sinks.values()))
    elif not any(cutting.note for cutting in cuttings):
        search.report.notes.append((found.path, "no documents can be told apart in such a file"))


def _search_kept(search: _Search) -> None:
    folder = search.ledger.home.digests
    for kept in Kept.find_all(folder):
        known = search.ledger.store.find_by_digest(Digest.parse(f"blake3:{kept.content}"))
        # Several records may be about this content. Whichever tree they state, they are about the
        # same documents in the same order; the one with this tree says what of them is compared.
        trees = [documents for one in known if (documents := documents_of(one)) is not None]
        made = [tree for tree in trees if tree["root"] == f"sha256:{kept.root}"]
        if not made:
            continue
        column = tree_of(made[-1]).column
        for index, digest in search_digests(folder, kept, search.how):
            search.add(name_of(known[-1]), known, index, column=column, how=search.how[digest])
        search.searched(known, kept.path(folder).stat().st_size // 32)


def _search_whole(search: _Search, document: str | Path) -> None:
    """Look whether the file itself is a shard, byte for byte."""
    known = search.ledger.store.find_by_digest(file_digest(document))
    if known:
        search.add(name_of(known[-1]), known, 0, column="", how="")


def _training_sets(ledger: "Ledger", name: str | None) -> dict[str, list[RecordRange]]:
    """Return the training sets of the newest releases, by name; or that of one."""
    if name is not None:
        found = [find_release(ledger.store, name)]
    else:
        releases = ledger.store.open_records("release")
        found = list({release_name(one): one for one in releases}.values())
    sets: dict[str, list[RecordRange]] = {}
    for one in found:
        try:
            sets[release_name(one)] = ledger.store.training.ranges(training_root(one))
        except NotFoundError as error:
            if name is not None:
                raise InputError(str(error), hint=error.hint) from error
    return sets


def _ids(ranges: Sequence[RecordRange]) -> Iterator[RecordId]:
    for one in ranges:
        for position in range(one.lo, one.hi):
            yield RecordId(one.index, position)
