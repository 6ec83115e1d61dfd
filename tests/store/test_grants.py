"""T27, T32: what a role may not do, it cannot do. On a real server, with real roles."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.errors import InputError, StorageError
from ledger.log.audit import audit
from ledger.record.leaf import RecordId
from ledger.store.checkpoints import CheckpointStore, Signed
from ledger.store.grants import KINDS, Kind, grants
from ledger.store.reader import Reader
from ledger.store.rows import ERASED, RecordRange, row_check
from ledger.store.store import Store
from ledger.store.tables import PRIVATE
from ledger.tree.hashing import Hash, leaf_hash
from tests.databases import new_url
from tests.makers import ORIGIN, seed
from tests.store.ledgers import filled, open_log, shards

Login = Callable[[Kind], str]

FORBIDDEN = [
    "UPDATE entry SET note = note",
    "DELETE FROM entry",
    "TRUNCATE entry CASCADE",
    "UPDATE entry_leaf SET log_index = 9",
    "DELETE FROM batch_tile",
    "UPDATE open_record SET name = 'x'",
    "UPDATE sealed_record SET bytes = 0",
    "DELETE FROM sealed_record",
    "UPDATE log_head SET origin = 'other.example/log'",
    "DELETE FROM log_head",
    "INSERT INTO log_head SELECT * FROM log_head",
    "DELETE FROM training_set",
    "DROP TABLE log_tile",
    "ALTER TABLE entry DISABLE TRIGGER ALL",
    "DROP TRIGGER guard_entry_never ON entry",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (x int)",
]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of a filled ledger, as its owner."""
    made = new_url("postgresql", tmp_path)
    with Store.create(made, origin=ORIGIN) as store:
        filled(store)
    return made


@pytest.fixture
def login(url: str) -> Iterator[Login]:
    """Makes a role of a kind by what `grants` prints, and returns the URL to come as it."""
    import psycopg

    name = url.partition("?")[0].rpartition("/")[2]
    made = []
    with psycopg.connect(url, autocommit=True) as admin:

        def make(kind: Kind) -> str:
            role = f"{name}_{kind}\"'$"
            quoted = '"' + role.replace('"', '""') + '"'
            admin.execute(f"CREATE ROLE {quoted} LOGIN".encode())
            made.append(quoted)
            for statement in grants(role, kind):
                admin.execute(statement.encode())
            return as_role(url, role)

        yield make
        for quoted in made:
            admin.execute(f"REASSIGN OWNED BY {quoted} TO CURRENT_USER".encode())
            admin.execute(f"DROP OWNED BY {quoted}".encode())
            admin.execute(f"DROP ROLE {quoted}".encode())


def as_role(url: str, role: str) -> str:
    """Return `url` with another user."""
    from urllib.parse import quote

    scheme, _, rest = url.partition("://")
    return f"{scheme}://{quote(role)}@{rest.rpartition('@')[2]}"


@pytest.mark.parametrize("kind", ["writer", "public"])
def test_t27_what_would_change_the_log_is_refused(login: Login, url: str, kind: Kind) -> None:
    with Reader.open(login(kind)) as reader:
        before = reader.head()
        for statement in FORBIDDEN:
            with (
                pytest.raises(StorageError, match="may not do that: ") as caught,
                reader.engine.writing() as db,
            ):
                db.run(statement)
            assert caught.value.hint == "ledger grants ROLE", statement
    with Store.open(url) as store:
        assert store.head() == before
        assert audit(store).is_clean


def test_t27_a_writer_does_all_that_a_server_does(login: Login) -> None:
    with Store.open(login("writer")) as store:
        log = open_log(store)
        assert log.append([shards(range(500, 503)), shards([503], dataset={"name": "b"})]) == [4, 5]
        log.publish()
        assert store.record(RecordId(5, 0)).record.fields["dataset"] == {"name": "b"}
        assert audit(store).is_clean
        store.training.freeze(Hash(leaf_hash(b"x")), [RecordRange(4, 0, 3)], seed(2))
        assert store.training.count(Hash(leaf_hash(b"x"))) == 3


def test_t32_the_public_reads_the_public_tables_and_no_other(login: Login) -> None:
    with Reader.open(login("public")) as reader:
        assert reader.prove(RecordId(3, 255)).size == 4
        assert len(list(reader.entries(0, 9))) == 4
        assert len(reader.open_records("key")) == 3
        assert audit(reader).is_clean
        for table in PRIVATE:
            with (
                pytest.raises(StorageError, match="permission denied"),
                reader.engine.reading() as db,
            ):
                db.rows(f"SELECT * FROM {table}")


def test_an_owner_erases_and_cannot_edit(login: Login) -> None:
    cells = (1, 1, 1, 0, 5)
    with Store.open(login("owner")) as store:
        with store.engine.writing() as db:
            db.insert("erased_record", ERASED, [(*cells, row_check(*cells))])
            assert db.run("DELETE FROM sealed_record WHERE log_index = 1 AND position = 1") == 1
        store.engine.wipe(["sealed_record", "description"])
        with pytest.raises(StorageError, match="never changed"), store.engine.writing() as db:
            db.run("UPDATE entry SET producer = 'x'")


def test_t43_who_cannot_rewrite_the_files_does_not_say_it_was_done(login: Login) -> None:
    with (
        Store.open(login("writer")) as store,
        pytest.raises(StorageError, match="may still lie in the database's files") as caught,
    ):
        store.engine.wipe(["sealed_record"])
    assert caught.value.hint == "ledger grants ROLE --as owner"


def test_a_role_can_be_made_less_again(login: Login, url: str) -> None:
    import psycopg

    once = login("writer")
    role = url.partition("?")[0].rpartition("/")[2] + "_writer\"'$"
    with psycopg.connect(url, autocommit=True) as admin:
        for statement in grants(role, "public"):
            admin.execute(statement.encode())
    with Reader.open(once) as reader:
        assert reader.head().size == 4
        with pytest.raises(StorageError, match="permission denied"), reader.engine.writing() as db:
            db.run("UPDATE log_head SET size = size")


def test_t19_a_signer_moves_what_was_signed_forward_and_forgets_nothing(tmp_path: Path) -> None:
    import psycopg

    place = new_url("postgresql", tmp_path)
    role = place.partition("?")[0].rpartition("/")[2] + "_signer"
    one, two = (Signed(size, leaf_hash(b"%d" % size)) for size in (1, 2))
    CheckpointStore.open(place, create=True).close()
    with psycopg.connect(place, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN".encode())
        for statement in grants(role, "signer"):
            admin.execute(statement.encode())
        with CheckpointStore.open(as_role(place, role)) as checkpoints:
            checkpoints.swap(ORIGIN, None, one)
            checkpoints.swap(ORIGIN, one, two)
            assert checkpoints.last(ORIGIN) == two
        with (
            psycopg.connect(as_role(place, role), autocommit=True) as other,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            other.execute(b"DELETE FROM signed_checkpoint")
        admin.execute(f"DROP OWNED BY {role}".encode())
        admin.execute(f"DROP ROLE {role}".encode())


@pytest.mark.parametrize("role", ["", "two\nlines", "x" * 64])
def test_a_name_that_no_role_can_have_is_refused(role: str) -> None:
    for kind in KINDS:
        with pytest.raises(InputError, match="cannot be the name of a role"):
            grants(role, kind)
