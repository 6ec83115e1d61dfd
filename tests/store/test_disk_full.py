"""T23: the disk is full. Writing stops and says so, reading goes on, what was promised is there.

On a real file system that is really full: a small tmpfs, where the tests may mount one.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.errors import StorageError
from ledger.log.audit import audit
from ledger.log.log import Log
from ledger.store.store import Store
from tests.databases import new_url, postgres_server
from tests.makers import ORIGIN, keys_batch
from tests.store.ledgers import open_log, shards

EACH = 100
MEGABYTE = 1 << 20


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 32 MB, of which 16 are taken by a file named `ballast`."""
    folder = Path(tempfile.mkdtemp(prefix="ledger-small-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m,mode=755", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        try:
            with (folder / "ballast").open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, 16 * MEGABYTE)
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    finally:
        folder.rmdir()


@pytest.fixture
def postgres_on(small_disk: Path) -> Iterator[str]:
    """The URL of an empty PostgreSQL database that lies on the small disk."""
    import psycopg

    url = new_url("postgresql", small_disk)
    name = url.partition("?")[0].rpartition("/")[2]
    place = small_disk / "tablespace"
    place.mkdir()
    with psycopg.connect(postgres_server(), autocommit=True) as server:
        (data,) = server.execute(b"SHOW data_directory").fetchone() or ("",)
        os.chown(place, Path(data).stat().st_uid, -1)
        server.execute(f"CREATE TABLESPACE {name} LOCATION '{place}'".encode())
        server.execute(f"ALTER DATABASE {name} SET TABLESPACE {name}".encode())
        yield url
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        server.execute(f"DROP TABLESPACE {name}".encode())


def append_until_it_fails(log: Log, first: int) -> tuple[list[int], StorageError]:
    """Append batches that begin with shard `first`; return what was acknowledged, and the error."""
    done: list[int] = []
    for number in range(first, first + 1_000_000, EACH):
        try:
            done += log.append([shards(range(number, number + EACH))])
        except StorageError as error:
            return done, error
    raise AssertionError("the disk did not fill up")


def check(store: Store, make_room: Callable[[], object]) -> None:
    """Fill the disk; check what that must not change; make room, and go on."""
    log = open_log(store)
    done = log.append([keys_batch()])
    some, error = append_until_it_fails(log, 0)
    done += some
    assert "disk is full" in str(error)
    assert "free some space" in str(error.hint)
    with pytest.raises(StorageError, match="closed after an error"):
        log.append([shards([0], languages=["en"])])

    assert len(some) > 2
    assert done == list(range(store.head().size)), "acknowledged is stored, and nothing else is"
    assert store.entry(1).note == shards(range(EACH)).note, "reading goes on"
    assert len(list(store.records())) == len(some) * EACH

    log.reopen()
    _, error = append_until_it_fails(log, 500_000)
    assert "disk is full" in str(error), "still"
    size = store.head().size
    make_room()
    log.reopen()
    assert log.append([shards([0], languages=["en"])]) == [size]
    assert audit(store).is_clean


def test_t23_sqlite_on_a_full_disk(small_disk: Path) -> None:
    path = str(small_disk / "ledger.db")
    with Store.create(path, origin=ORIGIN) as store:
        check(store, (small_disk / "ballast").unlink)
    with Store.open(path) as again:
        assert audit(again).is_clean


def test_t23_postgresql_on_a_full_disk(postgres_on: str, small_disk: Path) -> None:
    with Store.create(postgres_on, origin=ORIGIN) as store:
        check(store, (small_disk / "ballast").unlink)


def test_t23_sqlite_with_no_page_left(tmp_path: Path) -> None:
    """The same error where nothing can be mounted: SQLite's own limit, of one connection."""
    with Store.create(str(tmp_path / "ledger.db"), origin=ORIGIN) as store:

        def limit(pages: int) -> None:
            # An error closes the connection that it met; the next one knows of no limit.
            with store.engine.reading() as db:
                ((now,),) = db.rows("PRAGMA page_count")
                db.rows(f"PRAGMA max_page_count = {now + pages}")

        limit(300)
        log = open_log(store)
        done = log.append([keys_batch()])
        some, error = append_until_it_fails(log, 0)
        assert "disk is full" in str(error)
        assert [*done, *some] == list(range(store.head().size))
        log.reopen()
        assert log.append([shards([0], languages=["en"])]) == [len(done) + len(some)]
        assert audit(store).is_clean
