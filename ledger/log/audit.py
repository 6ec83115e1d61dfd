"""The audit: derive everything again from the rows, and believe no hash that is stored.

    the file itself      the database's own check: damage that no query would meet
    descriptions         digests, canonical bytes
    entries, in order    notes, signatures, keys, each batch's records and tiles, the log's tiles
    the head             edge, size, root, totals
    tallies of domains   digests; none that a record names is missing
    training sets        counts, order, the roots in the release records
    what is published    checkpoint, tiles, bundles, byte by byte

Memory is one batch and 256 entries, whatever the size of the log. Both kinds of check are needed:
in a trial with 60 flipped bits, hashing found 28 and the database's own check 44, together all 53
that had changed anything.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ledger.errors import LedgerError, MalformedError, StorageError
from ledger.log.audit_public import audit_public
from ledger.log.audit_records import RecordAudit
from ledger.log.audit_tallies import audit_tallies
from ledger.log.audit_training import audit_training
from ledger.log.findings import Findings, Report, as_bytes, as_text
from ledger.record.batch import Batch, parse_batch
from ledger.record.keyring import KeyRing
from ledger.signing.keys import VerifierKey
from ledger.signing.note import Note
from ledger.store.engine import Cells, Connection
from ledger.store.private import PrivateReader
from ledger.store.reader import Reader
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import EMPTY_ROOT, HASH_SIZE, leaf_hash
from ledger.tree.tiles import TILE_HEIGHT, TILE_WIDTH


def audit(
    reader: Reader, public: Path | None = None, *, keys: Sequence[VerifierKey] = ()
) -> Report:
    """Audit a log, and the folder that it is published in.

    Args:
        reader: A `Store` for everything, a `Reader` for the public tables alone.
        public: The folder with `checkpoint` and `tile/`.
        keys: The log's own keys. Without them the checkpoint's signature is not checked.

    Raises:
        NotFoundError: There is no log.
    """
    findings = Findings()
    for complaint in reader.engine.complaints():
        findings.add("file", "-", complaint)
    entries = EntryAudit(reader, findings)
    published = None
    try:
        entries.run()
        if isinstance(reader, PrivateReader):
            audit_tallies(reader, findings)
            audit_training(reader, findings)
        if public is not None:
            published = audit_public(reader, public, keys, findings)
    except StorageError as error:
        findings.add("file", "-", f"the audit could not go on: {error}")
    return Report(
        origin=entries.origin,
        size=entries.edge.size,
        root=entries.edge.root(),
        records=entries.records,
        published=published,
        findings=tuple(findings.kept),
        total=findings.total,
    )


class EntryAudit:
    """The walk over the entries, in the order of the log."""

    def __init__(self, reader: Reader, findings: Findings) -> None:
        self._reader = reader
        self._findings = findings
        self._text = reader.engine.text_bytes
        self._ring = KeyRing()
        self._head_edge = RightEdge.empty()
        self._stored_leaves = b""
        self._time = 0
        self.origin = ""
        self.edge = RightEdge.empty()
        self.records = 0

    def run(self) -> None:
        """Audit head, entries, records and tiles, as one state of the database shows them."""
        with self._reader.engine.reading() as db:
            head = self._read_head(db)
            is_private = isinstance(self._reader, PrivateReader)
            audit = RecordAudit(db, self._text, self._findings, is_private=is_private)
            audit.descriptions()
            leaves: list[bytes] = []
            for row in self._entries(db):
                leaves.append(self._entry(db, row, self.edge.size + len(leaves), audit))
                if len(leaves) == TILE_WIDTH:
                    self._grow(db, leaves)
                    leaves = []
            self._grow(db, leaves)
            self._check_head(head)
            self._surplus(db)
            audit.strays()

    def _read_head(self, db: Connection) -> Cells:
        rows = db.rows(
            f"SELECT {self._text('origin')}, size, root, edge, records, appended_at FROM log_head"
        )
        if len(rows) != 1:
            self._findings.add("log_head", "-", f"there are {len(rows)} rows, not one")
            return (b"", 0, bytes(EMPTY_ROOT), b"", 0, 0)
        self.origin = as_text(rows[0][0]) or ""
        try:
            self._head_edge = RightEdge.from_bytes(as_bytes(rows[0][3]))
        except MalformedError as error:
            self._findings.add("log_head", self.origin, f"edge is damaged: {error}")
        return rows[0]

    def _entries(self, db: Connection) -> Iterator[Cells]:
        """Yield the rows with no gap: a missing one is noted, and yielded without a note."""
        sql = (
            f"SELECT log_index, note, {self._text('kind')}, count, {self._text('producer')}, "
            "appended_at FROM entry ORDER BY log_index"
        )
        expected = 0
        for row in db.stream(sql):
            while expected < row[0]:
                self._findings.add("entry", expected, "the row is missing")
                yield (expected, None, None, None, None, None)
                expected += 1
            yield row
            expected += 1

    def _entry(self, db: Connection, row: Cells, index: int, audit: RecordAudit) -> bytes:
        """Audit one entry with all that belongs to it; return the leaf hash to go on with."""
        if index % TILE_WIDTH == 0:
            self._stored_leaves = self._stored(db, index // TILE_WIDTH)
        at = index % TILE_WIDTH * HASH_SIZE
        stored = self._stored_leaves[at : at + HASH_SIZE]
        if row[1] is None:
            return stored or bytes(HASH_SIZE)
        data = as_bytes(row[1])
        try:
            batch, note = parse_batch(data)
            audit.batch(index, batch, self.records)
            self.records += batch.count
            self._check_columns(batch, row)
            self._check_signature(batch, note, row, audit)
        except LedgerError as error:
            # The note is what is wrong. Going on from the tiles keeps the rest of the report
            # about the rest of the log.
            self._findings.add("entry", index, f"the note does not hold: {error}")
            return stored or leaf_hash(data)
        return leaf_hash(data)

    def _check_signature(self, batch: Batch, note: Note, row: Cells, audit: RecordAudit) -> None:
        index = row[0]
        if batch.origin != self.origin:
            raise MalformedError(f"it is meant for the log {batch.origin}")
        if len(note.signatures) != 1:
            raise MalformedError(f"it has {len(note.signatures)} signatures, not one")
        if index and batch.kind == "key":
            signer = self._ring.check(note, kind="key", index=index)
        if batch.kind == "key":
            self._ring.add_batch(note, audit.open_batch(index), index)
        if not index or batch.kind != "key":
            signer = self._ring.check(note, kind=batch.kind, index=index)
        self._findings.expect("entry", index, "producer", as_text(row[4]), str(signer.key))

    def _check_columns(self, batch: Batch, row: Cells) -> None:
        index, _, kind, count, _, appended_at = row
        self._findings.expect("entry", index, "kind", as_text(kind), batch.kind)
        self._findings.expect("entry", index, "count", count, batch.count)
        if not isinstance(appended_at, int) or appended_at < self._time:
            self._findings.add("entry", index, "appended_at is before the entry before it")
        else:
            self._time = appended_at

    def _stored(self, db: Connection, number: int, level: int = 0) -> bytes:
        """Return a tile as stored: from its table, or from the head's edge."""
        row = db.row("SELECT hashes FROM log_tile WHERE level = ? AND number = ?", [level, number])
        if row is not None:
            return as_bytes(row[0])
        edge = self._head_edge
        if level < len(edge.levels) and edge.size >> (TILE_HEIGHT * (level + 1)) == number:
            return edge.levels[level]
        return b""

    def _grow(self, db: Connection, leaves: Sequence[bytes]) -> None:
        growth = grow(self.edge, leaves)
        for tile, data in growth.full:
            row = f"{tile.level}, {tile.number}"
            found = self._stored(db, tile.number, tile.level)
            if not found:
                self._findings.add("log_tile", row, "the row is missing")
            elif found != data:
                self._findings.add(
                    "log_tile", row, f"it is not what the entries hash to{_where(found, data)}"
                )
        self.edge = growth.edge

    def _check_head(self, head: Cells) -> None:
        _, size, root, edge, records, appended_at = head
        for name, found, expected in (
            ("size", size, self.edge.size),
            ("root", root, bytes(self.edge.root())),
            ("edge", edge, self.edge.to_bytes()),
            ("records", records, self.records),
            ("appended_at", appended_at, self._time),
        ):
            self._findings.expect("log_head", self.origin, name, found, expected)

    def _surplus(self, db: Connection) -> None:
        """Note tiles that the log is too small to have."""
        for level, number in db.stream("SELECT level, number FROM log_tile"):
            if number >= self.edge.size >> (TILE_HEIGHT * (level + 1)):
                self._findings.add("log_tile", f"{level}, {number}", "the log has no such tile")


def _where(found: bytes, expected: bytes) -> str:
    """Say at which hash two tiles begin to differ."""
    for at in range(0, len(expected), HASH_SIZE):
        if found[at : at + HASH_SIZE] != expected[at : at + HASH_SIZE]:
            return f", from hash {at // HASH_SIZE} on"
    return ""
