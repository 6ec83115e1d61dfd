"""Make the tables: run the steps in `migrations/` on a database, from code.

The folder lies beside the package `ledger`, in a checkout as in an installed wheel. Imported only
to make or to move a database; SQLAlchemy and alembic come in here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import StorageError
from ledger.store.engine import sqlite_path

FOLDER = Path(__file__).parents[2] / "migrations"


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema; from nothing, too.

    Raises:
        StorageError: The database cannot be reached, or holds something else.
    """
    with _connected(url) as connection:
        _upgrade(connection)


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
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(_sqlalchemy_url(url))
    try:
        with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, CommandError) as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"the tables could not be made: {cause}") from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, "head")


def _sqlalchemy_url(url: str) -> str:
    path = sqlite_path(url)
    if path is not None:
        return f"sqlite:///{path}"
    return "postgresql+psycopg://" + url.partition("://")[2]
