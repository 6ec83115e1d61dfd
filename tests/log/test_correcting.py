"""What a correction may speak about: the log looks before it takes one in."""

from collections.abc import Mapping

import pytest

from ledger.errors import ConflictError, InputError, LedgerError
from ledger.log.audit import audit
from ledger.log.log import Log
from ledger.record.batch import SignedBatch
from ledger.record.canonical import JSON
from ledger.record.leaf import RecordId
from ledger.store.store import Store
from tests.makers import CLAIMED_AT, PRODUCER, batch, release, shard
from tests.store.ledgers import filled


def corrections(*stated: Mapping[str, JSON], first_secret: int = 9000) -> SignedBatch:
    fields: list[dict[str, JSON]] = [
        {
            "correction": {"reason": "because", **one},
            "basis": {"correction": "declared"},
            "claimed_at": CLAIMED_AT,
        }
        for one in stated
    ]
    return batch(PRODUCER, "correction", fields, first_secret=first_secret)


def replacing(record: str, replacement: str) -> dict[str, str]:
    return {"record": record, "action": "replace", "replacement": replacement}


@pytest.fixture
def log(store: Store) -> Log:
    """Entry 0 keys, 1 two shards, 2 a release."""
    log = filled(store, [2])
    log.append([batch(PRODUCER, "release", [release()], first_secret=2000)])
    assert store.head().size == 3
    return log


REFUSED: dict[str, tuple[dict[str, str], type[LedgerError], str]] = {
    "a record of a later entry": ({"record": "3.0", "action": "withdraw"}, InputError, "3.0"),
    "a record that never was": ({"record": "9.0", "action": "withdraw"}, InputError, "9.0"),
    "a position past the end": ({"record": "1.2", "action": "erase"}, InputError, "1.2"),
    "a key": ({"record": "0.0", "action": "withdraw"}, InputError, "kind key"),
    "a release to erase": ({"record": "2.0", "action": "erase"}, InputError, "kind release"),
    "a release to replace": (replacing("2.0", "2.1"), InputError, "kind release"),
    "a replacement of another kind": (replacing("1.0", "2.0"), InputError, "cannot replace 1.0"),
    "a replacement that is not there": (replacing("1.0", "2.1"), InputError, "2.1"),
    "a replacement in its own entry": (replacing("1.0", "3.0"), InputError, "3.0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_correction_speaks_about_is_refused_and_nothing_written(
    name: str, log: Log
) -> None:
    stated, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        log.append([corrections(stated)])
    assert log.store.head().size == 3
    assert not list(log.store.corrections([RecordId(1, 0)]))


def test_a_refused_correction_does_not_spoil_those_beside_it(log: Log) -> None:
    good = corrections({"record": "1.0", "action": "withdraw"})
    bad = corrections({"record": "0.0", "action": "withdraw"}, first_secret=9100)
    answers = log.append_each([log.admit(bad), log.admit(good)])
    assert isinstance(answers[0], InputError)
    assert not isinstance(answers[1], LedgerError)
    decided = log.store.corrections([RecordId(1, 0)]).deciding(RecordId(1, 0))
    assert decided is not None
    assert decided.id == RecordId(3, 0)


def test_a_replacement_and_its_correction_are_appended_together_or_not_at_all(log: Log) -> None:
    newer = batch(PRODUCER, "shard", [shard(0, dataset={"name": "other"})], first_secret=3000)
    pair = [newer, corrections(replacing("1.0", "3.0"))]
    with pytest.raises(ConflictError):
        log.append(pair, at=2)
    assert log.append(pair, at=3) == [3, 4]
    found = log.store.corrections([RecordId(1, 0)])
    assert found.newest(RecordId(1, 0)) == RecordId(3, 0)
    assert log.store.corrections([RecordId(3, 0)], earlier=True).replaced_by(RecordId(3, 0)) == (
        RecordId(1, 0),
    )


def test_chains_are_followed_both_ways_and_bounded_by_a_size(log: Log) -> None:
    for place in (3, 5):
        fields = shard(0, dataset={"name": f"at-{place}"})
        newer = batch(PRODUCER, "shard", [fields], first_secret=3000 + place)
        old = "1.0" if place == 3 else "3.0"
        made = corrections(replacing(old, f"{place}.0"), first_secret=9000 + place)
        log.append([newer, made])
    first, newest = RecordId(1, 0), RecordId(5, 0)
    assert log.store.corrections([first]).newest(first) == newest
    assert log.store.corrections([newest], earlier=True).chain(newest) == [
        first,
        RecordId(3, 0),
        newest,
    ]
    assert log.store.corrections([first], size=5).newest(first) == RecordId(3, 0)
    assert log.store.corrections([first], size=4).newest(first) == first
    assert log.store.corrections([RecordId(1, 1)], earlier=True).chain(RecordId(1, 1)) == [
        RecordId(1, 1)
    ]


def test_a_log_with_corrections_is_clean(log: Log) -> None:
    log.append([corrections({"record": "1.1", "action": "withdraw"})])
    tables = {one.table for one in audit(log.store).findings}
    assert tables <= {"training_set"}  # the release of this test froze nothing
