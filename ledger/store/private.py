"""The private half: sealed records, found by id, by content, by dataset.

Values and secrets are read here and nowhere else. What callers get are whole records: the shared
fields and the own ones joined again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger.content.digest import Digest
from ledger.errors import NotFoundError
from ledger.record.leaf import RecordId
from ledger.store.corrections import IS_CORRECTED, has_corrections
from ledger.store.engine import Cells, Connection, Value
from ledger.store.reader import Reader, read_head
from ledger.store.rows import SEGMENT, StoredRecord, assemble, chunks, digest_prefix, marks

SEALED_RECORD = """
    SELECT s.log_index, s.position, e.kind, s.fields, d.fields, s.secret
    FROM sealed_record s
    JOIN entry e ON e.log_index = s.log_index
    JOIN description d ON d.id = s.description_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCount:
    """A dataset's name with how many records and bytes of it are recorded."""

    name: str
    records: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The size of a ledger in numbers."""

    entries: int
    records: int
    sealed: int
    open: int
    descriptions: int


class PrivateReader(Reader):
    """Read access to everything, for the ledger's owner."""

    def record(self, record_id: RecordId) -> StoredRecord:
        """Return a record, open or sealed.

        Raises:
            NotFoundError: There is no such record, or it was erased.
        """
        with self._engine.reading() as db:
            row = db.row(
                f"{SEALED_RECORD} WHERE s.log_index = ? AND s.position = ?",
                [record_id.index, record_id.position],
            )
        if row is not None:
            return stored(row)
        try:
            return self.open_record(record_id)
        except NotFoundError:
            raise self._absent(record_id) from None

    def _absent(self, record_id: RecordId) -> NotFoundError:
        erasure = self.corrections([record_id]).erasure(record_id)
        if erasure is None:
            return NotFoundError(f"there is no record {record_id}", hint="ledger list")
        return NotFoundError(
            f"record {record_id} was {erasure}; that it was logged can still be proved",
            hint=f"ledger prove {record_id} --closed",
        )

    def records(
        self,
        *,
        dataset: str | None = None,
        after: RecordId | None = None,
        before: int | None = None,
        current: bool = False,
    ) -> Iterator[StoredRecord]:
        """Yield sealed records in the order of the log.

        Args:
            dataset: Only those of this dataset.
            after: Only those that come after this one: where a page begins.
            before: Only those in entries below this index: what a log of that size holds.
            current: Only those that no correction speaks about.
        """
        sql, values = _filtered(dataset=dataset, after=after, before=before, current=current)
        with self._engine.reading() as db:
            rows = db.stream(f"{SEALED_RECORD} {sql} ORDER BY s.log_index, s.position", values)
            yield from map(stored, rows)

    def find_by_digest(self, digest: Digest) -> list[StoredRecord]:
        """Return all records about content with this digest, oldest first."""
        return self.find_by_digests([digest]).get(digest, [])

    def find_by_digests(self, digests: Iterable[Digest]) -> dict[Digest, list[StoredRecord]]:
        """Return for each digest that is recorded the records about it, oldest first.

        This is what makes a second `ledger add` of the same files record nothing: the caller
        compares the rest of the fields (`Record.says_the_same`).
        """
        found: dict[Digest, list[StoredRecord]] = {}
        wanted = set(digests)
        prefixes = sorted(digest_prefix(digest) for digest in wanted)
        with self._engine.reading() as db:
            for segment in range(read_head(db).records // SEGMENT + 1):
                for chunk in chunks(prefixes):
                    for row in _by_prefix(db, segment, chunk):
                        record = stored(row)
                        if record.digest in wanted:
                            found.setdefault(record.digest, []).append(record)
        for records in found.values():
            records.sort(key=lambda record: record.id)
        return found

    def datasets(self) -> list[DatasetCount]:
        """Return every dataset with its current records and their bytes, by name."""
        with self._engine.reading() as db:
            current = f"WHERE NOT {IS_CORRECTED}" if has_corrections(db) else ""
            rows = db.rows(f"""
                SELECT d.dataset, SUM(t.records), SUM(t.bytes)
                FROM (
                    SELECT description_id, COUNT(*) AS records, SUM(bytes) AS bytes
                    FROM sealed_record s {current} GROUP BY description_id
                ) t
                JOIN description d ON d.id = t.description_id
                WHERE d.dataset IS NOT NULL
                GROUP BY d.dataset ORDER BY d.dataset
            """)
        return [
            DatasetCount(name=name, records=int(records), bytes=int(total or 0))
            for name, records, total in rows
        ]

    def stats(self) -> Stats:
        """Return how much the ledger holds."""
        with self._engine.reading() as db:
            head = read_head(db)
            opened, described = (_count(db, table) for table in ("open_record", "description"))
            return Stats(
                entries=head.size,
                records=head.records,
                sealed=head.records - opened,
                open=opened,
                descriptions=described,
            )


def stored(row: Cells) -> StoredRecord:
    """Return the record of a row of `SEALED_RECORD`."""
    index, position, kind, own, shared, secret = row
    return StoredRecord(RecordId(index, position), assemble(kind, own, shared), secret)


def _count(db: Connection, table: str) -> int:
    row = db.row(f"SELECT COUNT(*) FROM {table}")
    return int(row[0]) if row else 0


def _filtered(
    *, dataset: str | None, after: RecordId | None, before: int | None, current: bool
) -> tuple[str, list[Value]]:
    """Return a WHERE clause and its values."""
    conditions: list[str] = []
    values: list[Value] = []
    if dataset is not None:
        conditions.append("d.dataset = ?")
        values.append(dataset)
    if after is not None:
        conditions.append("(s.log_index > ? OR (s.log_index = ? AND s.position > ?))")
        values += [after.index, after.index, after.position]
    if before is not None:
        conditions.append("s.log_index < ?")
        values.append(before)
    if current:
        conditions.append(f"NOT {IS_CORRECTED}")
    return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), values


def _by_prefix(db: Connection, segment: int, prefixes: Sequence[int]) -> list[Cells]:
    where = f"WHERE s.segment = ? AND s.digest_prefix IN ({marks(prefixes)})"
    return db.rows(f"{SEALED_RECORD} {where}", [segment, *prefixes])
