"""What opens the statements of summaries: secrets, and the leaves of every tree, as committed.

A statement is kept before the summary record that names it is appended: a crash in between leaves
one that nobody names, never a summary that cannot be opened. The leaves are copies, since what can
be opened must not change when a record is corrected or erased later.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from struct import Struct
from tempfile import SpooledTemporaryFile
from typing import Final

from ledger.errors import LedgerError, NotFoundError, StorageError
from ledger.proof.sum_json import decode_node, encode_node
from ledger.record.canonical import JSON, decode, decode_object, encode
from ledger.store.counted import CountedRecord, counted_records
from ledger.store.engine import Connection, Engine
from ledger.store.newest import newest_of_set
from ledger.store.reader import read_head
from ledger.store.training import TrainingSets
from ledger.tree.hashing import HASH_SIZE, Hash
from ledger.tree.sums import SumLeaf, SumNode

STATEMENT: Final = ("id", "root", "training", "secret", "name_key", "size")
SECTION: Final = ("statement_id", "number", "name", "node")
LEAVES: Final = ("statement_id", "section", "number", "leaves")
_IN_ROW: Final = 512
"""Leaves in a row: few enough that a thousand trees can grow side by side in memory."""
_IN_MEMORY: Final = 64 * 2**20
"""Bytes of compressed leaves that wait in memory; more wait in a file that has no name."""


class LeafSpool:
    """The leaves of a statement on their way into the database, compressed as they come."""

    def __init__(self) -> None:
        # Closed by `close`: it lives longer than a block.
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self._waiting: dict[str, list[bytes]] = {}
        self._packers: dict[str, Struct] = {}
        self._rows: dict[str, list[tuple[int, int]]] = {}

    def add(self, section: str, leaf: SumLeaf) -> None:
        """Take the next leaf of a section."""
        waiting = self._waiting.get(section)
        if waiting is None:
            waiting = self._waiting[section] = []
            self._packers[section] = _packer(len(leaf.key), len(leaf.values))
            self._rows[section] = []
        waiting.append(self._packers[section].pack(leaf.key, leaf.ref, *leaf.values))
        if len(waiting) == _IN_ROW:
            self._flush(section)

    def _flush(self, section: str) -> None:
        data = zlib.compress(b"".join(self._waiting[section]), 1)
        self._waiting[section].clear()
        self._rows[section].append((self._file.tell(), len(data)))
        self._file.write(data)

    def rows(self, section: str) -> Iterator[bytes]:
        """Yield the rows of a section; nothing is added after this was called."""
        if self._waiting.get(section):
            self._flush(section)
        for at, size in self._rows.get(section, ()):
            self._file.seek(at)
            yield self._file.read(size)
        self._file.seek(0, 2)

    def close(self) -> None:
        """Forget everything."""
        self._file.close()


def _packer(key_size: int, measures: int) -> Struct:
    return Struct(f">{key_size}s{HASH_SIZE}s{measures}Q")


@dataclass(frozen=True, slots=True)
class KeptSection:
    """A tree of a kept statement."""

    name: str
    root: SumNode
    engine: Engine
    place: tuple[int, int]
    """The statement's number, and the section's in it."""

    def leaves(self) -> Iterator[SumLeaf]:
        """Yield the leaves in key order, as they were committed to, a few hundred in memory.

        Raises:
            StorageError: A row is damaged.
        """
        packer = _packer(len(self.root.lo), len(self.root.sums))
        sql = (
            "SELECT number, leaves FROM statement_leaves WHERE statement_id = ? AND section = ? "
            "ORDER BY number"
        )
        with self.engine.reading() as db:
            for at, (number, data) in enumerate(db.stream(sql, self.place)):
                if number != at:
                    raise StorageError(
                        f"leaves of section {self.name} are missing", hint="ledger fsck"
                    )
                for key, ref, *values in packer.iter_unpack(self._unpacked(data, packer.size)):
                    yield SumLeaf(key=key, ref=ref, values=tuple(values))

    def _unpacked(self, data: bytes, size: int) -> bytes:
        try:
            found = zlib.decompress(data)
        except zlib.error as error:
            raise StorageError(
                f"leaves of section {self.name} are damaged: {error}", hint="ledger fsck"
            ) from error
        if len(found) % size:
            raise StorageError(f"leaves of section {self.name} are damaged", hint="ledger fsck")
        return found


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """What opens a summary's statement."""

    number: int
    """Its row."""
    root: Hash
    training: Hash
    """The root of the training set that it is over."""
    audit_secret: bytes
    name_key: bytes
    size: int
    """N0: the entries below this index are summarised."""
    sections: tuple[KeptSection, ...]
    """By name."""

    def section(self, name: str) -> KeptSection:
        """Return the section with this name.

        Raises:
            NotFoundError: The statement has none.
        """
        for one in self.sections:
            if one.name == name:
                return one
        raise NotFoundError(f"the statement has no section {name[:80]!r}")

    def table(self) -> dict[str, SumNode]:
        """Return the root of each section by name."""
        return {one.name: one.root for one in self.sections}


class Statements:
    """The statements of a ledger's summaries (`Store.statements`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(
        self,
        root: Hash,
        *,
        training: Hash,
        audit_secret: bytes,
        name_key: bytes,
        size: int,
        sections: Mapping[str, SumNode],
        leaves: LeafSpool,
    ) -> None:
        """Keep a statement under its root, all of it or nothing.

        Args:
            root: The audit root.
            training: The root of the training set.
            audit_secret: What its leaves are salted with.
            name_key: What its pseudonyms are made with.
            size: N0.
            sections: The root of each tree, by name.
            leaves: The leaves of each tree.
        """
        with self._engine.writing() as db:
            read_head(db, self._engine.locking)  # numbers are given out by one writer at a time
            last = db.row("SELECT COALESCE(MAX(id), 0) FROM statement")
            number = (last[0] if last else 0) + 1
            cells = (number, bytes(root), bytes(training), audit_secret, name_key, size)
            db.insert("statement", STATEMENT, [cells])
            ordered = list(enumerate(sorted(sections.items())))
            db.insert(
                "statement_section",
                SECTION,
                [
                    (number, at, name, encode(encode_node(node)).decode())
                    for at, (name, node) in ordered
                ],
            )
            for at, (name, _) in ordered:
                rows = enumerate(leaves.rows(name))
                db.insert("statement_leaves", LEAVES, ((number, at, n, data) for n, data in rows))

    def find(self, root: bytes) -> KeptStatement:
        """Return what opens the statement with this audit root.

        Raises:
            NotFoundError: It is not kept here.
        """
        with self._engine.reading() as db:
            sql = f"SELECT {', '.join(STATEMENT)} FROM statement WHERE root = ?"
            row = db.row(sql, [bytes(root)])
            if row is None:
                raise NotFoundError(
                    f"what opens the statement with root {root.hex()} is not kept here",
                    hint="ledger restore: it is in the backups made after the summary",
                )
            number, root, training, secret, name_key, size = row
            sections = tuple(self._sections(db, number))
        return KeptStatement(
            number,
            Hash(bytes(root)),
            Hash(bytes(training)),
            bytes(secret),
            bytes(name_key),
            size,
            sections,
        )

    def records(self, training: Hash, *, before: int) -> Iterator[CountedRecord]:
        """Yield the records of a training set in order, as a statement counts them.

        Args:
            training: The set's root.
            before: N0, the size of the log that is summarised.

        Raises:
            NotFoundError: No set is kept under this root.
            ConflictError: A record of the set was corrected after that.
            StorageError: The values of a record are lost.
        """
        sets = TrainingSets(self._engine)
        leaves = sets.leaves(sets.ranges(training))
        with self._engine.reading() as db:
            yield from counted_records(db, _set_id(db, training), leaves, before=before)

    def descriptions(self, training: Hash) -> Iterator[tuple[int, dict[str, JSON]]]:
        """Yield the shared fields that records of a set, or the newest in their place, have.

        Each with the number by which `CountedRecord.description` names them.
        """
        with self._engine.reading() as db:
            newest, values = newest_of_set(db, _set_id(db, training))
            sql = f"""
                SELECT d.id, d.fields FROM description d
                WHERE d.id IN (SELECT s.description_id {newest})
            """
            for number, fields in db.stream(sql, values):
                yield number, decode_object(fields.encode(), "a description")

    def roots(self) -> list[Hash]:
        """Return the audit roots of all statements that are kept, the oldest first."""
        with self._engine.reading() as db:
            rows = db.rows("SELECT root FROM statement ORDER BY id")
            return [Hash(bytes(root)) for (root,) in rows]

    def _sections(self, db: Connection, statement: int) -> Iterator[KeptSection]:
        sql = (
            "SELECT number, name, node FROM statement_section WHERE statement_id = ? "
            "ORDER BY number"
        )
        for number, name, node in db.rows(sql, [statement]):
            try:
                root = decode_node(decode(node.encode()))
            except LedgerError as error:
                raise StorageError(
                    f"the root of section {name} is damaged: {error}", hint="ledger fsck"
                ) from error
            yield KeptSection(name, root, self._engine, (statement, number))


def _set_id(db: Connection, training: Hash) -> int:
    row = db.row("SELECT id FROM training_set WHERE root = ?", [bytes(training)])
    if row is None:
        raise NotFoundError(f"no training set with root {training.hex()} is kept here")
    return int(row[0])
