"""T18: what is acknowledged is on the disk, or the database is refused."""

import os
import sqlite3
from pathlib import Path

import pytest

from ledger.errors import StorageError
from ledger.log.audit import audit
from ledger.store.engine import open_engine, sqlite_path
from ledger.store.store import Store
from tests.databases import new_url
from tests.makers import ORIGIN
from tests.store.ledgers import filled, open_log, shards


def setting(path: Path, name: str) -> object:
    with sqlite3.connect(path) as connection:
        ((value,),) = connection.execute(f"PRAGMA {name}")
    connection.close()
    return value


def in_old_mode(path: Path) -> None:
    """Leave a file as copying tools leave it: without write-ahead logging."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchall() == [("delete",)]
    connection.close()


def test_t18_sqlite_commits_are_flushed(tmp_path: Path) -> None:
    with Store.create(str(tmp_path / "x.db"), origin=ORIGIN) as store:
        for transaction in (store.engine.reading, store.engine.writing):
            with transaction() as db:
                assert db.row("PRAGMA journal_mode") == ("wal",)
                assert db.row("PRAGMA synchronous") == (2,)


def test_t18_a_copied_file_is_made_durable_before_it_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with Store.create(str(path), origin=ORIGIN) as store:
        filled(store, [1])
    in_old_mode(path)
    before = path.read_bytes()
    with Store.open(str(path)) as store:
        assert store.head().size == 2
        assert path.read_bytes() == before, "a backup that is only read stays as it is"
        assert open_log(store).append([shards([7])]) == [2]
    assert setting(path, "journal_mode") == "wal"


def test_t18_a_file_that_cannot_be_made_durable_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with Store.create(str(path), origin=ORIGIN) as store:
        filled(store, [1])
    in_old_mode(path)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM log_head").fetchall()
    with Store.open(str(path)) as store:
        with pytest.raises(StorageError, match="locked"), store.engine.writing():
            pass
        reader.close()
        assert open_log(store).append([shards([7])]) == [2]


def test_t18_a_session_that_does_not_wait_for_the_disk_is_refused(url: str) -> None:
    """While the store is open, too: each transaction asks."""
    if sqlite_path(url) is not None:
        return
    import psycopg

    name = url.partition("?")[0].rpartition("/")[2]
    with Store.create(url, origin=ORIGIN) as store:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
        with store.engine.reading() as db:  # this takes the only connection that is open
            assert db.row("SHOW synchronous_commit") == ("on",)
            with (
                pytest.raises(StorageError, match="synchronous_commit = off"),
                store.engine.writing(),
            ):
                pass
            assert store.head().size == 0, "reading goes on"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} RESET synchronous_commit".encode())
    with Store.open(url) as store:
        filled(store, [1])
        assert audit(store).is_clean


def test_t18_a_server_that_does_not_wait_for_the_disk_is_refused(tmp_path: Path) -> None:
    if "LEDGER_TEST_POSTGRES" in os.environ:
        pytest.skip("the setting is for a whole server, and this one is not ours")
    url = new_url("postgresql", tmp_path)
    try:
        set_fsync(url, "off")
        with pytest.raises(StorageError, match="fsync = off") as caught:
            open_engine(url)
        assert "set fsync = on" in str(caught.value.hint)
    finally:
        set_fsync(url, "on")
    open_engine(url).close()


def test_t18_nor_is_it_written_to_when_that_changes_while_it_is_open(tmp_path: Path) -> None:
    if "LEDGER_TEST_POSTGRES" in os.environ:
        pytest.skip("the setting is for a whole server, and this one is not ours")
    url = new_url("postgresql", tmp_path)
    with Store.create(url, origin=ORIGIN) as store:
        log = filled(store, [1])
        try:
            set_fsync(url, "off")
            take_in(store)
            with pytest.raises(StorageError, match="fsync = off"):
                log.append([shards([7])])
            assert store.head().size == 2, "reading goes on"
        finally:
            set_fsync(url, "on")
        log.reopen()
        assert log.append([shards([7])]) == [2]


def take_in(store: Store) -> None:
    """Wait until the session that is open has the new setting."""
    for _ in range(100_000):
        with store.engine.reading() as db:
            if db.row("SHOW fsync") == ("off",):
                return
    raise AssertionError("the session does not take the setting in")


def set_fsync(url: str, value: str) -> None:
    """Set it for the whole server, and return when new sessions have it."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"ALTER SYSTEM SET fsync = {value}".encode())
        admin.execute(b"SELECT pg_reload_conf()")
    for _ in range(10_000):
        with psycopg.connect(url) as session:
            if session.execute(b"SHOW fsync").fetchone() == (value,):
                return
    raise AssertionError("the server does not take the setting in")
