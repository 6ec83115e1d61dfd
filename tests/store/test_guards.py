"""T05, T27: the database itself refuses what nobody may do to a log.

Each edit is tried on rows that are there, on both databases, as the ledger's own user.
"""

import sqlite3

import pytest

from ledger.errors import StorageError
from ledger.record.leaf import RecordId
from ledger.store.engine import Connection, sqlite_path
from ledger.store.rows import ERASED, RecordRange, row_check
from ledger.store.store import Store
from ledger.tree.hashing import Hash, leaf_hash
from tests.databases import tamper
from tests.makers import seed
from tests.store.ledgers import filled

TILE = bytes(8_192)
EDITS = [
    "UPDATE entry SET note = note WHERE log_index = 1",
    "UPDATE entry SET appended_at = 0",
    "DELETE FROM entry WHERE log_index = 3",
    "UPDATE entry_leaf SET log_index = 9 WHERE log_index = 2",
    "DELETE FROM entry_leaf",
    "UPDATE log_tile SET number = 7",
    "DELETE FROM log_tile",
    "UPDATE batch_tile SET hashes = hashes WHERE log_index = 1",
    "DELETE FROM batch_tile WHERE log_index = 3",
    "UPDATE open_record SET fields = '{}'",
    "DELETE FROM open_record WHERE log_index = 0",
    "UPDATE sealed_record SET bytes = 0 WHERE position = 0",
    "UPDATE sealed_record SET log_index = 2 WHERE log_index = 1",
    "DELETE FROM sealed_record WHERE log_index = 1 AND position = 1",
    "UPDATE erased_record SET erased_at = 1",
    "DELETE FROM erased_record",
    "UPDATE training_set SET count = 9",
    "DELETE FROM training_set",
    "UPDATE training_range SET hi = 9",
    "DELETE FROM training_range",
    "UPDATE log_head SET size = size - 1",
    "UPDATE log_head SET records = records - 1",
    "UPDATE log_head SET origin = 'other.example/log'",
    "DELETE FROM log_head",
]
TRUNCATED = ("entry", "entry_leaf", "log_tile", "sealed_record", "log_head")
REPLACED = ("entry", "entry_leaf", "log_tile", "batch_tile", "open_record", "sealed_record")


def erase(db: Connection, index: int, position: int) -> None:
    cells = (index, position, 3, 0, 1)
    db.insert("erased_record", ERASED, [(*cells, row_check(*cells))])


@pytest.fixture
def full(store: Store) -> Store:
    """A log with a row in every table that has a guard."""
    filled(store)
    store.training.freeze(Hash(leaf_hash(b"")), [RecordRange(1, 0, 2)], seed(1))
    with store.engine.writing() as db:
        db.insert("log_tile", ("level", "number", "hashes"), [(5, 0, TILE)])
        erase(db, 3, 299)
    return store


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = ("log_head", "entry", "entry_leaf", "log_tile", "batch_tile", "open_record")
    private = ("sealed_record", "erased_record", "training_set", "training_range")
    with store.engine.reading() as db:
        return {name: db.rows(f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables + private}


@pytest.mark.parametrize("edit", EDITS)
def test_t27_an_edit_is_refused(full: Store, edit: str) -> None:
    before = rows(full)
    with (
        pytest.raises(StorageError, match=r"never changed|only grows|only after"),
        full.engine.writing() as db,
    ):
        db.run(edit)
    assert rows(full) == before


@pytest.mark.parametrize("table", TRUNCATED)
def test_t27_a_table_is_not_emptied(full: Store, url: str, table: str) -> None:
    if sqlite_path(url) is not None:
        return  # every DELETE is refused row by row, and TRUNCATE does not exist
    before = rows(full)
    with (
        pytest.raises(StorageError, match=r"never changed|only grows"),
        full.engine.writing() as db,
    ):
        db.run(f"TRUNCATE {table} CASCADE")
    assert rows(full) == before


@pytest.mark.parametrize("table", REPLACED)
def test_t27_a_row_is_not_written_over(full: Store, url: str, table: str) -> None:
    if sqlite_path(url) is None:
        return  # its ON CONFLICT … DO UPDATE is an UPDATE, and asks the same guard
    before = rows(full)
    with (
        pytest.raises(StorageError, match=r"never changed|only after"),
        full.engine.writing() as db,
    ):
        db.run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert rows(full) == before


@pytest.mark.parametrize("table", ["entry", "entry_leaf", "log_head"])
def test_t27_nor_by_another_program(full: Store, url: str, table: str) -> None:
    """A shell that has not our settings deletes in REPLACE without asking; INSERT asks too."""
    path = sqlite_path(url)
    if path is None:
        return
    before = rows(full)
    shell = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        shell.execute(f"REPLACE INTO {table} SELECT * FROM {table}")
    shell.close()
    assert rows(full) == before


def test_t43_a_sealed_record_is_deleted_once_its_erasure_is_noted(full: Store) -> None:
    with full.engine.writing() as db:
        erase(db, 1, 1)
        assert db.run("DELETE FROM sealed_record WHERE log_index = 1 AND position = 1") == 1
        assert db.run("DELETE FROM sealed_record WHERE log_index = 3 AND position = 299") == 1
    assert full.record(RecordId(1, 0)).secret
    with pytest.raises(StorageError, match="only after"), full.engine.writing() as db:
        db.run("DELETE FROM sealed_record")


def test_the_log_still_grows(full: Store) -> None:
    with full.engine.writing() as db:
        assert db.run("UPDATE log_head SET size = size + 1, records = records + 1") == 1


def test_who_takes_the_guards_away_can_do_anything(full: Store, url: str) -> None:
    """They stop mistakes. What such a person changed is found by the audit and by witnesses."""
    tamper(url, "UPDATE entry SET producer = 'x'")
    assert full.entry(1).producer == "x"
    with pytest.raises(StorageError, match="never changed"), full.engine.writing() as db:
        db.run("UPDATE entry SET producer = 'y'")
