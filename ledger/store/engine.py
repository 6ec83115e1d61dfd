"""From a URL to a database: what our SQL needs of it, and who provides that.

    sqlite:///relative.db    sqlite:////absolute.db    a bare path is SQLite too
    postgresql://user@host/name    postgresql+psycopg://…    needs the extra `postgres`

The store speaks to the two drivers directly. SQLAlchemy would take a quarter of a second to import
before the first byte is hashed, and its ORM inserts a tenth of the rows a second; the schema, which
profits from it, is in `tables.py` (docs/decisions/0010). What differs between the two databases is
in `sqlite.py` and `postgres.py` and nowhere else.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from ledger.errors import InputError

Value: TypeAlias = int | str | bytes | None
Cells: TypeAlias = tuple[Any, ...]

BUSY_SECONDS = 5.0
"""How long a writer waits for another before it gives up."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that a database finds wrong with itself."""

    table: str
    """A table's name, or `file` where it is not known which."""
    row: str
    """The primary key, or `-`."""
    problem: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a database says about its own soundness."""

    complaints: tuple[Complaint, ...]
    left_out: tuple[str, ...] = ()
    """What could not be checked here, each with what would make it possible."""


class Connection(Protocol):
    """One transaction's view of a database. SQL is written with `?` for values, for both."""

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Cells]:
        """Return all rows of a query."""

    def row(self, sql: str, values: Sequence[Value] = ()) -> Cells | None:
        """Return the first row of a query, or None."""

    def stream(self, sql: str, values: Sequence[Value] = ()) -> Iterator[Cells]:
        """Yield the rows of a query, holding a few thousand of them at a time."""

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement and return how many rows it changed."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:
        """Insert many rows, the fastest way this database has."""


class Engine(Protocol):
    """A database: read a snapshot of it, or write to it in one transaction."""

    url: str
    locking: str
    """What a `SELECT` of the head row ends with, so that writers queue instead of colliding."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the database and changes nothing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that excludes other writers; commits at its end, or leaves no trace.

        Raises:
            StorageError: The database is locked, full, unreachable, broken. If it happens during
                the commit itself, whether the transaction took effect is not known.
        """

    def text_bytes(self, column: str) -> str:
        """Return SQL for the bytes of a text column, also where they are no longer text."""

    def json_part(self, column: str, *path: str) -> str:
        """Return SQL for a part of a column's JSON, as JSON text; NULL where there is no such part.

        Equal parts give equal text, so that it can be compared and grouped by.
        """

    def inspect(self) -> Inspection:
        """Return what the database's own integrity checks find."""

    def wipe(self, tables: Sequence[str]) -> None:
        """Rewrite what these tables are kept in, so that no file holds a deleted row any more.

        Takes as long as copying them does, and so much space.

        Raises:
            StorageError: The database is in use, full, or broken. Deleted rows may still be there.
        """

    def close(self) -> None:
        """Close all connections."""


def sqlite_path(url: str) -> str | None:
    """Return the file that a URL (or bare path) of a SQLite database names; None if it is none.

    Raises:
        InputError: It names a database in memory, which would not outlive its first connection.
    """
    if "://" not in url:
        path = url
    elif url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
    elif url.startswith("sqlite:"):
        path = ""
    else:
        return None
    if path in ("", ":memory:"):
        raise InputError(
            f"{url!r} names no file: a ledger in memory would be lost", hint="sqlite:///ledger.db"
        )
    return path


def open_engine(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Return the engine for an existing database.

    Raises:
        InputError: The URL names no kind of database that we know.
        NotFoundError: There is no such database.
        StorageError: It cannot be opened, or would not keep what it acknowledges.
    """
    path = sqlite_path(url)
    if path is not None:
        from ledger.store.sqlite import SqliteEngine

        return SqliteEngine(path, busy_seconds=busy_seconds)
    if url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://")):
        from ledger.store.postgres import PostgresEngine

        return PostgresEngine(url, busy_seconds=busy_seconds)
    raise InputError(
        f"{url.partition('://')[0]}:// is no database that we know: expected sqlite or postgresql",
        hint="sqlite:///ledger.db or postgresql://user@host/name",
    )
