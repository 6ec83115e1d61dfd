"""T22: every write fails once, before its effect or after it; then the whole log is audited."""

from pathlib import Path

import pytest

from ledger.errors import StorageError
from ledger.log.audit import audit
from ledger.store.store import Store
from tests.databases import new_url
from tests.fakes import Fault, FlakyEngine, MemorySink
from tests.makers import ORIGIN, PUBLISHER, batch, keys_batch, release
from tests.store.ledgers import open_log, shards

WORK = [
    [keys_batch()],
    [shards(range(300)), shards([300])],
    [batch(PUBLISHER, "release", [release()])],
    [shards([number]) for number in range(400, 660)],
]


def run(url: str, fault: Fault) -> list[bytes]:
    """Append all work, whatever fails, as a client does that never gives up."""
    with Store.create(url, origin=ORIGIN) as store:
        log = open_log(Store(FlakyEngine(store.engine, fault)))
        for batches in WORK:
            try:
                log.append(batches)
            except StorageError:
                # A client cannot tell whether its batch is there. It looks, and sends what is not.
                log.reopen()
                newest = store.head().size - 1
                if newest < 0 or store.entry(newest).note != batches[-1].note:
                    log.append(batches)
        assert [one for one in audit(store).findings if one.table != "training_set"] == []
        return [entry.note for entry in store.entries(0, 1_000)]


def points(folder: Path) -> int:
    fault = Fault()
    run(new_url("sqlite", folder), fault)
    return fault.count


@pytest.mark.parametrize("kept", [False, True], ids=["write lost", "only the answer lost"])
def test_a_fault_at_any_write_loses_nothing_and_logs_nothing_twice(
    tmp_path: Path, kept: bool
) -> None:
    expected = [one.note for batches in WORK for one in batches]
    count = points(tmp_path)
    assert count > 20, "the faults reach the writes"
    for at in range(count):
        assert run(new_url("sqlite", tmp_path), Fault(at=at, kept=kept)) == expected, at


def test_on_postgresql_too(tmp_path: Path) -> None:
    expected = [one.note for batches in WORK for one in batches]
    count = points(tmp_path)
    for at in (0, count // 2, count - 1):
        for kept in (False, True):
            assert run(new_url("postgresql", tmp_path), Fault(at=at, kept=kept)) == expected


@pytest.mark.parametrize("kept", [False, True], ids=["write lost", "only the answer lost"])
def test_a_crash_while_publishing_never_shows_a_checkpoint_before_its_tiles(
    tmp_path: Path, kept: bool
) -> None:
    with Store.create(new_url("sqlite", tmp_path), origin=ORIGIN) as store:
        log = open_log(store)
        log.append([keys_batch(), *(shards([number]) for number in range(599))])
        whole = MemorySink()
        open_log(store, whole).publish()
        assert list(whole.files)[-1] == "checkpoint"
        for at in range(whole.fault.count):
            sink = MemorySink(fault=Fault(at=at, kept=kept))
            log = open_log(store, sink)
            with pytest.raises(StorageError):
                log.publish()
            if "checkpoint" in sink.files:
                assert sink.files == whole.files
            log.reopen()
            log.publish()
            assert sink.files == whole.files
