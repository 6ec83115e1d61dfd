"""An engine over one transaction that somebody else began: an upgrade, looked at from inside.

The audit reads through it what is not committed yet, and what it finds decides whether it will be.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ledger.store.engine import Connection, Engine, Inspection, open_engine, sqlite_path


class BoundEngine:
    """A database as one transaction sees it (see `ledger.store.engine.Engine`).

    Reading and writing are parts of that transaction; neither begins or ends one.
    """

    locking = ""

    def __init__(
        self, outside: Engine, connection: Connection, inspect: Callable[[], Inspection]
    ) -> None:
        self.url = outside.url
        self._outside = outside
        self._connection = connection
        self._inspect = inspect

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The transaction."""
        yield self._connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The transaction."""
        yield self._connection

    def text_bytes(self, column: str) -> str:
        """Return SQL for the bytes of a text column."""
        return self._outside.text_bytes(column)

    def json_part(self, column: str, *path: str) -> str:
        """Return SQL for a part of a column's JSON."""
        return self._outside.json_part(column, *path)

    def inspect(self) -> Inspection:
        """Return what the database finds wrong with itself, as far as a transaction may ask."""
        return self._inspect()

    def wipe(self, tables: Sequence[str]) -> None:
        """Refuse: files are not rewritten inside a transaction."""
        raise AssertionError(f"{', '.join(tables)}: wiping needs a transaction of its own")

    def close(self) -> None:
        """Leave everything to whoever began the transaction."""


def bind(url: str, raw: Any) -> BoundEngine:
    """Return the engine over a driver's connection, which is inside a transaction."""
    outside = open_engine(url)
    outside.close()  # it keeps what it knows of this kind of database, and no connection
    if sqlite_path(url) is not None:
        from ledger.store import sqlite_check
        from ledger.store.sqlite import SqliteConnection

        return BoundEngine(outside, SqliteConnection(raw), lambda: sqlite_check.inspect(raw))
    from ledger.store.postgres import PostgresConnection

    # What fails inside a PostgreSQL transaction ends it, and damage is what such checks fail on.
    left_out = Inspection((), ("the server's own checks: run `ledger fsck` after the upgrade",))
    return BoundEngine(outside, PostgresConnection(raw), lambda: left_out)
