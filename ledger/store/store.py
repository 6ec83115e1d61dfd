"""The store: one method, one transaction, and the rule that a log never forks.

    advance = plan(head)         pure: what the next entries make of the tree
    UPDATE log_head … WHERE size = … AND root = …
    INSERT entries, tiles, records
    COMMIT

`append` is the only thing in the project that changes what a log holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from ledger.errors import ConflictError, InputError, StorageError
from ledger.record.batch import SealedRecord, check_origin
from ledger.store import rows
from ledger.store.engine import BUSY_SECONDS, Cells, Connection, Engine, open_engine, sqlite_path
from ledger.store.private import PrivateReader
from ledger.store.reader import check_head, read_head
from ledger.store.rows import Entry, Head
from ledger.store.tallies import Tallies
from ledger.store.training import TrainingSets
from ledger.tree.growth import RightEdge
from ledger.tree.hashing import EMPTY_ROOT
from ledger.tree.tiles import TileId

SCHEMA = "0001"
"""The migration that this code is written for."""

_CACHED_DESCRIPTIONS = 10_000
_HEAD = ("origin", "size", "root", "edge", "records", "appended_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry that is about to be appended, with everything that belongs to it."""

    entry: Entry
    tiles: Sequence[tuple[TileId, bytes]]
    """Every tile of the tree over the record leaves, partial ones too."""
    records: Sequence[SealedRecord]
    is_open: bool
    """Whether the records are published whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """A step of the log: from which head to which, and what lies between."""

    old: Head
    new: Head
    entries: Sequence[NewEntry]
    tiles: Sequence[tuple[TileId, bytes]]
    """The tiles of the log's own tree that became full."""


class Store(PrivateReader):
    """A ledger's database, to read and to append to."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.training = TrainingSets(engine)
        self.tallies = Tallies(engine)
        self._descriptions: dict[bytes, int] = {}

    @classmethod
    def open(cls, url: str, *, busy_seconds: float = BUSY_SECONDS) -> Self:
        """Return the store at `url`.

        Raises:
            InputError: The URL names no kind of database that we know.
            NotFoundError: There is no ledger at `url`.
            StorageError: It cannot be opened, is of another version, or is damaged.
        """
        store = cls(open_engine(url, busy_seconds=busy_seconds))
        try:
            with store.engine.reading() as db:
                _check_schema(db)
                check_head(read_head(db))
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def create(cls, url: str, *, origin: str) -> Self:
        """Make the tables and an empty log, and return the store.

        Raises:
            MalformedError: `origin` is none.
            InputError: The database already holds a log.
            StorageError: The database cannot be made.
        """
        from ledger.store.migrate import migrate
        from ledger.store.sqlite import make_file

        check_origin(origin)
        path = sqlite_path(url)
        if path is not None:
            make_file(path)
        migrate(url)
        engine = open_engine(url)
        try:
            with engine.writing() as db:
                _insert_head(db, origin)
        except BaseException:
            engine.close()
            raise
        return cls(engine)

    def append(self, plan: Callable[[Head], Advance]) -> Head:
        """Append what `plan` makes of the current head, all of it or nothing.

        Args:
            plan: Called once, while no other writer can move the head. If it raises, nothing is
                written and the error goes on to the caller.

        Raises:
            ConflictError: The plan was made for another head than the current one. Nothing was
                written.
            StorageError: The database failed. During the commit itself that leaves open whether
                the entries are there; whoever goes on reads the head again first.
        """
        with self._engine.writing() as db:
            head = read_head(db, self._engine.locking)
            check_head(head)
            advance = plan(head)
            _move_head(db, advance.old, advance.new)
            learned = _Writer(db, self._descriptions, advance.old.records).write(advance)
        # Only after the commit: a description of a transaction that failed has no number.
        if len(self._descriptions) > _CACHED_DESCRIPTIONS:
            self._descriptions.clear()
        self._descriptions.update(learned)
        return advance.new


def _check_schema(db: Connection) -> None:
    row = db.row("SELECT version_num FROM alembic_version")
    if row is None or row[0] != SCHEMA:
        raise StorageError(
            f"the database has schema {row[0] if row else 'none'}, this version needs {SCHEMA}",
            hint="use the version of `ledger` that made it, or restore a backup",
        )


def _insert_head(db: Connection, origin: str) -> None:
    known = db.row("SELECT origin FROM log_head")
    if known is not None:
        raise InputError(f"the database already holds the log {known[0]}", hint="ledger list")
    edge = RightEdge.empty().to_bytes()
    db.insert("log_head", _HEAD, [(origin, 0, bytes(EMPTY_ROOT), edge, 0, 0)])


def _move_head(db: Connection, old: Head, new: Head) -> None:
    """Move the head, if it still is where the plan began.

    Two writers cannot fork the log because the WHERE clause says so. The lock taken before keeps
    them from trying in vain; were it lost, or the database one that locks differently, the second
    would change no row here and stop.
    """
    moved = db.run(
        "UPDATE log_head SET size = ?, root = ?, edge = ?, records = ?, appended_at = ? "
        "WHERE origin = ? AND size = ? AND root = ?",
        (
            *(new.size, bytes(new.root), new.edge.to_bytes(), new.records, new.appended_at),
            *(old.origin, old.size, bytes(old.root)),
        ),
    )
    if moved != 1:
        raise ConflictError(expected=old.size, found=read_head(db).size)


class _Writer:
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
        if advance.tiles:
            tiles = [(tile.level, tile.number, data) for tile, data in advance.tiles]
            self._db.insert("log_tile", rows.TILE[1:], tiles)
        self._db.insert("batch_tile", rows.TILE, _tile_cells(entries))
        opened = [one for one in entries if one.is_open]
        if opened:
            self._db.insert("open_record", rows.OPEN, _open_cells(opened))
        if len(opened) < len(entries):
            self._db.insert("sealed_record", rows.SEALED, self._sealed_cells(entries))
        return self._learned

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
        unknown = wanted - self._known.keys() - self._learned.keys()
        if unknown:
            self._learn(unknown)
        return {one: self._learned.get(one) or self._known[one] for one in wanted}

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
