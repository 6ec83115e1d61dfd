"""T21: one bit flipped at random offsets of the database file, each in a copy of its own.

What a flip does is told by a dump of every value with its type, read from both copies. What is
found is told by the two halves of `ledger fsck`, alone and together.
"""

import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import LedgerError
from ledger.log.audit import audit
from ledger.store.engine import Inspection
from ledger.store.private import PrivateReader
from ledger.store.sqlite import SqliteEngine, leave_wal
from ledger.store.store import Store
from tests.log.everything import build
from tests.makers import ORIGIN
from tests.soak.figure import Figure

FLIPS = 1_000


@dataclass(frozen=True)
class Flip:
    """One flipped bit, what it changed, and who noticed."""

    offset: int
    bit: int
    changes: bool
    """Whether any value is another one now, or cannot be read."""
    by_hashes: bool
    by_database: bool

    @property
    def is_missed(self) -> bool:
        """Whether a value changed and nobody noticed."""
        return self.changes and not (self.by_hashes or self.by_database)


class Uninspected(SqliteEngine):
    """A database whose own checks are left out, to see what hashing finds alone."""

    def inspect(self) -> Inspection:
        """Find nothing."""
        return Inspection(())


def run(scale: float) -> list[Figure]:
    """Flip the bits and count."""
    with tempfile.TemporaryDirectory() as folder:
        flips = list(flip_bits(full_file(Path(folder)), round(FLIPS * scale), seed=21))
    changing = [flip for flip in flips if flip.changes]
    missed = [(flip.offset, flip.bit) for flip in changing if flip.is_missed]
    hashes, database = (
        sum(getattr(flip, name) for flip in changing) for name in ("by_hashes", "by_database")
    )
    spared = [flip for flip in flips if not flip.changes]
    noticed = sum(flip.by_hashes or flip.by_database for flip in spared)
    found = (
        f"{len(changing) - len(missed)} of {len(changing)} that change a value (hashes alone "
        f"{hashes}, the database's checks alone {database}); {len(spared)} change nothing, of "
        f"which {noticed} are reported too"
    )
    if missed:
        found += f"; missed: {missed[:10]}"
    goal = "every flip that changes a value is reported"
    return [Figure(f"{len(flips):,} bits flipped in the database file", goal, found, not missed)]


def full_file(folder: Path) -> Path:
    """Make a database with a row in every table, as one file."""
    path = folder / "origin.db"
    with Store.create(str(path), origin=ORIGIN) as store:
        build(store)
        with store.engine.writing() as db:
            db.insert("unwiped", ("log_index", "position"), [(260, 0)])
    leave_wal(path)
    return path


def flip_bits(origin: Path, count: int, *, seed: int) -> Iterator[Flip]:
    """Yield what becomes of each of `count` copies with one bit flipped."""
    truth = dump(origin)
    data = origin.read_bytes()
    chosen = random.Random(seed)
    for number in range(count):
        offset, bit = chosen.randrange(len(data)), chosen.randrange(8)
        changed = bytearray(data)
        changed[offset] ^= 1 << bit
        copy = origin.with_name(f"copy-{number}.db")
        copy.write_bytes(changed)
        try:
            yield Flip(
                offset,
                bit,
                changes=_dump_or_none(copy) != truth,
                by_hashes=_is_noticed(Uninspected(str(copy))),
                by_database=_has_complaints(copy),
            )
        finally:
            for end in ("", "-wal", "-shm", "-journal"):
                Path(f"{copy}{end}").unlink(missing_ok=True)


def _is_noticed(engine: SqliteEngine) -> bool:
    with closing(engine):
        try:
            return not audit(PrivateReader(engine)).is_clean
        except LedgerError:
            return True  # it cannot be opened, and whoever tries is told


def _has_complaints(path: Path) -> bool:
    with closing(SqliteEngine(str(path))) as engine:
        try:
            return bool(engine.inspect().complaints)
        except LedgerError:
            return True


def _dump_or_none(path: Path) -> dict[str, list[Sequence[object]]] | None:
    try:
        return dump(path)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError, MemoryError):
        return None


def dump(path: Path) -> dict[str, list[Sequence[object]]]:
    """Return every value of every table with its type, in no order that the file could change."""
    with closing(sqlite3.connect(path)) as raw:
        raw.text_factory = bytes
        return {name: _rows(raw, name) for name in _tables(raw)}


def _tables(raw: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
    return [bytes(name).decode() for (name,) in raw.execute(sql)]


def _rows(raw: sqlite3.Connection, table: str) -> list[Sequence[object]]:
    names = [bytes(row[1]).decode() for row in raw.execute(f'PRAGMA table_info("{table}")')]
    cells = ", ".join(f'typeof("{name}"), CAST("{name}" AS BLOB)' for name in names)
    return sorted(raw.execute(f'SELECT {cells} FROM "{table}" NOT INDEXED').fetchall(), key=repr)
