"""The audit of what is inside entries: records, descriptions, the tiles of each batch."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from ledger.errors import LedgerError, MalformedError
from ledger.log.findings import Findings, as_bytes, as_text
from ledger.record.batch import Batch
from ledger.record.canonical import decode_object, encode_checked
from ledger.record.commitment import commit
from ledger.record.record import SHARED_FIELDS, Record
from ledger.record.vocabulary import OPEN_KINDS
from ledger.store import rows
from ledger.store.engine import Cells, Connection
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import HASH_SIZE, leaf_hash, root_of
from ledger.tree.tiles import TileId

_MAX_CACHED = 1_000


class RecordAudit:
    """Audits the rows that belong to entries, within one transaction.

    Args:
        db: The transaction.
        text: SQL for a text column's bytes (`Engine.text_bytes`).
        findings: Where findings go.
        is_private: Whether the private tables are there to be read.
    """

    def __init__(
        self,
        db: Connection,
        text: Callable[[str], str],
        findings: Findings,
        *,
        is_private: bool,
    ) -> None:
        self._db = db
        self._text = text
        self._findings = findings
        self._is_private = is_private
        self._bad: set[int] = set()
        self._described: dict[int, Mapping[str, bytes]] = {}

    def descriptions(self) -> None:
        """Audit every description by itself. Records under a bad one are not reported again."""
        if not self._is_private:
            return
        sql = f"SELECT id, digest, {self._text('dataset')}, {self._text('fields')} FROM description"
        for number, digest, dataset, fields in self._db.stream(sql):
            before = self._findings.total
            shared = as_bytes(fields)
            try:
                names = decode_object(shared, "a description").keys()
                if not names <= SHARED_FIELDS:
                    raise MalformedError(f"{min(names - SHARED_FIELDS)} is not a shared field")
                name = rows.dataset_name(shared)
            except LedgerError as error:
                self._findings.add("description", number, f"fields: {error}")
            else:
                expected = sha256(shared).digest()
                self._findings.expect("description", number, "digest", digest, expected)
                self._findings.expect("description", number, "dataset", as_text(dataset), name)
            if self._findings.total > before:
                self._bad.add(number)

    def open_batch(self, index: int) -> list[Record]:
        """Return the open records of an entry, in order.

        Raises:
            MalformedError: Their bytes are not canonical.
        """
        sql = (
            f"SELECT {self._text('kind')}, {self._text('fields')} FROM open_record "
            "WHERE log_index = ? ORDER BY position"
        )
        found = self._db.rows(sql, [index])
        return [Record(as_text(kind) or "", _encoded(as_bytes(data))) for kind, data in found]

    def batch(self, index: int, batch: Batch, records_before: int) -> None:
        """Audit the records and the tiles of the entry at `index`.

        The signed root decides. If the stored leaves hash to it, a record that does not match its
        leaf is the culprit; if the records do, a tile is.
        """
        stored = self._stored_tiles(index)
        if not stored and not self._has_rows(index):
            what = "its record is" if batch.count == 1 else f"its {batch.count:,} records are"
            advice = "submit the same batch again: whoever sent it may still have it"
            self._findings.lose("entry", index, f"{what} missing", advice=advice)
            return
        leaves = b"".join(data for tile, data in sorted(stored.items()) if tile[0] == 0)
        listed = [leaves[at : at + HASH_SIZE] for at in range(0, len(leaves), HASH_SIZE)]
        is_open = batch.kind in OPEN_KINDS
        hashed = None
        if is_open:
            hashed = self._open_rows(index, batch)
        elif self._is_private:
            hashed = self._sealed_rows(index, batch, records_before // rows.SEGMENT)
        table = "open_record" if is_open else "sealed_record"
        if len(listed) == batch.count and root_of(listed) == batch.root:
            truth: list[bytes] = listed
        elif hashed and None not in hashed and root_of(_known(hashed)) == batch.root:
            truth = _known(hashed)
        else:
            self._findings.add(
                "batch_tile", f"{index}, 0, 0", "the record leaves do not hash to the signed root"
            )
            return
        for position, (leaf, expected) in enumerate(zip(hashed or (), truth, strict=False)):
            if leaf is not None and leaf != expected:
                place = f"{index}.{position}"
                self._findings.add(table, place, "secret and fields do not hash to what was signed")
        self._compare_tiles(index, stored, truth)

    def _has_rows(self, index: int) -> bool:
        """Say whether anything is kept of an entry's records."""
        tables = ["open_record", *(["sealed_record"] if self._is_private else [])]
        return any(
            self._db.row(f"SELECT 1 FROM {table} WHERE log_index = ? LIMIT 1", [index])
            for table in tables
        )

    def _stored_tiles(self, index: int) -> dict[tuple[int, int], bytes]:
        sql = "SELECT level, number, hashes FROM batch_tile WHERE log_index = ?"
        return {(row[0], row[1]): as_bytes(row[2]) for row in self._db.rows(sql, [index])}

    def _compare_tiles(
        self, index: int, stored: dict[tuple[int, int], bytes], leaves: list[bytes]
    ) -> None:
        growth = grow(RightEdge.empty(), leaves)
        expected: dict[TileId, bytes] = dict([*growth.full, *growth.edge.partial_tiles()])
        for tile, data in expected.items():
            row = f"{index}, {tile.level}, {tile.number}"
            found = stored.pop((tile.level, tile.number), None)
            if found is None:
                self._findings.add("batch_tile", row, "the row is missing")
            elif found != data:
                self._findings.add("batch_tile", row, "it is not what the records hash to")
        for level, number in stored:
            self._findings.add("batch_tile", f"{index}, {level}, {number}", "there is no such tile")

    def _open_rows(self, index: int, batch: Batch) -> list[bytes | None]:
        sql = (
            f"SELECT position, {self._text('kind')}, {self._text('name')}, secret, "
            f"{self._text('fields')} FROM open_record WHERE log_index = ? ORDER BY position"
        )
        leaves: list[bytes | None] = [None] * batch.count
        seen = set()
        for position, kind, name, secret, fields in self._db.rows(sql, [index]):
            place = f"{index}.{position}"
            if not self._is_position("open_record", place, position):
                continue
            seen.add(position)
            self._findings.expect("open_record", place, "kind", as_text(kind), batch.kind)
            try:
                record = Record(batch.kind, _encoded(as_bytes(fields)))
                leaf = leaf_hash(commit(record.encoded, as_bytes(secret)))
            except LedgerError as error:
                self._findings.add("open_record", place, f"it cannot be read: {error}")
                continue
            expected = rows.open_name(record)
            self._findings.expect("open_record", place, "name", as_text(name), expected)
            if position < batch.count:
                leaves[position] = leaf
        self._missing("open_record", index, batch, seen)
        return leaves

    def _sealed_rows(self, index: int, batch: Batch, segment: int) -> list[bytes | None]:
        names = ", ".join(rows.SEALED[5:])
        sql = (
            f"SELECT position, secret, {self._text('fields')}, description_id, {names} "
            "FROM sealed_record WHERE log_index = ? ORDER BY position"
        )
        leaves: list[bytes | None] = [None] * batch.count
        seen = set()
        for row in self._db.rows(sql, [index]):
            position = row[0]
            if not self._is_position("sealed_record", f"{index}.{position}", position):
                continue
            seen.add(position)
            leaf = self._sealed_row(f"{index}.{position}", batch.kind, row, segment)
            if position < batch.count:
                leaves[position] = leaf
        self._missing("sealed_record", index, batch, seen | self._erased(index))
        return leaves

    def _erased(self, index: int) -> set[int]:
        """Return the positions whose values were destroyed on purpose (`audit_erased`)."""
        sql = "SELECT position FROM erased_record WHERE log_index = ?"
        return {position for (position,) in self._db.rows(sql, [index])}

    def _is_position(self, table: str, place: str, position: object) -> bool:
        """Say whether a cell is a number; a flipped bit can make a text of it in SQLite."""
        if not isinstance(position, int):
            self._findings.add(table, place, "position is no number")
        return isinstance(position, int)

    def _sealed_row(self, place: str, kind: str, row: Cells, segment: int) -> bytes | None:
        """Audit a row by itself; return its leaf hash, or None if it cannot be had."""
        position, secret, fields, description, *columns = row
        own, secret = as_bytes(fields), as_bytes(secret)
        if description in self._bad:
            return None
        try:
            record = Record(kind, {**self._shared(description), **_encoded(own)})
            index = int(place.partition(".")[0])
            expected = rows.sealed_cells(index, position, record, secret, description, segment)
            leaf = leaf_hash(commit(record.encoded, secret))
        except LedgerError as error:
            self._findings.add("sealed_record", place, f"it cannot be read: {error}")
            return None
        if own.decode(errors="replace") != expected[3]:
            self._findings.add("sealed_record", place, "fields hold what belongs to description")
        for name, found, value in zip(rows.SEALED[5:], columns, expected[5:], strict=True):
            self._findings.expect("sealed_record", place, name, found, value)
        return leaf

    def _shared(self, number: int) -> Mapping[str, bytes]:
        """Return the encoded fields of a description."""
        if number not in self._described:
            sql = f"SELECT {self._text('fields')} FROM description WHERE id = ?"
            row = self._db.row(sql, [number])
            if row is None:
                raise MalformedError(f"description {number} is missing")
            if len(self._described) >= _MAX_CACHED:
                self._described.clear()
            self._described[number] = _encoded(as_bytes(row[0]))
        return self._described[number]

    def _missing(self, table: str, index: int, batch: Batch, seen: set[int]) -> None:
        for position in range(batch.count):
            if position not in seen:
                self._findings.add(table, f"{index}.{position}", "the row is missing")

    def strays(self) -> None:
        """Note rows that belong to no entry, or lie beyond its end, or in the wrong table."""
        tables = ["open_record", *(["sealed_record"] if self._is_private else [])]
        for table in tables:
            sql = f"""
                SELECT t.log_index, t.position, {self._text("e.kind")} FROM {table} t
                LEFT JOIN entry e ON e.log_index = t.log_index
                WHERE e.log_index IS NULL OR t.position >= e.count OR t.position < 0
                    OR (e.kind IN ({", ".join(f"'{kind}'" for kind in sorted(OPEN_KINDS))}))
                        = {"FALSE" if table == "open_record" else "TRUE"}
            """
            for index, position, _ in self._db.stream(sql):
                self._findings.add(table, f"{index}.{position}", "no entry has such a record")
        sql = """
            SELECT t.log_index, t.level, t.number FROM batch_tile t
            LEFT JOIN entry e ON e.log_index = t.log_index WHERE e.log_index IS NULL
        """
        for row in self._db.stream(sql):
            self._findings.add("batch_tile", ", ".join(map(str, row)), "there is no such entry")


def _encoded(data: bytes) -> dict[str, bytes]:
    """Return the fields of a canonical JSON object, each encoded."""
    fields = decode_object(data, "the row")
    return {name: encode_checked(value) for name, value in fields.items()}


def _known(leaves: list[bytes | None]) -> list[bytes]:
    return [leaf for leaf in leaves if leaf is not None]
