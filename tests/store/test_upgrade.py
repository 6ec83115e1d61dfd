"""T25: a database of an older version, brought to this one. Nothing is lost on the way.

The old databases are made by running the steps backwards over a log of today, which leaves the
tables of 0001 with the rows that 0001 had.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import alembic.command
import pytest
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event

from ledger.errors import LedgerError, NotFoundError, StorageError
from ledger.log.audit import audit
from ledger.log.upgrade import upgrade
from ledger.record.batch import SignedBatch
from ledger.store.engine import sqlite_path
from ledger.store.migrate import FOLDER
from ledger.store.rows import ERASED, Head, row_check
from ledger.store.store import SCHEMA, Store
from ledger.tree.growth import grow
from ledger.tree.hashing import leaf_hash
from tests.databases import tamper
from tests.makers import ORIGIN, PUBLISHER, batch, keys_batch, release
from tests.store.ledgers import open_log, shards

ENTRIES = 10_000
OLD = "0001"


@cache
def many() -> Sequence[SignedBatch]:
    """Return the batches of a log of 10,000 entries."""
    return (keys_batch(), *(shards([number]) for number in range(ENTRIES - 1)))


@contextmanager
def connect(url: str) -> Iterator[Connection]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    if sqlite_path(url) is not None:
        event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def downgrade(url: str, to: str = OLD) -> None:
    """Run the steps backwards."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with connect(url) as connection:
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, to)


def make(url: str, batches: Sequence[SignedBatch]) -> Head:
    """Make a log of these batches; return its head."""
    with Store.create(url, origin=ORIGIN) as store:
        open_log(store).append(batches)
        return store.head()


def content(url: str) -> dict[str, object]:
    """Return everything that a database holds, tables and rows."""
    is_sqlite = sqlite_path(url) is not None
    tables = (
        "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY 1"
        if is_sqlite
        else "SELECT tablename, '' FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    with connect(url) as db:
        names = [tuple(row) for row in db.exec_driver_sql(tables)]
        kept = [name for name, sql in names if is_sqlite is False or sql.startswith("CREATE TABLE")]
        rows = {
            name: sorted(map(repr, db.exec_driver_sql(f"SELECT * FROM {name}"))) for name in kept
        }
    return {"tables": names, **rows}


def test_t25_ten_thousand_entries_are_the_same_after_every_step(url: str) -> None:
    head = make(url, many())
    downgrade(url)
    done = upgrade(url)  # audits before and after
    assert (done.found, done.head, done.records) == (OLD, head, head.records)
    assert [step.split()[0] for step in done.steps] == ["0002", "0003", "0004"]
    with Store.open(url) as store:
        assert store.head() == head
        leaves = [leaf_hash(one.note) for one in many()]
        assert store.find_leaves(leaves) == {leaf: at for at, leaf in enumerate(leaves)}
        assert open_log(store).append([shards([5]), shards([ENTRIES])]) == [6, ENTRIES]


def test_t25_an_upgraded_database_equals_a_new_one(url: str, tmp_path: Path) -> None:
    make(url, [keys_batch(), shards(range(3))])
    before = content(url)
    downgrade(url)
    assert content(url)["tables"] != before["tables"]
    upgrade(url)
    assert content(url) == before


def test_an_older_database_is_refused_with_the_command_that_mends_it(url: str) -> None:
    make(url, [keys_batch()])
    downgrade(url)
    with pytest.raises(StorageError, match=f"schema 0001, this version needs {SCHEMA}") as caught:
        Store.open(url)
    assert caught.value.hint == "ledger upgrade"


def test_the_newest_schema_is_audited_and_left_alone(url: str) -> None:
    head = make(url, [keys_batch(), shards(range(3))])
    before = content(url)
    done = upgrade(url)
    assert (done.found, done.steps, done.head) == (SCHEMA, (), head)
    assert content(url) == before


def test_a_later_schema_is_refused(url: str) -> None:
    make(url, [keys_batch()])
    tamper(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="schema 9999, and the newest known here is"):
        upgrade(url)


def test_a_database_without_a_ledger_is_refused(url: str) -> None:
    with pytest.raises(NotFoundError, match="ledger"):
        upgrade(url)
    path = sqlite_path(url)
    assert path is None or not Path(path).exists()


def fail() -> None:
    raise KeyError("a power cut")


DAMAGE = {
    "a note": "UPDATE entry SET appended_at = 1, note = replace(note, 'shard', 'shart')",
    "an entry": "DELETE FROM entry WHERE log_index = 2",
    "a record": "UPDATE sealed_record SET fields = '{}' WHERE log_index = 1 AND position = 1",
    "a tile": "DELETE FROM batch_tile WHERE log_index = 2",
    "the head": "UPDATE log_head SET size = 2",
}


@pytest.mark.parametrize("what", DAMAGE)
def test_t25_a_damaged_log_is_not_upgraded(url: str, what: str) -> None:
    make(url, [keys_batch(), shards(range(3)), shards(range(3, 5))])
    downgrade(url)
    statement = DAMAGE[what]
    if what == "a note":
        changed = "decode(replace(encode(note, 'hex'), '7368617264', '7368617274'), 'hex')"
        if sqlite_path(url) is not None:
            changed = "CAST(replace(CAST(note AS TEXT), 'shard', 'shart') AS BLOB)"
        statement = f"UPDATE entry SET note = {changed} WHERE log_index = 1"
    tamper(url, statement)
    before = content(url)
    with pytest.raises(LedgerError):
        upgrade(url)
    assert content(url) == before


def test_t25_an_upgrade_that_fails_at_its_end_leaves_everything_as_it_was(url: str) -> None:
    make(url, [keys_batch(), shards(range(3))])
    downgrade(url)
    before = content(url)
    with pytest.raises(KeyError):
        upgrade(url, lambda reader, found: fail())
    assert content(url) == before
    assert upgrade(url).found == OLD


def test_t25_nobody_else_may_use_the_database(url: str) -> None:
    make(url, [keys_batch()])
    with Store.open(url) as other:
        other.head()
        with pytest.raises(StorageError, match=r"open|use the database") as caught:
            upgrade(url)
        assert "ledger serve" in str(caught.value.hint)
        other.head()
    upgrade(url)


def test_t25_equal_entries_of_an_older_version_stay(url: str) -> None:
    """0001 appended the same bytes twice when they were sent twice. The first is the one meant."""
    signed = shards(range(3))
    make(url, [keys_batch(), signed])
    with Store.open(url) as store:
        head = store.head()
    downgrade(url)
    edge = grow(head.edge, [leaf_hash(signed.note)]).edge
    copies = [
        "INSERT INTO entry SELECT 2, note, kind, count, producer, appended_at FROM entry "
        "WHERE log_index = 1",
        "INSERT INTO batch_tile SELECT 2, level, number, hashes FROM batch_tile "
        "WHERE log_index = 1",
        "INSERT INTO sealed_record SELECT 2, position, secret, fields, description_id, segment, "
        "digest_prefix, tally_digest, bytes, documents, tokens, images, audio_milliseconds, "
        "video_milliseconds FROM sealed_record WHERE log_index = 1",
        "UPDATE log_head SET size = 3, records = records + 3, "
        f"root = {literal(url, edge.root())}, edge = {literal(url, edge.to_bytes())}",
    ]
    tamper(url, *copies)
    assert upgrade(url).head.size == 3
    with Store.open(url) as store:
        assert store.find_leaves([leaf_hash(signed.note)]) == {leaf_hash(signed.note): 1}
        assert audit(store).is_clean
        assert open_log(store).append([signed]) == [1]


def literal(url: str, data: bytes) -> str:
    return f"X'{data.hex()}'" if sqlite_path(url) is not None else f"'\\x{data.hex()}'::bytea"


def test_t25_a_step_back_refuses_to_forget(url: str) -> None:
    """An erasure cannot be said in 0001, and entries cannot be said in nothing."""
    make(url, [keys_batch(), shards(range(3))])
    cells = (1, 1, 1, 0, 5)
    with Store.open(url) as store, store.engine.writing() as db:
        db.insert("erased_record", ERASED, [(*cells, row_check(*cells))])
    before = content(url)
    with pytest.raises(RuntimeError, match="records were erased"):
        downgrade(url)
    assert content(url) == before


def test_t25_a_step_back_never_drops_entries(url: str) -> None:
    make(url, [keys_batch(), batch(PUBLISHER, "release", [release()]), shards([1])])
    before = content(url)
    with pytest.raises(RuntimeError, match="only moves forward"):
        downgrade(url, "base")
    assert content(url) == before
