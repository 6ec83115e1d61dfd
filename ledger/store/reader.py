"""The public half: what anyone may ask, from the public tables alone.

A public server runs on this class and on a database (or a role) that has no private tables at all.
Nothing here names one, and a test takes them away to see.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import TracebackType
from typing import Self

from ledger.errors import NotFoundError, StorageError
from ledger.record.corrections import Corrections
from ledger.record.leaf import RecordId
from ledger.store.corrections import find_corrections
from ledger.store.engine import Cells, Connection, Engine, Value, open_engine
from ledger.store.rows import ENTRY, Entry, Head, StoredRecord, assemble
from ledger.store.tiles import BatchTiles, LogTiles, read_edge
from ledger.tree.growth import RightEdge
from ledger.tree.hashing import Hash
from ledger.tree.proofs import Range, prove_consistency, prove_inclusion
from ledger.tree.tiles import TileHashReader, TileId

_ENTRY = f"SELECT {', '.join(ENTRY)} FROM entry"


_MAX_SUBTREES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProof:
    """What ties a record to a tree size: its entry, and the two inclusion proofs."""

    entry: Entry
    leaf: Hash
    """The record's leaf hash in its batch's tree."""
    in_batch: tuple[Hash, ...]
    in_log: tuple[Hash, ...]
    size: int
    """The size of the log that `in_log` leads to the root of."""


class Reader:
    """Read-only access to a log's public tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._hashed: tuple[int, dict[Range, Hash]] = (0, {})

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the reader of the ledger database at `url`.

        Raises:
            InputError: The URL names no kind of database that we know.
            NotFoundError: There is no ledger at `url`.
            StorageError: It cannot be opened.
        """
        reader = cls(open_engine(url))
        reader.head()
        return reader

    @property
    def engine(self) -> Engine:
        """The database, for the audit."""
        return self._engine

    def close(self) -> None:
        """Close the database."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def head(self) -> Head:
        """Return where the log stands.

        Raises:
            StorageError: The head contradicts itself.
        """
        with self._engine.reading() as db:
            head = read_head(db)
        check_head(head)
        return head

    def entry(self, index: int) -> Entry:
        """Return the entry at `index`.

        Raises:
            NotFoundError: The log is shorter.
        """
        with self._engine.reading() as db:
            return _read_entry(db, index)

    def entries(self, lo: int, hi: int) -> Iterator[Entry]:
        """Yield the entries `lo <= index < hi`, in order; fewer if the log is shorter."""
        with self._engine.reading() as db:
            yield from stream_entries(db, lo, hi)

    def open_record(self, record_id: RecordId) -> StoredRecord:
        """Return a record that is published whole.

        Raises:
            NotFoundError: There is no such record, or it is sealed.
        """
        with self._engine.reading() as db:
            row = db.row(f"{_OPEN} WHERE log_index = ? AND position = ?", _place(record_id))
        if row is None:
            raise NotFoundError(f"there is no open record {record_id}")
        return _open_record(row)

    def open_records(
        self, kind: str, *, name: str | None = None, since: int = 0
    ) -> list[StoredRecord]:
        """Return the open records of a kind from entry `since` on, oldest first.

        `name` is a release's name, a summary's release, a terms title, a vkey.
        """
        sql = f"{_OPEN} WHERE kind = ? AND log_index >= ?"
        values: list[Value] = [kind, since]
        if name is not None:
            sql += " AND name = ?"
            values.append(name)
        with self._engine.reading() as db:
            rows = db.rows(f"{sql} ORDER BY log_index, position", values)
        return [_open_record(row) for row in rows]

    def corrections(
        self, record_ids: Iterable[RecordId], *, size: int | None = None, earlier: bool = False
    ) -> Corrections:
        """Return what later records say about these, and about what replaced them.

        Args:
            record_ids: The records.
            size: Only corrections among the first `size` entries; default: all.
            earlier: Also those of the records whose place they took, up to the first.
        """
        with self._engine.reading() as db:
            found = find_corrections(db, record_ids, earlier=earlier)
        if size is None:
            return found
        return Corrections(one for one in found if one.id.index < size)

    def count_corrected(self) -> dict[str, int]:
        """Return for each action how many records corrections of the kind speak about."""
        sql = """
            SELECT action, COUNT(*) FROM (
                SELECT DISTINCT action, record_index, record_position FROM correction
            ) x GROUP BY action ORDER BY action
        """
        with self._engine.reading() as db:
            counted = {action: int(number) for action, number in db.rows(sql)}
        return {one: counted[one] for one in ("replace", "withdraw", "erase") if one in counted}

    def erased_at(self, record_id: RecordId) -> int | None:
        """Return when a record's values were destroyed, in milliseconds since 1970, if they were.

        By the clock of who did it; what witnesses vouch for is when the correction was logged.
        """
        with self._engine.reading() as db:
            row = db.row(
                "SELECT erased_at FROM erased_record WHERE log_index = ? AND position = ?",
                _place(record_id),
            )
        return None if row is None else int(row[0])

    def prove(self, record_id: RecordId, size: int | None = None) -> RecordProof:
        """Return the proof that a record is in the log of `size` entries (default: of now).

        Raises:
            NotFoundError: There is no such record, or it is not among the first `size` entries.
        """
        return self.prove_all([record_id], size)[0]

    def prove_all(
        self, record_ids: Sequence[RecordId], size: int | None = None
    ) -> list[RecordProof]:
        """Return the proofs of several records under one size; what they share is derived once.

        Raises:
            NotFoundError: There is no such record, or it is not among the first `size` entries.
        """
        proofs = []
        with self._engine.reading() as db:
            head = read_head(db)
            size = head.size if size is None else size
            log = TileHashReader(size, LogTiles(db, head), self._subtrees(size))
            for index, group in groupby(record_ids, key=lambda one: one.index):
                entry = _read_entry(db, index)
                _check_size(head, index, size)
                batch = BatchTiles(db, entry)
                tree = TileHashReader(entry.count, batch)
                in_log = tuple(prove_inclusion(index, size, log))
                for one in group:
                    if not one.position < entry.count:
                        raise NotFoundError(f"entry {index} holds {entry.count} records")
                    proof = RecordProof(
                        entry=entry,
                        leaf=batch.leaf(one.position),
                        in_batch=tuple(prove_inclusion(one.position, entry.count, tree)),
                        in_log=in_log,
                        size=size,
                    )
                    proofs.append(proof)
        return proofs

    def _subtrees(self, size: int) -> dict[Range, Hash]:
        """Return the subtrees of the log at `size` that proofs before have hashed.

        Kept for one size: evidence is made under the newest checkpoint, one record after another.
        What a log was at a size never changes, so there is nothing to invalidate.
        """
        known_size, known = self._hashed
        if known_size != size or len(known) > _MAX_SUBTREES:
            known = {}
            self._hashed = (size, known)
        return known

    def prove_entry(self, index: int, size: int | None = None) -> list[Hash]:
        """Return the proof that entry `index` is in the log of `size` entries (default: of now)."""
        return self.prove_entries([index], size)[0]

    def prove_entries(self, indices: Sequence[int], size: int | None = None) -> list[list[Hash]]:
        """Return the proofs of several entries under one size; what they share is derived once."""
        with self._engine.reading() as db:
            head = read_head(db)
            size = head.size if size is None else size
            for index in indices:
                _check_size(head, index, size)
            log = TileHashReader(size, LogTiles(db, head), self._subtrees(size))
            return [prove_inclusion(index, size, log) for index in indices]

    def prove_consistency(self, old: int, new: int) -> list[Hash]:
        """Return the proof that the log of `new` entries extends the one of `old`."""
        with self._engine.reading() as db:
            head = read_head(db)
            _check_size(head, 0, new)
            return prove_consistency(old, new, TileHashReader(new, LogTiles(db, head)))

    def tiles(self, wanted: Sequence[TileId]) -> list[bytes]:
        """Return tiles of the log's own tree, of whatever width up to now."""
        with self._engine.reading() as db:
            return LogTiles(db, read_head(db)).read_tiles(wanted)

    def edge(self, size: int) -> RightEdge:
        """Return the right edge that the log had at `size`, from its tiles."""
        with self._engine.reading() as db:
            head = read_head(db)
            if not 0 <= size <= head.size:
                raise NotFoundError(f"the log has {head.size} entries, not {size}")
            return read_edge(db, head, size)


_HEAD = "SELECT origin, size, root, edge, records, appended_at FROM log_head"
_OPEN = "SELECT log_index, position, kind, fields, secret FROM open_record"


def read_head(db: Connection, ending: str = "") -> Head:
    """Return the head row; `ending` may lock it (`Engine.locking`).

    Raises:
        NotFoundError: The tables are there and the log is not.
        StorageError: The row cannot be read.
    """
    row = db.row(_HEAD + ending)
    if row is None:
        raise NotFoundError("the database holds no log", hint="ledger init")
    origin, size, root, edge, records, appended_at = row
    try:
        return Head(
            origin=origin,
            size=size,
            root=Hash(root),
            edge=RightEdge.from_bytes(edge),
            records=records,
            appended_at=appended_at,
        )
    except ValueError as error:
        raise StorageError(f"log_head is damaged: {error}", hint="ledger fsck") from error


def check_head(head: Head) -> None:
    """Check that edge, size and root of a head agree, before anything rests on it.

    Raises:
        StorageError: They do not.
    """
    if head.edge.size != head.size or head.edge.root() != head.root:
        raise StorageError("log_head is damaged: edge, size and root differ", hint="ledger fsck")


def _read_entry(db: Connection, index: int) -> Entry:
    row = db.row(f"{_ENTRY} WHERE log_index = ?", [index])
    if row is None:
        raise NotFoundError(f"the log has no entry {index}")
    return entry_of(row)


def stream_entries(db: Connection, lo: int, hi: int) -> Iterator[Entry]:
    """Yield entries in order, from inside a transaction."""
    sql = f"{_ENTRY} WHERE log_index >= ? AND log_index < ? ORDER BY log_index"
    return map(entry_of, db.stream(sql, [lo, hi]))


def entry_of(row: Cells) -> Entry:
    """Return the entry of a row in the order of `ENTRY`."""
    index, note, kind, count, producer, appended_at = row
    return Entry(
        index=index, note=note, kind=kind, count=count, producer=producer, appended_at=appended_at
    )


def _open_record(row: Cells) -> StoredRecord:
    index, position, kind, fields, secret = row
    return StoredRecord(RecordId(index, position), assemble(kind, fields), secret)


def _place(record_id: RecordId) -> tuple[int, int]:
    return record_id.index, record_id.position


def _check_size(head: Head, index: int, size: int | None) -> int:
    size = head.size if size is None else size
    if not 0 < size <= head.size:
        raise NotFoundError(f"the log has {head.size} entries, not {size}")
    if not 0 <= index < size:
        raise NotFoundError(f"entry {index} is not among the first {size}")
    return size
