"""Submitters that come together: one transaction, one answer each."""

import threading
from collections.abc import Callable, Sequence
from queue import Queue

import pytest

from ledger.errors import (
    CannotTellError,
    LedgerError,
    MalformedError,
    StorageError,
    VerificationError,
)
from ledger.log import group as group_module
from ledger.log.appending import Logged, ReusedKeyError
from ledger.log.audit import audit
from ledger.log.group import GroupCommit, Proved
from ledger.record.batch import SignedBatch
from ledger.store.advance import Advance, Found, Submission
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.tree.hashing import Hash, leaf_hash
from ledger.tree.proofs import check_inclusion
from tests.fakes import Fault, FlakyEngine
from tests.makers import PRODUCER, PUBLISHER, ROOT, STRANGER, batch, key_event, shard
from tests.store.ledgers import filled, open_log, shards


class Gated(Store):
    """A store whose transactions wait until the gate is open, and are counted."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.engine)
        self.gate = threading.Event()
        self.groups: list[int] = []

    def append(
        self,
        plan: Callable[[Head, Found], Advance],
        leaves: Sequence[Hash] = (),
        keys: Sequence[str] = (),
    ) -> Head:
        """Append once the gate is open."""
        self.gate.wait()
        self.groups.append(len(leaves))
        return super().append(plan, leaves, keys)


def together(
    store: Store, batches: list[SignedBatch], keys: Sequence[str | None] = ()
) -> tuple[list[Logged | LedgerError], list[int]]:
    """Submit batches while a transaction is under way; return the answers, and all groups."""
    gated = Gated(store)
    group = GroupCommit(open_log(gated))
    submissions = [Submission(key, b"%32d" % at) if key else None for at, key in enumerate(keys)]
    submissions += [None] * (len(batches) - len(submissions))
    first = group.enqueue(shards([900]))
    # Whether the writer has taken the first alone or not: the rest finds it waiting at the gate.
    futures = [group.enqueue(one, key) for one, key in zip(batches, submissions, strict=True)]
    gated.gate.set()
    assert first.result().is_new
    group.close()
    found: list[Logged | LedgerError] = []
    for one in futures:
        error = one.exception()
        assert error is None or isinstance(error, LedgerError)
        found.append(error or one.result())
    return found, gated.groups


def test_those_who_come_together_share_a_transaction(store: Store) -> None:
    filled(store, [1])
    answers, groups = together(store, [shards([number]) for number in range(100, 150)])
    assert answers == [Logged(index, is_new=True) for index in range(3, 53)]
    assert sum(groups) == 51
    assert len(groups) <= 2
    assert audit(store).is_clean


def test_a_refused_batch_does_not_spoil_its_group(store: Store) -> None:
    filled(store, [1])
    answers, _ = together(
        store,
        [
            shards([100]),
            batch(STRANGER, "shard", [shard(101)]),
            batch(PUBLISHER, "shard", [shard(102)]),
            batch(ROOT, "key", [key_event("add", PRODUCER, "producer")]),
            batch(ROOT, "key", [key_event("add", STRANGER, "producer")]),
            batch(STRANGER, "shard", [shard(103)]),
            shards([104]),
        ],
    )
    assert [one.index if isinstance(one, Logged) else type(one) for one in answers] == [
        3,
        CannotTellError,
        VerificationError,
        VerificationError,
        4,
        5,
        6,
    ]
    assert audit(store).is_clean


def test_a_group_in_which_all_are_refused_writes_nothing(store: Store) -> None:
    filled(store, [1])
    before = store.head()
    group = GroupCommit(open_log(store))
    with pytest.raises(CannotTellError):
        group.submit(batch(STRANGER, "shard", [shard(101)]))
    assert store.head() == before
    group.close()


def test_t30_equal_batches_of_a_group_are_one_entry(store: Store) -> None:
    filled(store, [1])
    answers, _ = together(store, [shards([100]), shards([101]), shards([100]), shards([900])])
    assert answers == [
        Logged(3, is_new=True),
        Logged(4, is_new=True),
        Logged(3, is_new=False),
        Logged(2, is_new=False),
    ]


def test_t30_a_key_is_decided_within_a_group_too(store: Store) -> None:
    filled(store, [1])
    batches = [shards([100]), shards([101]), shards([100])]
    answers, _ = together(store, batches, ["k", "k", "other"])
    assert answers[0] == Logged(3, is_new=True)
    assert isinstance(answers[1], ReusedKeyError)
    assert answers[2] == Logged(3, is_new=False)
    known = store.submission("other")
    assert known is not None
    assert known.log_index == 3
    assert store.head().size == 4


def test_t30_ten_thousand_concurrent_duplicates_are_one_entry(store: Store) -> None:
    filled(store, [1])
    group = GroupCommit(open_log(store))
    wanted = shards([100])
    found: list[Logged] = []

    def work() -> None:
        futures = [group.enqueue(wanted) for _ in range(1_250)]
        found.extend(one.result() for one in futures)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    group.close()
    assert len(found) == 10_000
    assert {one.index for one in found} == {2}
    assert sum(one.is_new for one in found) == 1
    assert store.head().size == 3


def test_a_batch_that_needs_no_look_at_the_log_is_refused_at_once(store: Store) -> None:
    filled(store, [1])
    group = GroupCommit(open_log(store))
    good = shards([100])
    with pytest.raises(MalformedError):
        group.enqueue(SignedBatch(good.batch, b"not a note", good.records))
    group.close()


def test_a_transaction_takes_so_many_records_and_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_module, "MAX_RECORDS", 10)
    filled(store, [1])
    counts: list[Sequence[int]] = [[100], [101], range(102, 110), [110], range(111, 131), [131]]
    answers, groups = together(store, [shards(numbers) for numbers in counts])
    assert [one.index for one in answers if isinstance(one, Logged)] == list(range(3, 9))
    records = [1, *map(len, counts)]
    for size in groups:
        taken, records = records[:size], records[size:]
        assert sum(taken) <= 10 or len(taken) == 1
    assert records == []
    assert audit(store).is_clean


def test_t22_after_a_storage_error_the_next_group_reads_everything_again(store: Store) -> None:
    filled(store, [1])
    fault = Fault(at=2)
    group = GroupCommit(open_log(Store(FlakyEngine(store.engine, fault))))
    with pytest.raises(StorageError, match="lost"):
        group.submit(shards([100]))
    assert group.log.is_closed
    assert group.submit(shards([100])) == Logged(2, is_new=True)
    assert not group.log.is_closed
    group.close()
    assert audit(store).is_clean


def test_one_publication_serves_all_who_wait_for_it_each_with_a_proof(store: Store) -> None:
    filled(store, [1])
    group = GroupCommit(open_log(store))
    batches = [shards([number]) for number in range(100, 140)]
    logged = [one.result() for one in [group.enqueue(one) for one in batches]]
    told: Queue[Proved | Exception] = Queue()
    for one in logged:
        group.publish(one.index, told.put)
    answers = [told.get(timeout=60) for _ in logged]
    group.close()
    proved = [one for one in answers if isinstance(one, Proved)]
    # The first may have been published alone; those who waited meanwhile, all at once.
    assert len({one.published.checkpoint for one in proved}) <= 2
    for answer, place, content in zip(proved, logged, batches, strict=True):
        assert answer.proof is not None
        check_inclusion(
            leaf=leaf_hash(content.note),
            index=place.index,
            size=answer.published.size,
            root=store.head().root,
            proof=answer.proof,
        )
