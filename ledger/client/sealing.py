"""From records to signed batches: secrets, commitments, one signature a thousand records."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby, islice

from ledger.record.batch import SealedRecord, SignedBatch, sign_batch
from ledger.record.commitment import SECRET_SIZE
from ledger.record.record import Record
from ledger.signing.keys import Signer

BATCH_SIZE = 1_000
"""Records a batch: one signature and one entry for a thousand shards."""


def seal(records: Iterable[Record]) -> list[SealedRecord]:
    """Commit to each record under a fresh secret of its own."""
    return [SealedRecord.of(record, secrets.token_bytes(SECRET_SIZE)) for record in records]


def batches(
    records: Iterable[Record], *, origin: str, signer: Signer, size: int = BATCH_SIZE
) -> Iterator[SignedBatch]:
    """Yield signed batches of up to `size` records, in order; each holds one kind."""
    for _, same_kind in groupby(records, key=lambda record: record.kind):
        while some := list(islice(same_kind, size)):
            yield sign_batch(origin, seal(some), signer)


def timestamp(now: datetime | None = None) -> str:
    """Return a UTC time as records write it: `2026-11-24T09:30:00Z`. The default is now."""
    return (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
