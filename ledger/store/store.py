"""The store: one method, one transaction, and the rule that a log never forks.

    advance = plan(head, found)  pure: what the next entries make of the tree
    UPDATE log_head … WHERE size = … AND root = …
    INSERT entries, tiles, records
    COMMIT

`append` is the only thing in the project that changes what a log holds.
"""

from collections.abc import Callable, Sequence
from typing import Self

from ledger.errors import ConflictError, InputError, StorageError
from ledger.record.batch import check_origin
from ledger.record.leaf import RecordId
from ledger.store import rows
from ledger.store.advance import (
    Advance,
    Found,
    NewEntry,
    Submitted,
    Writer,
    find_leaves,
    find_submissions,
)
from ledger.store.engine import BUSY_SECONDS, Connection, Engine, open_engine, sqlite_path
from ledger.store.erasure import Erasure, Erasures
from ledger.store.private import PrivateReader
from ledger.store.reader import check_head, read_head
from ledger.store.rows import Head
from ledger.store.statements import Statements
from ledger.store.tallies import Tallies
from ledger.store.training import TrainingSets
from ledger.tree.growth import RightEdge
from ledger.tree.hashing import EMPTY_ROOT, Hash

SCHEMA = "0004"
"""The migration that this code is written for."""

_CACHED_DESCRIPTIONS = 10_000
_HEAD = ("origin", "size", "root", "edge", "records", "appended_at")


class Store(PrivateReader):
    """A ledger's database, to read and to append to."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.training = TrainingSets(engine)
        self.tallies = Tallies(engine)
        self.statements = Statements(engine)
        self._erasures = Erasures(engine)
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

    def find_leaves(self, leaves: Sequence[Hash]) -> dict[Hash, int]:
        """Return the index of each of these leaf hashes that is in the log."""
        with self._engine.reading() as db:
            return find_leaves(db, leaves)

    def submission(self, key: str) -> Submitted | None:
        """Return what was submitted under an Idempotency-Key, and which entry it became."""
        with self._engine.reading() as db:
            return find_submissions(db, [key]).get(key)

    def erasures_due(self) -> list[Erasure]:
        """Return what a logged correction erases and is still here: in a restored backup, say."""
        return self._erasures.due()

    def finish_erasures(self, *, at: int) -> list[RecordId]:
        """Destroy what logged corrections erase, and wipe it off the database's files.

        Nothing happens if nothing is due. To be called when a ledger is opened for writing, and
        after a backup was restored: a crash while erasing, or a backup from before, left the rest.

        Args:
            at: The time, in milliseconds since 1970, for display.

        Returns:
            The records that were erased.

        Raises:
            StorageError: The database failed or is in use. What is left to do stays known.
        """
        erased = self._erasures.finish(at=at)
        if erased:
            self._descriptions.clear()  # some of them are no more
        return erased

    def append(
        self,
        plan: Callable[[Head, Found], Advance],
        leaves: Sequence[Hash] = (),
        keys: Sequence[str] = (),
    ) -> Head:
        """Append what `plan` makes of the current head, all of it or nothing.

        Args:
            plan: Called once, while no other writer can move the head. If it raises, nothing is
                written and the error goes on to the caller. If it plans no entries, the head
                stays.
            leaves: Leaf hashes; the plan is told which of them the log holds already.
            keys: Idempotency-Keys; the plan is told what they were used for.

        Raises:
            ConflictError: The plan was made for another head than the current one. Nothing was
                written.
            StorageError: The database failed. During the commit itself that leaves open whether
                the entries are there; whoever goes on reads the head again first.
        """
        with self._engine.writing() as db:
            head = read_head(db, self._engine.locking)
            check_head(head)
            found = Found(find_leaves(db, leaves), find_submissions(db, keys))
            advance = plan(head, found)
            writer = Writer(db, self._descriptions, advance.old.records)
            if advance.entries or advance.old != head:
                _move_head(db, advance.old, advance.new)
                learned = writer.write(advance)
            else:
                learned = {}
                writer.write_submissions(advance)
        # Only after the commit: a description of a transaction that failed has no number.
        if len(self._descriptions) > _CACHED_DESCRIPTIONS:
            self._descriptions.clear()
        self._descriptions.update(learned)
        return advance.new

    def lacking_records(self, indices: Sequence[int]) -> list[int]:
        """Return those of these entries whose records are lost: they have not even leaf hashes."""
        lacking: list[int] = []
        with self._engine.reading() as db:
            for chunk in rows.chunks(indices):
                lacking += _lacking(db, chunk)
        return lacking

    def fill(self, entries: Sequence[NewEntry]) -> None:
        """Write the records of entries that have lost theirs; of others, nothing.

        Raises:
            StorageError: The database failed.
        """
        with self._engine.writing() as db:
            read_head(db, self._engine.locking)
            lacking = set(_lacking(db, [one.entry.index for one in entries]))
            for one in entries:
                if one.entry.index not in lacking:
                    continue
                before = db.row(
                    "SELECT COALESCE(SUM(count), 0) FROM entry WHERE log_index < ?",
                    [one.entry.index],
                )
                Writer(db, {}, int(before[0]) if before else 0).write_records([one])


def _lacking(db: Connection, indices: Sequence[int]) -> list[int]:
    sql = (
        f"SELECT e.log_index FROM entry e WHERE e.log_index IN ({rows.marks(indices)}) "
        "AND NOT EXISTS (SELECT 1 FROM batch_tile t WHERE t.log_index = e.log_index) "
        "ORDER BY e.log_index"
    )
    return [index for (index,) in db.rows(sql, indices)]


def _check_schema(db: Connection) -> None:
    row = db.row("SELECT version_num FROM alembic_version")
    if row is None or row[0] != SCHEMA:
        raise StorageError(
            f"the database has schema {row[0] if row else 'none'}, this version needs {SCHEMA}",
            hint="ledger upgrade" if row and row[0] < SCHEMA else "use a newer version of `ledger`",
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
