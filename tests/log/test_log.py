from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.errors import (
    CannotTellError,
    InputError,
    LedgerError,
    MalformedError,
    StorageError,
    VerificationError,
)
from ledger.log.audit import audit
from ledger.record.batch import Batch, SignedBatch
from ledger.signing.note import sign_note
from ledger.store.store import Store
from ledger.tree.hashing import EMPTY_ROOT, Hash
from tests.databases import new_url
from tests.fakes import Fault, FlakyEngine, FrozenClock, MemorySink
from tests.makers import (
    ORIGIN,
    PRODUCER,
    PUBLISHER,
    ROOT,
    STRANGER,
    batch,
    key_event,
    keys_batch,
    release,
    shard,
)
from tests.store.ledgers import filled, open_log, shards

GOOD = shards([0, 1])


def signed(text: str) -> SignedBatch:
    note = sign_note(text, [PRODUCER]).to_bytes()
    return SignedBatch(Batch.from_text(text), note, GOOD.records)


def saying(**changes: object) -> SignedBatch:
    """Return a batch whose signed text says something else than its records."""
    fields = {"origin": ORIGIN, "kind": "shard", "count": 2, "root": GOOD.batch.root, **changes}
    return signed(Batch(**fields).to_text())  # type: ignore[arg-type]


def changed(old: bytes, new: bytes) -> SignedBatch:
    assert old in GOOD.note
    return SignedBatch(GOOD.batch, GOOD.note.replace(old, new), GOOD.records)


def signed_twice() -> SignedBatch:
    note = sign_note(GOOD.batch.to_text(), [PRODUCER, PUBLISHER]).to_bytes()
    return SignedBatch(GOOD.batch, note, GOOD.records)


REFUSED: dict[str, tuple[Callable[[], SignedBatch], type[LedgerError], str]] = {
    "for another log": (
        lambda: batch(PRODUCER, "shard", [shard()], origin="other.example/log"),
        InputError,
        "meant for the log other.example/log",
    ),
    "by an unregistered key": (
        lambda: batch(STRANGER, "shard", [shard()]),
        CannotTellError,
        "no key record registers that key",
    ),
    "by a key of another role": (
        lambda: batch(PUBLISHER, "shard", [shard()]),
        VerificationError,
        "may not sign a batch of kind shard",
    ),
    "keys by a producer": (
        lambda: batch(PRODUCER, "key", [key_event("add", STRANGER, "producer")]),
        VerificationError,
        "may not sign a batch of kind key",
    ),
    "the same key again": (
        lambda: batch(ROOT, "key", [key_event("add", PRODUCER, "producer")]),
        VerificationError,
        "again",
    ),
    "with a changed text": (
        lambda: changed(b"\n2\n", b"\n3\n"),
        VerificationError,
        "says 3 records",
    ),
    "with another count": (lambda: saying(count=3), VerificationError, "says 3 records, not 2"),
    "with another root": (
        lambda: saying(root=Hash(b"\0" * 32)),
        VerificationError,
        "not that of the records",
    ),
    "with the empty root": (lambda: saying(root=EMPTY_ROOT), VerificationError, "not that of"),
    "of another kind": (lambda: saying(kind="terms"), VerificationError, "says kind terms"),
    "with a broken signature": (
        lambda: changed(PRODUCER.key.name.encode(), PUBLISHER.key.name.encode()),
        CannotTellError,
        "no key record",
    ),
    "signed twice": (signed_twice, MalformedError, "one signature, not 2"),
    "that is no note": (
        lambda: SignedBatch(GOOD.batch, b"not a note", GOOD.records),
        MalformedError,
        "a note is a text",
    ),
}


@pytest.mark.parametrize("story", REFUSED)
def test_a_batch_is_refused_and_nothing_is_written(store: Store, story: str) -> None:
    make, error, complaint = REFUSED[story]
    log = filled(store, [1])
    before = store.head()
    with pytest.raises(error, match=complaint):
        log.append([shards([7]), make()])
    assert store.head() == before
    assert log.append([GOOD]) == [2], "a refusal is no storage error: the log goes on"
    assert audit(store).is_clean


def test_indices_are_dense_and_in_order(store: Store) -> None:
    log = open_log(store)
    assert log.append([keys_batch(), shards([0]), shards([1])]) == [0, 1, 2]
    assert log.append([]) == []
    assert log.append([batch(PUBLISHER, "release", [release()])]) == [3]
    assert [entry.index for entry in store.entries(0, 10)] == [0, 1, 2, 3]


def test_a_log_begins_with_its_keys(store: Store) -> None:
    log = open_log(store)
    with pytest.raises(VerificationError, match="first entry of a log registers its keys"):
        log.append([shards([0])])
    with pytest.raises(VerificationError, match="not signed by the root key it adds"):
        log.append([batch(PRODUCER, "key", [key_event("add", ROOT, "root")])])
    assert log.append([keys_batch()]) == [0]


def test_a_key_may_sign_from_its_own_entry_on_and_until_it_is_revoked(store: Store) -> None:
    log = filled(store, [1])
    mine = batch(STRANGER, "shard", [shard(7)])
    with pytest.raises(CannotTellError):
        log.append([mine, batch(ROOT, "key", [key_event("add", STRANGER, "producer")])])
    log.append([batch(ROOT, "key", [key_event("add", STRANGER, "producer")]), mine])
    log.append([batch(ROOT, "key", [key_event("revoke", STRANGER, "producer")])])
    with pytest.raises(VerificationError, match="revoked at entry 4"):
        log.append([batch(STRANGER, "shard", [shard(8)])])
    assert audit(store).is_clean


def test_a_root_key_may_revoke_itself(store: Store) -> None:
    log = filled(store, [1])
    log.append([batch(ROOT, "key", [key_event("revoke", ROOT, "root")])])
    assert store.entry(2).producer == str(ROOT.key)
    assert audit(store).is_clean


def test_keys_are_read_again_when_the_log_is_opened(store: Store) -> None:
    filled(store, [1]).append([batch(ROOT, "key", [key_event("add", STRANGER, "producer")])])
    again = open_log(store)
    assert len(again.keys) == 4
    assert again.append([batch(STRANGER, "shard", [shard(7)])]) == [3]


def test_keys_that_another_writer_registered_are_known(store: Store, url: str) -> None:
    log = filled(store, [1])
    with Store.open(url) as other_store:
        open_log(other_store).append([batch(ROOT, "key", [key_event("add", STRANGER, "producer")])])
    assert log.append([batch(STRANGER, "shard", [shard(7)])]) == [3]


HOUR, DAY = 3_600_000, 86_400_000
YEAR_2038, YEAR_1970 = 2_147_483_648_000, 0


def test_t26_the_logs_clock_never_runs_backwards(store: Store) -> None:
    clock = FrozenClock(1_000)
    log = open_log(store, clock=clock)
    log.append([keys_batch()])
    for number, now in enumerate((2_000, -5, 4_102_444_800_000, 0)):
        clock.now = now
        log.append([shards([number])])
    times = [entry.appended_at for entry in store.entries(0, 9)]
    assert times == [1_000, 2_000, 2_000, 4_102_444_800_000, 4_102_444_800_000]


def test_t26_jumps_of_the_clock_change_no_order_no_proof_and_no_verdict(
    store: Store, tmp_path: Path
) -> None:
    """The same batches under a steady clock and under one that jumps: the same log to the bit."""
    begin = 1_800_000_000_000
    jumps = [HOUR, -HOUR, DAY, -DAY, YEAR_2038 - begin, -begin + YEAR_1970, 1]
    batches = [keys_batch(), *(shards([number]) for number in range(40))]
    clock, steady = FrozenClock(begin), FrozenClock(begin)
    log = open_log(store, clock=clock)
    with Store.create(new_url("sqlite", tmp_path), origin=ORIGIN) as other:
        unmoved = open_log(other, clock=steady)
        for number, one in enumerate(batches):
            clock.now = begin + jumps[number % len(jumps)]
            assert log.append([one]) == unmoved.append([one]) == [number]
            assert log.publish().checkpoint == unmoved.publish().checkpoint
        for number in range(len(batches)):
            assert store.prove_entry(number) == other.prove_entry(number)
    times = [entry.appended_at for entry in store.entries(0, 50)]
    assert times == sorted(times)
    assert audit(store).is_clean


def test_t22_after_a_storage_error_the_log_is_closed_until_it_is_reopened(store: Store) -> None:
    filled(store, [1])
    flaky = Store(FlakyEngine(store.engine, Fault(at=2)))
    log = open_log(flaky)
    with pytest.raises(StorageError, match="lost"):
        log.append([shards([7])])
    for work in (lambda: log.append([shards([7])]), log.publish):
        with pytest.raises(StorageError, match="closed after an error") as caught:
            work()
        assert caught.value.hint
    assert store.head().size == 2
    log.reopen()
    assert log.append([shards([7])]) == [2]


def test_t20_a_database_behind_its_published_checkpoint_is_not_opened(
    store: Store, url: str, tmp_path: object
) -> None:
    sink = MemorySink()
    log = open_log(store, sink)
    log.append([keys_batch(), shards([0])])
    log.publish()
    sink.files["checkpoint"] = sink.files["checkpoint"].replace(b"\n2\n", b"\n5\n")
    with pytest.raises(VerificationError):
        open_log(store, sink)
    from ledger.checkpoint.checkpoint import Checkpoint
    from tests.makers import LOG

    ahead = Checkpoint(origin=ORIGIN, size=5, root=Hash(b"\x07" * 32))
    sink.files["checkpoint"] = sign_note(ahead.to_text(), [LOG]).to_bytes()
    with pytest.raises(StorageError, match="entries 2 to 4 are published and not in the database"):
        open_log(store, sink)
