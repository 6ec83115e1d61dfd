"""The audit: derive everything again from the rows, and believe no hash that is stored.

    the database         its own checks: damage that no query would meet
    descriptions         digests, canonical bytes
    entries, in order    notes, signatures, keys, each batch's records and tiles, the log's tiles
    the head             edge, size, root, totals
    corrections          their columns; what one erased is gone, and nothing else is
    tallies of domains   digests; none that a record names is missing
    training sets        counts, order, the roots in the release records
    statements           their trees, built again; the roots in the summary records
    what was signed      checkpoints that somebody kept: the first n entries still hash to them
    what is published    checkpoint, tiles, bundles, byte by byte

Memory is one batch and 256 entries, whatever the size of the log. Both kinds of check are needed:
in a trial with 60 flipped bits, hashing found 28 and the database's own check 44, together all 53
that had changed anything.
"""

from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from ledger.errors import LedgerError, MalformedError
from ledger.log.audit_corrections import audit_corrections
from ledger.log.audit_public import audit_public
from ledger.log.audit_records import RecordAudit
from ledger.log.audit_saved import Kept, audit_saved
from ledger.log.audit_statements import audit_statements
from ledger.log.audit_submissions import audit_submissions
from ledger.log.audit_tallies import audit_tallies
from ledger.log.audit_training import audit_training
from ledger.log.findings import Findings, Report, as_bytes, as_text
from ledger.record.batch import Batch, parse_batch
from ledger.record.keyring import KeyRing
from ledger.signing.keys import VerifierKey
from ledger.signing.note import Note
from ledger.store import rows
from ledger.store.engine import Cells, Connection
from ledger.store.private import PrivateReader
from ledger.store.reader import Reader
from ledger.store.store import SCHEMA
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import EMPTY_ROOT, HASH_SIZE, Hash, leaf_hash
from ledger.tree.tiles import TILE_HEIGHT, TILE_WIDTH


def audit(
    reader: Reader,
    public: Path | None = None,
    *,
    keys: Sequence[VerifierKey] = (),
    saved: Sequence[Kept] = (),
) -> Report:
    """Audit a log, and the folder that it is published in.

    Args:
        reader: A `Store` for everything, a `Reader` for the public tables alone.
        public: The folder with `checkpoint` and `tile/`.
        keys: The log's own keys. Without them no checkpoint's signature is checked.
        saved: What was signed before, by those who kept it.

    Raises:
        StorageError: The database cannot be reached.
    """
    findings = Findings()
    inspection = reader.engine.inspect()
    for complaint in inspection.complaints:
        findings.add(complaint.table, complaint.row, complaint.problem)
    entries = EntryAudit(reader, findings, {one.size for one in saved})
    with findings.surviving("the schema"):
        _audit_schema(reader, findings)
    with findings.surviving("entries and records"):
        entries.run()
    _audit_tables(reader, findings)
    with findings.surviving("what was signed"):
        audit_saved(
            saved,
            origin=entries.origin,
            size=entries.edge.size,
            roots=entries.roots,
            keys=keys,
            findings=findings,
        )
    published = None
    if public is not None:
        with findings.surviving("what is published"):
            published = audit_public(reader, public, keys, findings)
    return Report(
        origin=entries.origin,
        size=entries.edge.size,
        root=entries.edge.root(),
        records=entries.records,
        published=published,
        findings=tuple(findings.kept),
        total=findings.total,
        losses=findings.losses,
        left_out=inspection.left_out,
    )


def _audit_tables(reader: Reader, findings: Findings) -> None:
    """Audit what belongs to no single entry; damage in one part leaves the others."""
    is_private = isinstance(reader, PrivateReader)
    with findings.surviving("corrections"):
        audit_corrections(reader, findings, is_private=is_private)
    if isinstance(reader, PrivateReader):
        with findings.surviving("tallies"):
            audit_tallies(reader, findings)
        with findings.surviving("training sets"):
            audit_training(reader, findings)
        with findings.surviving("statements"):
            audit_statements(reader, findings)
        with findings.surviving("submissions"):
            audit_submissions(reader, findings)


def _audit_schema(reader: Reader, findings: Findings) -> None:
    with reader.engine.reading() as db:
        found = db.rows("SELECT version_num FROM alembic_version")
    if found != [(SCHEMA,)]:
        version = ", ".join(str(row[0]) for row in found) or "none"
        problem = f"the schema is {version}, and this version needs {SCHEMA}"
        findings.add("alembic_version", "-", problem)


_NO_CELLS = (None,) * 7
_MOST_MISSING = 100_000
"""So many missing entries are listed one by one before the audit stops believing in them."""


class EntryAudit:
    """The walk over the entries, in the order of the log."""

    def __init__(self, reader: Reader, findings: Findings, sizes: Set[int] = frozenset()) -> None:
        self._sizes = sizes
        self.roots: dict[int, Hash] = {0: EMPTY_ROOT}
        """The root at each of the sizes that were asked for, as far as the log reaches."""
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
            for row in self._entries(db, head):
                leaves.append(self._entry(db, row, self.edge.size + len(leaves), audit))
                size = self.edge.size + len(leaves)
                if size % TILE_WIDTH == 0 or size in self._sizes:
                    self._grow(db, leaves)
                    leaves = []
                    self.roots[size] = self.edge.root()
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

    def _entries(self, db: Connection, head: Cells) -> Iterator[Cells]:
        """Yield the rows with no gap: a missing one is noted, and yielded without a note."""
        sql = (
            f"SELECT e.log_index, note, {self._text('kind')}, count, {self._text('producer')}, "
            "appended_at, leaf, row_check FROM entry e "
            "LEFT JOIN entry_leaf l ON l.log_index = e.log_index ORDER BY e.log_index"
        )
        most = self._most(db, head[1])
        expected = 0
        for row in db.stream(sql):
            if not expected <= row[0] < most:
                self._findings.add("entry", row[0], "the log has no such entry")
                continue
            while expected < row[0]:
                self._findings.add("entry", expected, "the row is missing")
                yield (expected, *_NO_CELLS)
                expected += 1
            yield row
            expected += 1

    def _most(self, db: Connection, size: object) -> int:
        """Return what no index reaches: one flipped bit makes entry 7 entry 2^40 + 7."""
        row = db.row("SELECT COUNT(*) FROM entry")
        count = int(row[0]) if row else 0
        return max(count, min(size, count + _MOST_MISSING) if isinstance(size, int) else 0)

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
            if index == 0:
                self._findings.expect("log_head", self.origin, "origin", self.origin, batch.origin)
                self.origin = batch.origin
            self._check_leaf(db, index, leaf_hash(data), row)
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
        index, _, kind, count, _, appended_at, *_ = row
        self._findings.expect("entry", index, "kind", as_text(kind), batch.kind)
        self._findings.expect("entry", index, "count", count, batch.count)
        if not isinstance(appended_at, int) or appended_at < self._time:
            self._findings.add("entry", index, "appended_at is before the entry before it")
        else:
            self._time = appended_at

    def _check_leaf(self, db: Connection, index: int, leaf: Hash, row: Cells) -> None:
        """Audit the row by which an entry is found when it is submitted again.

        Of equal entries, which version 0.1 appended, the first has it.
        """
        _, _, kind, count, producer, appended_at, stored, check = row
        if stored is not None:
            self._findings.expect("entry_leaf", index, "leaf", stored, bytes(leaf))
            columns = (index, as_text(kind), count, as_text(producer), appended_at)
            if check != rows.row_check(*columns):
                problem = (
                    "a column, such as appended_at, is not what was written with its row_check"
                )
                self._findings.add("entry", index, problem)
            return
        twin = db.row("SELECT log_index FROM entry_leaf WHERE leaf = ?", [leaf])
        if twin is None or twin[0] >= index:
            self._findings.add("entry_leaf", index, "the row is missing")

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
        """Note tiles that the log is too small to have, and leaves of no entry."""
        for (index,) in db.stream(
            "SELECT l.log_index FROM entry_leaf l LEFT JOIN entry e ON e.log_index = l.log_index "
            "WHERE e.log_index IS NULL"
        ):
            self._findings.add("entry_leaf", index, "there is no such entry")
        for level, number in db.stream("SELECT level, number FROM log_tile"):
            if number >= self.edge.size >> (TILE_HEIGHT * (level + 1)):
                self._findings.add("log_tile", f"{level}, {number}", "the log has no such tile")


def _where(found: bytes, expected: bytes) -> str:
    """Say at which hash two tiles begin to differ."""
    for at in range(0, len(expected), HASH_SIZE):
        if found[at : at + HASH_SIZE] != expected[at : at + HASH_SIZE]:
            return f", from hash {at // HASH_SIZE} on"
    return ""
