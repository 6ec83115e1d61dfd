"""A step of the log, and the inserts that write it down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from ledger.record.batch import SealedRecord
from ledger.store import rows
from ledger.store.corrections import CORRECTION, correction_cells
from ledger.store.engine import Cells, Connection
from ledger.store.rows import Entry, Head
from ledger.tree.hashing import Hash
from ledger.tree.tiles import TileId


class Submission(NamedTuple):
    """What an Idempotency-Key was used for: the SHA-256 of the body that came with it."""

    key: str
    digest: bytes


class Submitted(NamedTuple):
    """What is known of an Idempotency-Key: the body's SHA-256, and the entry it became."""

    digest: bytes
    log_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry that is about to be appended, with everything that belongs to it."""

    entry: Entry
    tiles: Sequence[tuple[TileId, bytes]]
    """Every tile of the tree over the record leaves, partial ones too."""
    records: Sequence[SealedRecord]
    """None if they are lost: an entry that was taken back from what is published."""
    is_open: bool
    """Whether the records are published whole."""
    submission: Submission | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """A step of the log: from which head to which, and what lies between.

    Without entries the head stays where it is. That is no mistake: all that was submitted may be
    in the log already.
    """

    old: Head
    new: Head
    entries: Sequence[NewEntry]
    tiles: Sequence[tuple[TileId, bytes]]
    """The tiles of the log's own tree that became full."""
    resubmitted: Sequence[tuple[Submission, int]] = ()
    """New keys for entries that were in the log before, each with the entry's index."""


class Found(dict[Hash, int]):
    """Which of the leaves of a plan the log holds already, and where, as of the plan's head."""

    def __init__(self, leaves: Mapping[Hash, int], submissions: Mapping[str, Submitted]) -> None:
        super().__init__(leaves)
        self.submissions = submissions
        """What is known of the Idempotency-Keys of the plan."""


def find_leaves(db: Connection, leaves: Sequence[Hash]) -> dict[Hash, int]:
    """Return the index of each of these leaf hashes that is in the log."""
    found: dict[Hash, int] = {}
    for chunk in rows.chunks(leaves):
        sql = f"SELECT leaf, log_index FROM entry_leaf WHERE leaf IN ({rows.marks(chunk)})"
        found.update((Hash(leaf), index) for leaf, index in db.rows(sql, chunk))
    return found


def find_submissions(db: Connection, keys: Sequence[str]) -> dict[str, Submitted]:
    """Return what is known of each of these Idempotency-Keys."""
    found: dict[str, Submitted] = {}
    for chunk in rows.chunks(keys):
        sql = f"SELECT key, digest, log_index FROM submission WHERE key IN ({rows.marks(chunk)})"
        found.update((key, Submitted(digest, at)) for key, digest, at in db.rows(sql, chunk))
    return found


class Writer:
    """The inserts of one append."""

    def __init__(self, db: Connection, known: dict[bytes, int], records: int) -> None:
        self._db = db
        self._known = known
        self._records = records
        self._learned: dict[bytes, int] = {}

    def write(self, advance: Advance) -> dict[bytes, int]:
        """Write entries, tiles and records; return the descriptions that were not known before."""
        entries = advance.entries
        self._db.insert("entry", rows.ENTRY, [_entry_cells(one.entry) for one in entries])
        leaves = [rows.leaf_cells(one.entry) for one in entries]
        self._db.insert("entry_leaf", rows.LEAF, leaves)
        if advance.tiles:
            tiles = [(tile.level, tile.number, data) for tile, data in advance.tiles]
            self._db.insert("log_tile", rows.TILE[1:], tiles)
        self.write_records(entries)
        self.write_submissions(advance)
        return self._learned

    def write_records(self, entries: Sequence[NewEntry]) -> dict[bytes, int]:
        """Write what is inside entries: tiles, records; return the new descriptions."""
        self._db.insert("batch_tile", rows.TILE, _tile_cells(entries))
        opened = [one for one in entries if one.is_open]
        if opened:
            self._db.insert("open_record", rows.OPEN, _open_cells(opened))
            corrections = _correction_cells(opened)
            if corrections:
                self._db.insert("correction", CORRECTION, corrections)
        if len(opened) < len(entries):
            self._db.insert("sealed_record", rows.SEALED, self._sealed_cells(entries))
        return self._learned

    def write_submissions(self, advance: Advance) -> None:
        """Write which Idempotency-Keys led to which entries."""
        made = [(one.submission, one.entry.index) for one in advance.entries if one.submission]
        cells = [
            (*one, rows.row_check(*one))
            for submission, index in (*made, *advance.resubmitted)
            for one in [(*submission, index, advance.new.appended_at)]
        ]
        if cells:
            self._db.insert("submission", rows.SUBMISSION, cells)

    def _sealed_cells(self, entries: Sequence[NewEntry]) -> list[Cells]:
        """Return the rows of all sealed records, after storing the descriptions they need."""
        shared = [
            [] if one.is_open else [rows.shared_part(sealed.record) for sealed in one.records]
            for one in entries
        ]
        numbers = self._describe({each for parts in shared for each in parts})
        cells: list[Cells] = []
        for one, parts in zip(entries, shared, strict=True):
            segment, index = self._records // rows.SEGMENT, one.entry.index
            for position, part in enumerate(parts):
                sealed = one.records[position]
                cells.append(
                    rows.sealed_cells(
                        index, position, sealed.record, sealed.secret, numbers[part], segment
                    )
                )
            self._records += one.entry.count
        return cells

    def _describe(self, wanted: set[bytes]) -> dict[bytes, int]:
        """Return the number of every distinct description, storing those that are new."""
        unknown = wanted - self._learned.keys() - self._still_known(wanted)
        if unknown:
            self._learn(unknown)
        return {one: self._learned.get(one) or self._known[one] for one in wanted}

    def _still_known(self, wanted: set[bytes]) -> set[bytes]:
        """Return those of the descriptions that we remember and that are still there.

        Another process may have erased the last record of one. Then its number is free, or already
        another description's.
        """
        numbers = {self._known[one]: one for one in wanted if one in self._known}
        still: set[bytes] = set()
        for chunk in rows.chunks(sorted(numbers)):
            sql = f"SELECT id, digest FROM description WHERE id IN ({rows.marks(chunk)})"
            for number, digest in self._db.rows(sql, chunk):
                if sha256(numbers[number]).digest() == digest:
                    still.add(numbers[number])
        return still

    def _learn(self, unknown: set[bytes]) -> None:
        digests = {sha256(shared).digest(): shared for shared in unknown}
        for chunk in rows.chunks(sorted(digests)):
            sql = f"SELECT digest, id FROM description WHERE digest IN ({rows.marks(chunk)})"
            for digest, number in self._db.rows(sql, chunk):
                self._learned[digests.pop(digest)] = number
        last = self._db.row("SELECT COALESCE(MAX(id), 0) FROM description")
        first = last[0] + 1 if last else 1
        numbered = list(enumerate(sorted(digests.items()), start=first))
        self._db.insert(
            "description",
            rows.DESCRIPTION,
            [
                (number, digest, rows.dataset_name(shared), shared.decode())
                for number, (digest, shared) in numbered
            ],
        )
        self._learned.update({shared: number for number, (_, shared) in numbered})


def _entry_cells(entry: Entry) -> Cells:
    """Return the row of an entry, in the order of `rows.ENTRY`."""
    return (
        *(entry.index, entry.note, entry.kind, entry.count),
        *(entry.producer, entry.appended_at),
    )


def _tile_cells(entries: Sequence[NewEntry]) -> list[Cells]:
    return [
        (one.entry.index, tile.level, tile.number, data)
        for one in entries
        for tile, data in one.tiles
    ]


def _open_cells(entries: Sequence[NewEntry]) -> list[Cells]:
    return [
        rows.open_cells(one.entry.index, position, sealed.record, sealed.secret)
        for one in entries
        for position, sealed in enumerate(one.records)
    ]


def _correction_cells(entries: Sequence[NewEntry]) -> list[Cells]:
    return [
        correction_cells(one.entry.index, position, sealed.record)
        for one in entries
        if one.entry.kind == "correction"
        for position, sealed in enumerate(one.records)
    ]
