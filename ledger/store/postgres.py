"""PostgreSQL through psycopg 3.

Imported only when a URL asks for it: the driver is an extra. A writer locks the head row for
itself (`FOR UPDATE`), so that others queue behind it; that they cannot fork the log rests on the
compare-and-swap, not on the lock.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count

import psycopg
from psycopg import sql as quoting

from ledger.errors import DiskFullError, ForbiddenError, LedgerError, NotFoundError, StorageError
from ledger.store.engine import BUSY_SECONDS, Cells, Inspection, Value

_CHUNK = 2_000
_NAMES = count()


@cache
def _marked(sql: str) -> bytes:
    """Return our SQL with the value marks of this driver. None of it holds a literal ? or %."""
    return sql.replace("?", "%s").encode()


class PostgresConnection:
    """A connection inside a transaction (see `ledger.store.engine.Connection`)."""

    def __init__(self, raw: psycopg.Connection[Cells]) -> None:
        self.raw = raw

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Cells]:
        """Return all rows of a query."""
        return self.raw.execute(_marked(sql), values, binary=True).fetchall()

    def row(self, sql: str, values: Sequence[Value] = ()) -> Cells | None:
        """Return the first row of a query, or None."""
        return self.raw.execute(_marked(sql), values, binary=True).fetchone()

    def stream(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Cells]:
        """Yield the rows of a query through a cursor of the server."""
        with self.raw.cursor(f"stream_{next(_NAMES)}", binary=True) as cursor:
            cursor.itersize = _CHUNK
            cursor.execute(_marked(sql), values)
            yield from cursor

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        return self.raw.execute(_marked(sql), values).rowcount

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:
        """Insert many rows with COPY."""
        names = quoting.SQL(", ").join(map(quoting.Identifier, columns))
        statement = quoting.SQL("COPY {} ({}) FROM STDIN").format(quoting.Identifier(table), names)
        with self.raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


class PostgresEngine:
    """A PostgreSQL database with a few idle connections (see `ledger.store.engine.Engine`)."""

    locking = " FOR UPDATE"

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.url = url
        self._conninfo = "postgresql://" + url.partition("://")[2]
        self._busy = busy_seconds
        self._idle: list[psycopg.Connection[Cells]] = []
        with _translated(), self._lent() as raw:
            _check_durable(raw.execute(_DURABLE))

    def _connect(self) -> psycopg.Connection[Cells]:
        timeout = int(self._busy * 1000)
        return psycopg.connect(
            self._conninfo,
            autocommit=True,  # transactions are exactly the ones written below
            connect_timeout=10,
            options=f"-c lock_timeout={timeout} -c client_min_messages=warning",
        )

    @contextmanager
    def _lent(self) -> Iterator[psycopg.Connection[Cells]]:
        """Lend a connection; it comes back only if it is as it was lent."""
        try:
            raw = self._idle.pop()
        except IndexError:
            raw = self._connect()
        try:
            yield raw
        except psycopg.Error:
            # On a full disk the server may let nobody in who is not in already: so whoever has a
            # connection keeps it, once the transaction is undone, and reading goes on.
            if _is_undone(raw):
                self._idle.append(raw)
            raise
        except BaseException:
            raw.close()
            raise
        self._idle.append(raw)

    # On another error a connection is closed (see _lent), which rolls back on the server.

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """A transaction that sees one state of the database and may change nothing."""
        with _translated(), self._lent() as raw:
            raw.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield PostgresConnection(raw)
            raw.execute(b"COMMIT")

    @contextmanager
    def writing(self) -> Iterator[PostgresConnection]:
        """A transaction at READ COMMITTED: the second writer sees what the first one committed."""
        # Asked anew, in the same message to the server: a setting can be turned off by role, by
        # database, and by a reload also for sessions that are open. Reading needs none of them.
        begin = b"BEGIN ISOLATION LEVEL READ COMMITTED; " + _DURABLE
        with _translated(), self._lent() as raw:
            answer = raw.execute(begin)
            answer.nextset()
            _check_durable(answer)
            yield PostgresConnection(raw)
            raw.execute(b"COMMIT")

    def text_bytes(self, column: str) -> str:
        """Return SQL for the bytes of a text column."""
        return f"convert_to({column}, 'UTF8')"

    def json_part(self, column: str, *path: str) -> str:
        """Return SQL for a part of a column's JSON, as JSON text.

        PostgreSQL cannot take apart JSON with an escaped U+0000, which a record may hold somewhere:
        it reads as a space here. Nothing else changes, whatever stands before the escape.
        """
        readable = rf"replace({column}, '\u0000', '\u0020')::json"
        return f"({readable} #> '{{{','.join(path)}}}')::text"

    def inspect(self) -> Inspection:
        """Return what the server can say about its tables (`ledger.store.postgres_check`)."""
        from ledger.store.postgres_check import inspect

        with _translated(), self._lent() as raw:
            return inspect(raw, self.url)

    def wipe(self, tables: Sequence[str]) -> None:
        """Write the tables and their indexes anew, and the statistics that quote from them.

        A plain VACUUM would make room and leave the bytes where they were. FULL keeps everybody
        from the tables while it copies them.
        """
        names = quoting.SQL(", ").join(map(quoting.Identifier, tables))
        warnings: list[str] = []
        with _translated(), self._lent() as raw:
            # Who may not rewrite a table is warned, and the statement succeeds.
            with _heard(raw, warnings):
                raw.execute(quoting.SQL("VACUUM (FULL, ANALYZE) {}").format(names))
                raw.execute("VACUUM (FULL) pg_catalog.pg_statistic")
            if warnings:
                raise StorageError(
                    f"deleted rows may still lie in the database's files: {warnings[0]}",
                    hint="ledger grants ROLE --as owner",
                )

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()


@contextmanager
def _heard(raw: psycopg.Connection[Cells], warnings: list[str]) -> Iterator[None]:
    """Collect what the server warns of."""

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        warnings.append(str(notice.message_primary))

    raw.add_notice_handler(hear)
    try:
        yield
    finally:
        raw.remove_notice_handler(hear)


_SETTINGS = ("fsync", "synchronous_commit")
_DURABLE = b"SELECT current_setting('fsync'), current_setting('synchronous_commit')"


def _check_durable(answer: psycopg.Cursor[Cells]) -> None:
    """Refuse a server that acknowledges before the disk has it.

    Args:
        answer: What a session says to `_DURABLE`.
    """
    (found,) = answer.fetchall()
    for name, value in zip(_SETTINGS, found, strict=True):
        if value == "off":
            raise StorageError(
                f"PostgreSQL runs with {name} = off and would lose what it acknowledged",
                hint=f"set {name} = on, and see who turned it off: SELECT * FROM pg_settings",
            )


def _is_undone(raw: psycopg.Connection[Cells]) -> bool:
    """Roll back after the server refused a statement; close the connection if that fails too."""
    try:
        raw.execute(b"ROLLBACK")
        if raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            return True
    except psycopg.Error:
        pass
    raw.close()
    return False


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's errors into ours, with what to do about them."""
    try:
        yield
    except LedgerError:
        raise
    except psycopg.Error as error:
        raise _explain(error) from error


def _explain(error: psycopg.Error) -> LedgerError:
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    match error:
        case psycopg.errors.LockNotAvailable():
            return StorageError(
                "the database is locked by another process",
                hint="wait until it is done, or see who it is: SELECT * FROM pg_stat_activity",
            )
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn():
            return StorageError(
                f"the database holds no ledger of this version: {text}", hint="ledger init --url …"
            )
        case psycopg.errors.InvalidCatalogName():
            return NotFoundError(f"there is no such database: {text}", hint="createdb NAME")
        case psycopg.errors.RestrictViolation():
            return StorageError(f"the database refused it: {text}")
        case psycopg.errors.InsufficientPrivilege():
            return ForbiddenError(f"this role may not do that: {text}", hint="ledger grants ROLE")
        case psycopg.errors.DiskFull():
            return DiskFullError(
                "the database's disk is full; nothing of this write was kept",
                hint="free some space and run it again; reading still works",
            )
    if "does not exist" in text and "database" in text:
        return NotFoundError(f"there is no such database: {text}", hint="createdb NAME")
    return StorageError(f"the database failed: {text}")
