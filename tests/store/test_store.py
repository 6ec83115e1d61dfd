import sqlite3
from pathlib import Path

import pytest

from ledger.content.digest import Digest
from ledger.errors import ConflictError, InputError, MalformedError, NotFoundError, StorageError
from ledger.record.leaf import RecordId
from ledger.store.advance import Advance, Found
from ledger.store.engine import open_engine, sqlite_path
from ledger.store.reader import Reader
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.store.tables import PRIVATE
from ledger.tree.growth import RightEdge
from ledger.tree.hashing import EMPTY_ROOT
from tests.databases import tamper
from tests.makers import ORIGIN, PUBLISHER, batch, keys_batch, release, shard
from tests.store.ledgers import filled, open_log, shards


def test_a_new_store_holds_the_empty_log(store: Store) -> None:
    head = store.head()
    assert (head.origin, head.size, head.root) == (ORIGIN, 0, EMPTY_ROOT)
    assert head.edge == RightEdge.empty()


def test_a_store_is_what_it_was_when_it_is_opened_again(store: Store, url: str) -> None:
    filled(store)
    with Store.open(url) as again:
        assert again.head() == store.head()
        assert again.record(RecordId(1, 2)).record == store.record(RecordId(1, 2)).record


def test_a_log_is_made_once(store: Store, url: str) -> None:
    with pytest.raises(InputError, match=f"already holds the log {ORIGIN}"):
        Store.create(url, origin="other.example/log")
    assert store.head().origin == ORIGIN


def test_a_bad_origin_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match="not an origin"):
        Store.create(str(tmp_path / "x.db"), origin="two words")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://host/name", "mysql:// is no database that we know"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        (":memory:", "names no file"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        open_engine(url)


def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no ledger database"):
        Store.open(f"sqlite:///{tmp_path / 'none.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("this is not a database, whatever its name says" * 100)
    with pytest.raises(StorageError, match="damaged"):
        Store.open(str(path))


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE person (name)")
    connection.close()
    with pytest.raises(StorageError, match="not a ledger of this version"):
        Store.open(str(path))


def test_a_database_of_another_version_is_refused(store: Store, url: str) -> None:
    tamper(url, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StorageError, match="schema 0000, this version needs"):
        Store.open(url)


def test_a_missing_postgresql_database_is_said_to_be_missing(url: str) -> None:
    if sqlite_path(url) is None:
        with pytest.raises(NotFoundError, match="no such database"):
            Store.open(url.replace("/ledger_", "/nothing_"))


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Store.create(str(path), origin=ORIGIN).close()
    assert path.stat().st_mode & 0o077 == 0


def test_every_record_comes_back_as_it_went_in(store: Store) -> None:
    log = open_log(store)
    sent = [keys_batch(), shards(range(5)), batch(PUBLISHER, "release", [release()])]
    log.append(sent)
    for index, signed in enumerate(sent):
        assert store.entry(index).note == signed.note
        for position, sealed in enumerate(signed.records):
            found = store.record(RecordId(index, position))
            assert (found.record, found.secret) == (sealed.record, sealed.secret)


def test_what_is_not_there_is_not_found(store: Store) -> None:
    filled(store)
    for missing in ("4.0", "1.3", "99.0"):
        with pytest.raises(NotFoundError, match=missing):
            store.record(RecordId.parse(missing))
    with pytest.raises(NotFoundError, match="no entry 99"):
        store.entry(99)
    with pytest.raises(NotFoundError, match="no open record"):
        store.open_record(RecordId(1, 0))


def test_a_description_is_stored_once(store: Store) -> None:
    log = filled(store, [300])
    log.append([shards([900], dataset={"name": "other"}), shards([901])])
    assert store.stats().descriptions == 2
    with Store.open(log.store.engine.url) as another:
        open_log(another).append([shards([902], dataset={"name": "other"})])
        assert another.stats().descriptions == 2


def test_datasets_are_counted(store: Store) -> None:
    log = filled(store, [4, 6])
    log.append([shards([900], dataset={"name": "a"}, measures={"bytes": 12})])
    found = {one.name: (one.records, one.bytes) for one in store.datasets()}
    assert found == {"a": (1, 12), "example": (10, 70)}


def test_records_are_listed_in_order_and_by_page(store: Store) -> None:
    log = filled(store, [4, 6])
    log.append([shards([900], dataset={"name": "a"})])
    ids = [str(one.id) for one in store.records()]
    assert ids == [*(f"1.{n}" for n in range(4)), *(f"2.{n}" for n in range(6)), "3.0"]
    assert [str(one.id) for one in store.records(after=RecordId(2, 4))] == ["2.5", "3.0"]
    assert [str(one.id) for one in store.records(dataset="a")] == ["3.0"]
    assert [str(one.id) for one in store.records(before=2)] == ids[:4]


def test_open_records_are_found_by_name(store: Store) -> None:
    log = filled(store, [1])
    log.append([batch(PUBLISHER, "release", [release("A")])])
    log.append([batch(PUBLISHER, "release", [release("B")])])
    assert [str(one.id) for one in store.open_records("release", name="B")] == ["3.0"]
    assert len(store.open_records("release")) == 2
    assert store.open_records("release", name="C") == []
    assert len(store.open_records("key", since=0)) == 3
    assert store.open_records("key", since=1) == []


def test_records_are_found_by_content(store: Store) -> None:
    log = filled(store)
    log.append([shards([2], dataset={"name": "again"})])
    two, none = Digest.of(b"shard 2"), Digest.of(b"nothing")
    assert [str(one.id) for one in store.find_by_digest(two)] == ["1.2", "4.0"]
    assert store.find_by_digest(none) == []
    found = store.find_by_digests([Digest.of(b"shard %d" % n) for n in range(500)])
    assert len(found) == 304


def test_two_digests_with_one_prefix_are_told_apart(store: Store) -> None:
    log = filled(store, [1])
    one, two, three = (Digest(b"\xff" * 8 + bytes([n]) * 24) for n in range(3))
    for number, digest in enumerate((one, two)):
        content = {**shard(0)["content"], "digest": str(digest)}  # type: ignore[dict-item]
        log.append([shards([500 + number], content=content)])
    assert [str(found.id) for found in store.find_by_digest(one)] == ["2.0"]
    assert set(store.find_by_digests([one, two, three])) == {one, two}


def test_a_plan_for_another_head_is_a_conflict_and_writes_nothing(store: Store) -> None:
    filled(store, [1])
    now = store.head()

    def plan(head: Head, found: Found) -> Advance:
        stale = Head(
            origin=head.origin,
            size=0,
            root=EMPTY_ROOT,
            edge=RightEdge.empty(),
            records=0,
            appended_at=0,
        )
        return Advance(old=stale, new=stale, entries=[], tiles=[])

    with pytest.raises(ConflictError) as caught:
        store.append(plan)
    assert (caught.value.expected, caught.value.found) == (0, now.size)
    assert store.head() == now


def test_a_plan_that_raises_writes_nothing_and_frees_the_lock(store: Store) -> None:
    log = filled(store, [1])

    def plan(head: Head, found: Found) -> Advance:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        store.append(plan)
    assert log.append([shards([7])]) == [2]


def test_a_locked_database_is_said_to_be_locked(store: Store, url: str) -> None:
    filled(store, [1])
    with Store.open(url, busy_seconds=0.05) as other:
        log = open_log(other)
        with store.engine.writing() as db:
            db.run("UPDATE log_head SET size = size")
            assert other.head().size == 2, "readers go on"
            with pytest.raises(StorageError, match="locked by another process") as caught:
                log.append([shards([9])])
        assert caught.value.hint
    assert store.head().size == 2


def test_public_reads_need_no_private_table(store: Store, url: str) -> None:
    filled(store)
    expected = store.prove(RecordId(3, 255))
    first = ("sealed_record", "training_range", "tally_domain", "statement_section")
    drops = [f"DROP TABLE {name}" for name in (*first, "statement_leaves")]
    drops += [f"DROP TABLE {name}" for name in PRIVATE if f"DROP TABLE {name}" not in drops]
    with store.engine.writing() as db:
        for statement in drops:
            db.run(statement)
    with Reader.open(url) as reader:
        assert reader.prove(RecordId(3, 255)) == expected
        assert reader.head().size == 4
        assert reader.entry(3).count == 300
        assert len(list(reader.entries(0, 9))) == 4
        assert len(reader.open_records("key")) == 3
        assert reader.prove_consistency(2, 4)


def test_a_damaged_head_is_not_appended_to(store: Store, url: str) -> None:
    filled(store, [1])
    tamper(url, "UPDATE log_head SET size = 3")
    with pytest.raises(StorageError, match="log_head is damaged"):
        Store.open(url)


def test_a_server_that_forgets_is_refused(url: str) -> None:
    if sqlite_path(url) is None:
        name = url.partition("?")[0].rpartition("/")[2]
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
        with pytest.raises(StorageError, match="synchronous_commit = off"):
            open_engine(url)
