"""Make the tables, or bring them up to date: run the steps in `migrations/` from code.

All steps are one transaction: the database is as it was, or as this version needs it. The folder
lies beside the package `ledger`, in a checkout as in an installed wheel. Imported only
to make or to move a database; SQLAlchemy and alembic come in here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import alembic.command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import URL, Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ledger.errors import NotFoundError, StorageError
from ledger.store.bound import BoundEngine, bind
from ledger.store.engine import sqlite_path

FOLDER = Path(__file__).parents[2] / "migrations"


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema; from nothing, too.

    Raises:
        StorageError: The database cannot be reached, or holds something else.
    """
    with _connected(url) as connection, connection.begin():
        _upgrade(connection)


class Upgrade:
    """An upgrade that is going on: nobody else uses the database, and nothing is committed."""

    def __init__(self, connection: Connection, engine: BoundEngine, found: str) -> None:
        self._connection = connection
        self.engine = engine
        """The database as this transaction sees it."""
        self.found = found
        """The schema that the database had."""

    def steps(self) -> list[str]:
        """Return the steps that are to be done, in order, as `0002 what it says of itself`.

        Raises:
            StorageError: The database is of a version that is not known here: a later one.
        """
        script = ScriptDirectory.from_config(_config())
        try:
            todo = list(script.iterate_revisions("head", self.found))
        except (CommandError, RevisionError) as error:
            raise StorageError(
                f"the database has schema {self.found}, and the newest known here is "
                f"{script.get_current_head()}",
                hint="use a newer version of `ledger`",
            ) from error
        return [f"{one.revision} {(one.doc or '').partition('.')[0]}" for one in reversed(todo)]

    def run(self) -> None:
        """Do them."""
        _upgrade(self._connection)


@contextmanager
def upgrading(url: str) -> Iterator[Upgrade]:
    """Keep everybody else out, and commit what is done if nothing fails.

    Raises:
        NotFoundError: There is no ledger.
        StorageError: Somebody else has the database open, or it failed. It is as it was.
    """
    path = sqlite_path(url)
    if path is not None and not Path(path).is_file():
        raise NotFoundError(f"there is no ledger database at {path}", hint="ledger init")
    with _connected(url, alone=True) as connection, connection.begin():
        if path is None:
            _keep_out(connection)
        raw = connection.connection.driver_connection
        yield Upgrade(connection, bind(url, raw), _version(connection))


@contextmanager
def built_aside(url: str, schema: str) -> Iterator[Connection]:
    """Build the tables in another schema of a PostgreSQL database, to look at; then take it back.

    All in one transaction that is never committed: nobody else sees any of it.

    Raises:
        StorageError: The user may not make a schema there.
    """
    with _connected(url) as connection, connection.begin() as transaction:
        try:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
            connection.execute(text(f"SET LOCAL search_path TO {schema}"))
            _upgrade(connection)
            yield connection
        finally:
            transaction.rollback()


@contextmanager
def _connected(url: str, *, alone: bool = False) -> Iterator[Connection]:
    engine = create_engine(_sqlalchemy_url(url))
    if sqlite_path(url) is not None:
        _begin_ourselves(engine, alone=alone)
    try:
        with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, CommandError) as error:
        cause = getattr(error, "orig", None) or error
        if alone and "locked" in str(cause):
            raise StorageError(
                "somebody else has the database open; nothing was changed", hint=_STOP
            ) from error
        what = "upgraded; it is as it was" if alone else "made"
        raise StorageError(f"the tables could not be {what}: {cause}") from error
    finally:
        engine.dispose()


_STOP = "stop `ledger serve` and all else that uses it, and run it again"


def _begin_ourselves(engine: Any, *, alone: bool) -> None:
    """Have SQLite's driver begin no transactions of its own: it would commit before each table."""

    @event.listens_for(engine, "connect")
    def connect(raw: Any, _: object) -> None:
        raw.isolation_level = None
        if alone:
            # Refused while any other connection is open, and keeps others out until we close.
            raw.execute("PRAGMA locking_mode = EXCLUSIVE")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _keep_out(connection: Connection) -> None:
    """Keep every other session away from a PostgreSQL database.

    Whoever comes now waits, since a session begins by looking at the version. Whoever is here
    already looked, and would go on writing rows of the old schema.
    """
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    if connection.execute(text("SELECT to_regclass('alembic_version') IS NULL")).scalar():
        raise NotFoundError("the database holds no ledger", hint="ledger init --url …")
    try:
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
    except DBAPIError as error:
        raise StorageError(
            "somebody else has the database open; nothing was changed", hint=_STOP
        ) from error
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    ).scalar()
    if others:
        raise StorageError(
            f"{others} other sessions use the database; nothing was changed",
            hint=f"{_STOP}; SELECT * FROM pg_stat_activity says who they are",
        )


def _version(connection: Connection) -> str:
    try:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except DBAPIError as error:
        if "no such table" not in str(error):
            raise
        found = []
    if len(found) != 1:
        raise NotFoundError("the database holds no ledger", hint="ledger init")
    return str(found[0])


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, "head")


def _sqlalchemy_url(url: str) -> str | URL:
    path = sqlite_path(url)
    if path is not None:
        return URL.create("sqlite", database=path)
    return "postgresql+psycopg://" + url.partition("://")[2]
