"""Make the tables: run the steps in `migrations/` on a database, from code.

The folder lies beside the package `ledger`, in a checkout as in an installed wheel. Imported only
to make or to move a database; SQLAlchemy and alembic come in here.
"""

from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import StorageError
from ledger.store.engine import sqlite_path

FOLDER = Path(__file__).parents[2] / "migrations"


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema; from nothing, too.

    Raises:
        StorageError: The database cannot be reached, or holds something else.
    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    engine = create_engine(_sqlalchemy_url(url))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
    except (SQLAlchemyError, CommandError) as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"the tables could not be made: {cause}") from error
    finally:
        engine.dispose()


def _sqlalchemy_url(url: str) -> str:
    path = sqlite_path(url)
    if path is not None:
        return f"sqlite:///{path}"
    return "postgresql+psycopg://" + url.partition("://")[2]
