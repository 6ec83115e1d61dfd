"""Copies of a whole database: out of a running one into a SQLite file, and from a file into one.

    copy_out    SQLite: VACUUM INTO, one read transaction, writers go on meanwhile
                PostgreSQL: one REPEATABLE READ snapshot, streamed table by table
    copy_in     SQLite: the file itself    PostgreSQL: COPY, all tables in one transaction

The file has the same schema whatever it was copied from, so a ledger can move either way. Columns
are taken from `tables.py`, so that a new one cannot be forgotten here.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ledger.errors import InputError, NotFoundError, StorageError
from ledger.store.engine import Connection, Engine, open_engine, sqlite_path


def copy_out(engine: Engine, target: Path) -> None:
    """Copy one state of a database into a new SQLite file without side files.

    Raises:
        StorageError: The database or the disk failed. The file is unfinished then.
    """
    from ledger.store.sqlite import leave_wal, make_file, vacuum_into

    source = sqlite_path(engine.url)
    if source is not None:
        vacuum_into(source, target)
        return
    from ledger.store.migrate import migrate

    make_file(str(target))
    migrate(str(target))
    with closing(open_engine(str(target))) as copy, engine.reading() as old, copy.writing() as new:
        _check_version(old, new)
        _copy_rows(old, new)
    leave_wal(target)


def upgrade_file(path: Path) -> None:
    """Bring a copied file to the schema of this version, which for most is no step at all.

    Raises:
        StorageError: It is of a later version, or damaged.
    """
    from ledger.store.migrate import migrate
    from ledger.store.sqlite import leave_wal

    migrate(str(path))
    leave_wal(path)


def copy_in(source: Path, url: str) -> None:
    """Copy a SQLite file of the current schema into a database that holds no log yet.

    All of it, or nothing; an empty PostgreSQL database may be left with empty tables.

    Raises:
        InputError: There is a database at `url` already, with a log in it.
        StorageError: The database or the disk failed.
    """
    path = sqlite_path(url)
    if path is not None:
        _copy_file(source, Path(path))
        return
    from ledger.store.migrate import migrate

    check_vacant(url)
    migrate(url)
    with (
        closing(open_engine(str(source))) as old,
        closing(open_engine(url)) as new,
        old.reading() as rows,
        new.writing() as target,
    ):
        _check_version(rows, target)
        _copy_rows(rows, target)


def check_vacant(url: str) -> None:
    """Check that a copy may be put at `url`: nothing is ever written over.

    Raises:
        InputError: There is a file, or a database that holds a log.
        NotFoundError: There is no such PostgreSQL database.
    """
    path = sqlite_path(url)
    if path is not None:
        if any(os.path.lexists(path + end) for end in ("", "-wal", "-journal")):
            raise InputError(
                f"there is a database at {path}, and nothing is written over",
                hint=f"move {path} and its side files away first, and keep them",
            )
        return
    with closing(open_engine(url)) as engine, engine.reading() as db:
        tables = db.row("SELECT to_regclass('log_head') IS NOT NULL")
        if tables == (True,) and db.row("SELECT origin FROM log_head"):
            raise InputError(
                "the database holds a log already, and nothing is written over",
                hint="createdb NAME, and --url postgresql://user@host/NAME",
            )


def _copy_file(source: Path, target: Path) -> None:
    """Put a copy of a file in its place, whole or not at all, in write-ahead mode."""
    from ledger.store.sqlite import make_file

    check_vacant(str(target))
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}.new")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        shutil.copyfile(source, draft)
        make_file(str(draft))
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        check_vacant(str(target))
        draft.rename(target)
        flush_folder(target.parent)
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Have a folder's listing on the disk: what was renamed into it stays there."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copy_rows(old: Connection, new: Connection) -> None:
    for table, columns in _tables():
        names = ", ".join(columns)
        new.insert(table, columns, old.stream(f"SELECT {names} FROM {table}"))


def _tables() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each table with its columns, after the tables that its rows refer to."""
    from ledger.store.tables import metadata

    for table in metadata.sorted_tables:
        yield table.name, tuple(column.name for column in table.columns)


def _check_version(old: Connection, new: Connection) -> None:
    sql = "SELECT version_num FROM alembic_version"
    found, needed = old.rows(sql), new.rows(sql)
    if found != needed:
        raise StorageError(
            f"the database has schema {found[0][0] if found else 'none'}, this version needs "
            f"{needed[0][0]}",
            hint="ledger upgrade",
        )


@contextmanager
def scratch(beside: Path, what: str) -> Iterator[Path]:
    """A folder of our own on the same disk, gone afterwards.

    Raises:
        StorageError: It cannot be made.
    """
    folder = beside / f".{what}-{os.urandom(4).hex()}"
    try:
        folder.mkdir(mode=0o700)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no folder {beside}", hint=f"mkdir -p {beside}") from error
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error.strerror}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
