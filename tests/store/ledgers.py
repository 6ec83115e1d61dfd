"""Logs on real databases, filled in a few lines."""

from collections.abc import Sequence
from pathlib import Path

from ledger.checkpoint.trust import Trust
from ledger.log.folder import FolderSink
from ledger.log.log import Log
from ledger.log.ports import Checkpoints, TileSink, Witnesses
from ledger.record.batch import SignedBatch
from ledger.store.store import Store
from tests.fakes import FrozenClock, MemoryCheckpoints, MemorySink
from tests.makers import LOG, PRODUCER, batch, keys_batch, shard


def open_log(
    store: Store,
    sink: TileSink | None = None,
    clock: FrozenClock | None = None,
    *,
    checkpoints: Checkpoints | None = None,
    witnesses: Witnesses | None = None,
    trust: Trust | None = None,
) -> Log:
    """Return a log over `store` that publishes into memory if nothing else is said."""
    return Log(
        *(store, [LOG], sink or MemorySink()),
        checkpoints=checkpoints or MemoryCheckpoints(),
        witnesses=witnesses,
        trust=trust,
        clock=clock or FrozenClock(),
    )


def folder_log(store: Store, folder: Path) -> Log:
    """Return a log that publishes into a folder."""
    return open_log(store, FolderSink(folder))


def shards(numbers: Sequence[int], **changes: object) -> SignedBatch:
    """Return a batch of these shards; a shard's secret follows from its number."""
    fields = [shard(number, **changes) for number in numbers]  # type: ignore[arg-type]
    return batch(PRODUCER, "shard", fields, first_secret=1_000 + min(numbers))


def filled(store: Store, counts: Sequence[int] = (3, 1, 300)) -> Log:
    """Return a log with the keys at entry 0, and a batch of each of these many shards after it."""
    log = open_log(store)
    log.append([keys_batch()])
    first = 0
    for size in counts:
        log.append([shards(range(first, first + size))])
        first += size
    return log
