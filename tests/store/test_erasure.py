"""Erasure in the store: what is destroyed, what is not, and what a crash in between leaves.

Everything here looks at the bytes of the database's files, not at what queries return.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.content.domains import Share, Tally
from ledger.errors import LedgerError, NotFoundError, StorageError
from ledger.log.audit import audit
from ledger.log.log import Log
from ledger.record.batch import SignedBatch
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.store.engine import sqlite_path
from ledger.store.store import Store
from ledger.tree.hashing import Hash
from tests.databases import copy_of
from tests.fakes import Fault, FlakyEngine
from tests.makers import CLAIMED_AT, PRODUCER, batch, seed, shard
from tests.store.ledgers import filled, open_log

MARK = "needle-7f3a"
"""Stands in every value that is erased."""
TALLY = Tally(("sha256:" + "11" * 32,), (Share(f"{MARK}.example", 10, 1),))
SHARED_TALLY = Tally(("sha256:" + "11" * 32,), (Share("kept.example", 10, 1),))
GONE = RecordId(2, 1)
AT = 1_800_000_000_000


def secret_shards() -> SignedBatch:
    """Return three shards; the second says what nobody else says, and shares the rest."""
    named = shard(950, **_tallied(SHARED_TALLY))
    private = shard(
        951,
        dataset={"name": f"{MARK}-dataset"},
        rights={"agreement": f"{MARK}-agreement"},
        lineage={"parameters": {"person": f"{MARK}-person"}},
        **_tallied(TALLY),
    )
    return batch(PRODUCER, "shard", [named, private, shard(952)], first_secret=5000)


def _tallied(tally: Tally) -> dict[str, JSON]:
    return {"domains": {"digest": tally.digest, "count": 1}}


def correction(action: str, record: str, secret: int = 9000) -> SignedBatch:
    stated: JSON = {"record": record, "action": action, "reason": "court order"}
    fields: dict[str, JSON] = {
        "correction": stated,
        "basis": {"correction": "declared"},
        "claimed_at": CLAIMED_AT,
    }
    return batch(PRODUCER, "correction", [fields], first_secret=secret)


@pytest.fixture
def log(store: Store) -> Log:
    """Entry 1 has 300 shards, entry 2 the secret one, entry 3 another 300."""
    store.tallies.keep([TALLY, SHARED_TALLY])
    log = filled(store, [300])
    log.append([secret_shards()])
    numbers = range(400, 700)
    log.append([batch(PRODUCER, "shard", [shard(one) for one in numbers], first_secret=6000)])
    return log


def needles() -> dict[str, bytes]:
    """Return the values that must be nowhere any more."""
    record = secret_shards().records[1]
    content = record.record.fields["content"]
    assert isinstance(content, dict)
    digest = str(content["digest"])
    return {
        "words": MARK.encode(),
        "secret": record.secret,
        "content digest": digest.encode(),
        "raw content digest": bytes.fromhex(digest[7:]),
        "first bytes of the digest": bytes.fromhex(digest[7:23]),
        "name": b"part-951.txt",
        "tally digest": bytes.fromhex(TALLY.digest[7:]),
    }


def files_of(store: Store, url: str) -> Iterator[Path]:
    """Yield the files that the database keeps rows, indexes and statistics in."""
    path = sqlite_path(url)
    if path is not None:
        folder, name = Path(path).parent, Path(path).name
        yield from (one for one in folder.iterdir() if one.name.startswith(name))
        return
    with store.engine.reading() as db:
        row = db.row(
            "SELECT current_setting('data_directory'), oid::bigint "
            "FROM pg_database WHERE datname = current_database()"
        )
    assert row is not None
    folder = Path(row[0]) / "base" / str(row[1])
    yield from (one for one in folder.iterdir() if one.is_file())


def found_in(store: Store, url: str) -> set[str]:
    """Return which needles are in the raw bytes of the database's files."""
    if sqlite_path(url) is None:
        import psycopg

        with psycopg.connect(url, autocommit=True) as other:
            other.execute(b"CHECKPOINT")  # what the server holds in memory goes to its files
    data = [path.read_bytes() for path in files_of(store, url)]
    return {name for name, needle in needles().items() if any(needle in one for one in data)}


def erase(log: Log, record: str = str(GONE), secret: int = 9000) -> None:
    log.append([correction("erase", record, secret)])
    log.store.finish_erasures(at=AT)


def test_t43_an_erased_value_is_in_no_byte_of_the_database(
    log: Log, store: Store, url: str
) -> None:
    if sqlite_path(url) is None:
        import psycopg

        with psycopg.connect(url, autocommit=True) as other:
            other.execute(b"ANALYZE")  # statistics quote from rows
    before = found_in(store, url)
    assert {"words", "secret", "name"} <= before
    erase(log)
    assert found_in(store, url) == set()
    assert store.erased_at(GONE) == AT
    assert (store.erasures_due(), store.finish_erasures(at=AT + 1)) == ([], [])
    with pytest.raises(NotFoundError, match=r"record 2\.1 was erased: court order \(correction 4"):
        store.record(GONE)


def test_t43_every_proof_is_as_before_and_the_audit_agrees(log: Log, store: Store) -> None:
    others = [RecordId(2, 0), RecordId(2, 2), RecordId(1, 17)]
    size = store.head().size
    before = store.prove_all([GONE, *others], size)
    values = [store.record(one) for one in others]
    erase(log)
    assert store.prove_all([GONE, *others], size) == before
    assert [store.record(one) for one in others] == values
    assert audit(store).is_clean, audit(store).findings


def test_what_other_records_say_too_stays_theirs(log: Log, store: Store) -> None:
    record = store.record(RecordId(2, 0))
    erase(log)
    assert store.tallies.tally(SHARED_TALLY.digest) == SHARED_TALLY
    with pytest.raises(NotFoundError):
        store.tallies.tally(TALLY.digest)
    names = [one.name for one in store.datasets()]
    assert names == ["example"]
    erase(log, "2.2", 9001)
    assert store.record(RecordId(2, 0)) == record
    assert audit(store).is_clean


def test_t43_a_database_from_before_is_erased_when_it_is_opened_again(
    log: Log, store: Store, url: str, tmp_path: Path
) -> None:
    """A crash between the correction and the destruction, or a backup taken there."""
    log.append([correction("erase", str(GONE))])
    store.close()
    older = copy_of(url, tmp_path)
    with Store.open(older) as restored:
        (due,) = restored.erasures_due()
        assert (due.record, due.correction) == (GONE, RecordId(4, 0))
        assert restored.record(GONE).secret == seed(5001)
        assert restored.finish_erasures(at=AT) == [GONE]
        assert found_in(restored, older) == set()
        assert audit(restored).is_clean


@pytest.mark.parametrize("kept", [False, True], ids=["write lost", "only answer lost"])
def test_t43_an_erasure_that_fails_anywhere_is_finished_by_the_same_call(
    log: Log, store: Store, url: str, tmp_path: Path, kept: bool
) -> None:
    """Every write, the commits and the rewriting of the files, each failing once."""
    log.append([correction("erase", str(GONE))])
    store.close()
    points = _points(url, tmp_path)
    assert points > 6
    for at in range(points):
        with Store.open(copy_of(url, tmp_path)) as made:
            flaky = Store(FlakyEngine(made.engine, Fault(at=at, kept=kept)))
            with pytest.raises(StorageError):
                flaky.finish_erasures(at=AT)
            assert made.erasures_due() or made.erased_at(GONE) == AT
            made.finish_erasures(at=AT)
            assert (made.erasures_due(), made.erased_at(GONE)) == ([], AT)
            assert found_in(made, made.engine.url) == set()
            assert audit(made).is_clean


def _points(url: str, folder: Path) -> int:
    """Return how many writes an erasure has."""
    with Store.open(copy_of(url, folder)) as made:
        fault = Fault()
        Store(FlakyEngine(made.engine, fault)).finish_erasures(at=AT)
        return fault.count


def test_two_who_erase_at_once_destroy_once(log: Log, store: Store, url: str) -> None:
    log.append([correction("erase", str(GONE))])
    with Store.open(url) as other:
        assert other.finish_erasures(at=AT) == [GONE]
        assert store.finish_erasures(at=AT + 1) == []
    assert store.erased_at(GONE) == AT


def test_a_description_that_another_process_erased_is_learned_again(
    log: Log, store: Store, url: str
) -> None:
    """Its number may be another description's by now: what we remember of it must not be used."""
    with Store.open(url) as other:
        erase(open_log(other))
        other_log = open_log(other)
        other_log.append(
            [batch(PRODUCER, "shard", [shard(90, dataset={"name": "new"})], first_secret=7000)]
        )
    again = shard(
        91, dataset={"name": f"{MARK}-dataset"}, rights={"agreement": f"{MARK}-agreement"}
    )
    (index,) = log.append([batch(PRODUCER, "shard", [again], first_secret=7100)])
    assert store.record(RecordId(index, 0)).record.fields["dataset"] == {"name": f"{MARK}-dataset"}
    assert audit(store).is_clean


def test_erasing_all_of_a_training_set_leaves_its_root(log: Log, store: Store) -> None:
    ranges = store.training.select([f"{MARK}-dataset"])
    root = Hash(bytes(range(32)))
    store.training.freeze(root, ranges, bytes(32))
    erase(log)
    assert store.training.count(root) == 1
    assert (store.training.ranges(root), list(store.training.members(root))) == (ranges, [])
    assert store.training.groups(root) == []
    (part,) = store.training.corrected(root)
    assert (part.action, part.day, part.records, part.bytes) == ("erase", "2026-09-01", 1, None)
    assert [leaf for _, leaf in store.training.leaves(ranges)] == [secret_shards().records[1].leaf]


def test_nothing_but_an_erasure_deletes_a_record(log: Log, store: Store) -> None:
    log.append([correction("withdraw", str(GONE))])
    assert (store.erasures_due(), store.finish_erasures(at=AT)) == ([], [])
    assert store.record(GONE)
    with pytest.raises(LedgerError, match="deleted only after"), store.engine.writing() as db:
        db.run("DELETE FROM sealed_record WHERE log_index = 2")
