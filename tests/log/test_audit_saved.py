"""An administrator who holds every key of the machine, and a checkpoint in somebody else's hands.

Each edit makes another history that is sound in itself: rows, tiles, head, signatures, published
folder, all made anew. The audit of the database alone has nothing to say against it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from ledger.errors import MalformedError
from ledger.log.audit import audit
from ledger.log.audit_saved import Kept
from ledger.record.batch import SignedBatch
from ledger.store.store import Store
from tests.databases import tamper
from tests.makers import (
    LOG,
    ORIGIN,
    PRODUCER,
    ROOT,
    STRANGER,
    batch,
    example_evidence,
    key_event,
    keys_batch,
    shard,
)
from tests.store.ledgers import folder_log, open_log, shards

Batches: TypeAlias = list[SignedBatch]

TRUTH: Batches = [
    keys_batch(),
    shards(range(5)),
    shards([5]),
    shards([6, 7]),
    shards([8]),
    shards([9, 10]),
]


def replaced(at: int, *new: SignedBatch) -> Callable[[Batches], Batches]:
    """Return the edit that puts other entries in the place of one."""
    return lambda batches: [*batches[:at], *new, *batches[at + 1 :]]


def swapped(batches: Batches) -> Batches:
    return [*batches[:2], batches[3], batches[2], *batches[4:]]


def more_keys() -> SignedBatch:
    events = [key_event("add", ROOT, "root"), key_event("add", PRODUCER, "producer")]
    return batch(ROOT, "key", [*events, key_event("add", STRANGER, "producer")], first_secret=10)


def stranger_signs(batches: Batches) -> Batches:
    """Another producer was registered all along, and signed the second batch."""
    signed = batch(STRANGER, "shard", [shard(5)], first_secret=1_005)
    return [more_keys(), batches[1], signed, *batches[3:]]


RELABELLED = shards(range(5), source={"category": "private_licensed", "name": "Example"})
OTHER_SECRETS = batch(PRODUCER, "shard", [shard(5)], first_secret=77)

EDITS: dict[str, Callable[[Batches], Batches]] = {
    "records relabelled": replaced(1, RELABELLED),
    "a record taken out of a batch": replaced(1, shards(range(4))),
    "a record put into a batch": replaced(2, shards([5, 11])),
    "the same values under another secret": replaced(2, OTHER_SECRETS),
    "an entry taken out": replaced(2),
    "an entry put in": replaced(2, shards([11]), shards([5])),
    "two entries swapped": swapped,
    "two entries made one": lambda batches: [*batches[:2], shards([5, 6, 7]), *batches[4:]],
    "one entry made two": replaced(3, shards([6]), shards([7])),
    "the end cut off": lambda batches: batches[:-1],
    "another end": lambda batches: [*batches[:-2], shards([12]), shards([13, 14])],
    "another key from the beginning": stranger_signs,
}


@pytest.fixture
def saved(store: Store, tmp_path: Path) -> Kept:
    """The checkpoint that somebody kept before the edit."""
    log = folder_log(store, tmp_path / "before")
    log.append(TRUTH)
    return Kept.from_bytes(log.publish().checkpoint, "kept.txt")


def rewrite(url: str, batches: Batches) -> None:
    """Make another history in the same database, with SQL and with the keys."""
    tables = ("sealed_record", "description", "open_record", "batch_tile", "entry_leaf", "entry")
    tamper(url, *(f"DELETE FROM {table}" for table in tables), "DELETE FROM log_head")
    with Store.create(url, origin=ORIGIN) as forged:
        open_log(forged).append(batches)


def test_there_are_twelve_edits() -> None:
    assert len(EDITS) == 12


@pytest.mark.parametrize("edit", EDITS)
def test_t27_a_consistent_edit_is_found_against_a_saved_checkpoint(
    store: Store, url: str, saved: Kept, tmp_path: Path, edit: str
) -> None:
    rewrite(url, EDITS[edit](TRUTH))
    forged = tmp_path / "after"
    folder_log(store, forged).publish()
    alone = audit(store, forged, keys=[LOG.key])
    assert alone.findings == (), "the edit is consistent: nothing in the database speaks against it"
    report = audit(store, forged, keys=[LOG.key], saved=[saved])
    assert [(one.table, one.row) for one in report.findings] == [("saved", "kept.txt")]
    assert report.findings[0].remedy.startswith("believe the saved checkpoint")


def test_a_log_that_grew_is_clean_against_every_checkpoint_it_had(
    store: Store, tmp_path: Path
) -> None:
    log = folder_log(store, tmp_path)
    saved = []
    for number, one in enumerate(TRUTH):
        log.append([one])
        saved.append(Kept.from_bytes(log.publish().checkpoint, f"{number}.txt"))
    log.append([shards([number]) for number in range(20, 300)])
    assert audit(store, keys=[LOG.key], saved=saved).findings == ()


def test_the_end_that_was_cut_off_is_named(store: Store, url: str, saved: Kept) -> None:
    rewrite(url, TRUTH[:3])
    (finding,) = audit(store, keys=[LOG.key], saved=[saved]).findings
    assert "entries 3 to 5 were signed, and are missing" in finding.problem


def test_a_checkpoint_of_another_log_or_key_is_said_to_be_one(store: Store, saved: Kept) -> None:
    (finding,) = audit(store, keys=[STRANGER.key], saved=[saved]).findings
    assert "is it of this log?" in finding.problem
    other = Kept(table="saved", place="x", origin="other.example", size=1, root=saved.root)
    (finding,) = audit(store, saved=[other]).findings
    assert finding.problem == f"it is of the log other.example, not {ORIGIN}"


def test_a_checkpoint_is_taken_out_of_evidence() -> None:
    evidence = example_evidence()
    assert Kept.from_bytes(evidence.to_bytes(), "e.json") == Kept.from_bytes(
        evidence.checkpoint, "e.json"
    )


@pytest.mark.parametrize("data", [b"", b"{}\n", b"c2sp.org/tlog-proof@v1\n", b"<!doctype html>\n"])
def test_a_file_without_a_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        Kept.from_bytes(data, "file")
