"""SQLite, set so that a commit is on the disk when it returns.

Write-ahead logging lets readers go on while one writer writes. It is switched on once, when the
file is made: two processes that do so at the same time on a new file get "database is locked" at
once, whatever the busy timeout.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ledger.errors import DiskFullError, LedgerError, NotFoundError, StorageError
from ledger.store.engine import BUSY_SECONDS, Cells, Inspection, Value

_CHUNK = 2_000
_ASK_AGAIN = 0.001
"""Seconds between two attempts at the write lock."""

_SETTINGS = (
    # NORMAL loses commits on power loss: the log would have acknowledged what it no longer has.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Without it INSERT OR REPLACE would delete rows without asking the guards.
    "PRAGMA recursive_triggers = ON",
    "PRAGMA cache_size = -65536",
    # 64 MiB of log between checkpoints: pages that many batches touch are written back once.
    "PRAGMA wal_autocheckpoint = 16384",
    # What an erasure deletes is written over with zeros at once, not when the page is needed.
    "PRAGMA secure_delete = ON",
)


class SqliteConnection:
    """A connection inside a transaction (see `ledger.store.engine.Connection`)."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Cells]:
        """Return all rows of a query."""
        return self.raw.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Value] = ()) -> Cells | None:
        """Return the first row of a query, or None."""
        found: Cells | None = self.raw.execute(sql, values).fetchone()
        return found

    def stream(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Cells]:
        """Yield the rows of a query."""
        cursor = self.raw.execute(sql, values)
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        return self.raw.execute(sql, values).rowcount

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:
        """Insert many rows."""
        marks = ", ".join("?" * len(columns))
        self.raw.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


class SqliteEngine:
    """A SQLite file with a few idle connections (see `ledger.store.engine.Engine`)."""

    locking = ""  # BEGIN IMMEDIATE already excludes other writers

    def __init__(self, path: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = Path(path)
        self.url = f"sqlite:///{path}"
        self._busy = busy_seconds
        self._idle: list[sqlite3.Connection] = []
        self._is_durable = False
        if not self.path.is_file():
            raise NotFoundError(f"there is no ledger database at {path}", hint="ledger init")

    def _connect(self) -> sqlite3.Connection:
        # isolation_level=None: the driver begins no transactions of its own, so that ours are
        # exactly the ones written below. mode=rw: a vanished file is an error, not a new ledger.
        raw = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode=rw",
            uri=True,
            timeout=self._busy,
            isolation_level=None,
            check_same_thread=False,  # the pool lends a connection to one thread at a time
        )
        for setting in _SETTINGS:
            raw.execute(setting)
        return raw

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection; it comes back only if it is as it was lent."""
        try:
            raw = self._idle.pop()
        except IndexError:
            raw = self._connect()
        try:
            yield raw
        except BaseException:
            raw.close()
            raise
        self._idle.append(raw)

    @contextmanager
    def _transaction(
        self, begin: Callable[[sqlite3.Connection], object]
    ) -> Iterator[SqliteConnection]:
        with _translated(self.path), self._lent() as raw:
            begin(raw)
            try:
                yield SqliteConnection(raw)
                raw.execute("COMMIT")
            except BaseException:
                # An error may have rolled back by itself (a full disk does).
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
        """A transaction that sees one state of the database."""
        with self._transaction(lambda raw: raw.execute("BEGIN")) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[SqliteConnection]:
        """A transaction that holds the write lock from its start, not from its first write.

        A plain BEGIN would read first and then fail to upgrade when another writer was quicker.

        Raises:
            StorageError: See `ledger.store.engine.Engine`; or the file cannot be made durable.
        """
        # Not when the file is opened: a backup is only read, and stays as it is, byte by byte.
        if not self._is_durable:
            self._make_durable()
        with self._transaction(self._begin_writing) as connection:
            yield connection

    def _begin_writing(self, raw: sqlite3.Connection) -> None:
        """Take the write lock, asking for it often.

        SQLite's own waiting ends up asking ten times a second. Beside a server that commits one
        group after the other, a second one never hit the moment in between, and gave up.
        """
        end = time.monotonic() + self._busy
        raw.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    raw.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() >= end:
                        raise
                time.sleep(_ASK_AGAIN)
        finally:
            raw.execute(f"PRAGMA busy_timeout = {int(self._busy * 1000)}")

    def _make_durable(self) -> None:
        """Check that a commit will be on the disk, after switching a copied file to that mode.

        `VACUUM INTO` and other tools leave a file in the old mode. It works, but readers would stop
        the writer, and what `synchronous` promises differs.
        """
        with _translated(self.path), self._lent() as raw:
            ((mode,),) = raw.execute("PRAGMA journal_mode").fetchall()
            ((level,),) = raw.execute("PRAGMA synchronous").fetchall()
        if mode != "wal":
            mode = enter_wal(self.path)
        if (mode, level) != ("wal", 2):
            raise StorageError(
                f"{self.path} cannot be written durably: its journal mode is {mode} and its "
                f"synchronous level {level}, expected wal and 2",
                hint="put it on a local disk: most network file systems cannot do it",
            )
        self._is_durable = True

    def text_bytes(self, column: str) -> str:
        """Return SQL for the bytes of a text column, also where they are no longer text."""
        return f"CAST({column} AS BLOB)"

    def json_part(self, column: str, *path: str) -> str:
        """Return SQL for a part of a column's JSON, as JSON text."""
        return f"NULLIF(json_quote(json_extract({column}, '$.{'.'.join(path)}')), 'null')"

    def inspect(self) -> Inspection:
        """Return what SQLite finds wrong with the file (`ledger.store.sqlite_check`)."""
        from ledger.store.sqlite_check import inspect

        with _translated(self.path), self._lent() as raw:
            return inspect(raw)

    def wipe(self, tables: Sequence[str]) -> None:
        """Write the whole file anew, and empty the write-ahead log.

        Not the tables alone: SQLite copies rows when it splits a page, and the copies stay behind
        in the unused parts of pages where no deletion ever looks.
        """
        with _translated(self.path), self._lent() as raw:
            raw.execute("VACUUM")
            (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise StorageError(
                    f"{self.path}: another process is reading, so {self.path.name}-wal could not "
                    "be emptied: deleted rows may still lie in it",
                    hint=f"wait until it is done, or see who it is: fuser {self.path}",
                )

    def close(self) -> None:
        """Close the idle connections; the last one folds the write-ahead log into the file."""
        while self._idle:
            self._idle.pop().close()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn the driver's errors into ours, with what to do about them."""
    try:
        yield
    except LedgerError:
        raise
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        # In a damaged file even the driver's own complaint may not be text.
        raise _explain(path, error) from error


def _explain(path: Path, error: Exception) -> StorageError:
    text = str(error)
    if "database is locked" in text:
        return StorageError(
            f"{path}: the database is locked by another process",
            hint=f"wait until it is done, or see who it is: fuser {path}",
        )
    if "disk is full" in text:
        return DiskFullError(
            f"{path}: the disk is full; nothing of this write was kept",
            hint="free some space and run it again; reading still works",
        )
    if "no such table" in text or "no such column" in text:
        return StorageError(f"{path} is not a ledger of this version: {text}", hint="ledger init")
    if "malformed" in text or "not a database" in text or "decode" in text:
        return StorageError(f"{path} is damaged: {text}", hint="ledger fsck")
    return StorageError(f"{path}: {text}")


def make_file(path: str, *, attempts: int = 20) -> None:
    """Make an empty SQLite file in write-ahead mode, readable and writable by its owner alone.

    Raises:
        StorageError: The folder is missing, or another process keeps the file locked.
    """
    place = Path(path)
    with _translated(place):
        place.touch(mode=0o600)
    enter_wal(place, attempts=attempts)


def enter_wal(path: Path, *, attempts: int = 20) -> str:
    """Switch a SQLite file to write-ahead logging, and return the mode that it is in then.

    Raises:
        StorageError: Another process keeps the file locked.
    """
    with _translated(path):
        for attempt in range(attempts):
            # Short: SQLite itself sometimes waits here and sometimes not, and this loop waits too.
            raw = sqlite3.connect(path, isolation_level=None, timeout=0.1)
            try:
                ((mode,),) = raw.execute("PRAGMA journal_mode = WAL").fetchall()
                return str(mode)
            except sqlite3.OperationalError:
                # Another process is doing the same (the module's first paragraph): back off.
                if attempt == attempts - 1:
                    raise
                time.sleep(0.01 * (attempt + 1))
            finally:
                raw.close()
    raise AssertionError("unreachable: the last attempt returns or raises")


def vacuum_into(source: str, target: Path) -> None:
    """Copy one state of a SQLite file into a new one, compact, while others read and write.

    Pages that were freed are not copied: what was erased before is not in the copy.

    Raises:
        StorageError: The file cannot be read, or the copy not be written.
    """
    with _translated(Path(source)):
        target.touch(mode=0o600)
        raw = sqlite3.connect(f"file:{quote(source)}?mode=rw", uri=True, timeout=BUSY_SECONDS)
        try:
            raw.execute("VACUUM INTO ?", [str(target)])
        finally:
            raw.close()


def leave_wal(path: Path) -> None:
    """Fold the write-ahead log into a file that nobody else has open, and leave that mode.

    Raises:
        StorageError: Somebody has it open, or it is damaged.
    """
    with _translated(path):
        raw = sqlite3.connect(path, isolation_level=None)
        try:
            raw.execute("PRAGMA journal_mode = DELETE")
        finally:
            raw.close()
