"""Records committed, without files: what the ledger itself can take, and whether it slows down."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from os import times
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from ledger.client.client import Ledger
from ledger.client.sealer import Refused, Sealer
from ledger.client.sealing import BATCH_SIZE, timestamp
from ledger.record.batch import SealedRecord, sign_batch
from ledger.record.canonical import JSON
from ledger.record.schema import Fields
from tests.benchmarks.figure import Figure

_DESCRIPTION: Fields = {
    "dataset": {"name": "bench", "version": "2026-09"},
    "modality": ["text"],
    "languages": ["en"],
    "source": {
        "category": "public_dataset",
        "name": "Example corpus",
        "link": "https://data.example/corpus",
    },
    "rights": {"licence": "CC-BY-4.0"},
    "stages": ["pretraining"],
}
_STATED = (*_DESCRIPTION, "content", "measures")
_DESCRIPTION["basis"] = dict.fromkeys(_STATED, "declared")


class Pace(NamedTuple):
    """How long each batch took, one after the other, and all processes' time together."""

    seconds: list[float]
    cpu: float

    def per_record(self, part: slice) -> float:
        """Return the seconds a record took in a part of the batches."""
        batches = self.seconds[part]
        return sum(batches) / (len(batches) * BATCH_SIZE)


def shards(count: int) -> Iterator[Fields]:
    """Yield the fields of shards as capture does: the description is the same objects.

    About 600 bytes of canonical values each, in ten fields.
    """
    for number in range(count):
        content: JSON = {
            "digest": f"blake3:{sha256(b'%d' % number).hexdigest()}",
            "size": 1_000 + number,
            "name": f"train/part-{number:07}.jsonl",
            "media_type": "application/jsonl",
        }
        measures: JSON = {"bytes": 1_000 + number, "documents": number % 500}
        yield {"content": content, "measures": measures, **_DESCRIPTION}


def commit(ledger: Ledger, count: int) -> Pace:
    """Commit `count` records by the thousand, and return the pace."""
    seconds = []
    before = times()
    with Sealer(timestamp(), expected=count) as sealer:
        records = map(_accepted, sealer.seal(shards(count)))
        began = perf_counter()
        while some := list(islice(records, BATCH_SIZE)):
            ledger.log.append([sign_batch(ledger.origin, some, ledger.producer)])
            seconds.append(perf_counter() - began)
            began = perf_counter()
    after = times()
    return Pace(seconds, sum(after[:4]) - sum(before[:4]))


def fresh_ledger(home: Path) -> Ledger:
    """Return a new ledger in SQLite."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    return Ledger.create(home, origin="bench.example/log")


def commit_figures(ledger: Ledger, *, count: int) -> list[Figure]:
    """Commit records to an empty ledger; it is left full, for the proofs."""
    pace = commit(ledger, count)
    rate = 1 / pace.per_record(slice(None))
    tenth = len(pace.seconds) // 10
    first, last = pace.per_record(slice(tenth)), pace.per_record(slice(-tenth, None))
    return [
        Figure(
            "records committed durably, full field commitments, batches of 1,000",
            "20,000/s",
            f"{rate:,.0f}/s",
            rate >= 20_000,
            f"{count:,} records in {sum(pace.seconds):.1f} s (CPU {pace.cpu:.1f} s)",
        ),
        Figure(
            f"last tenth of {count:,} records against the first",
            "≤ 1.1",
            f"{last / first:.2f}",
            last / first <= 1.1,
            f"{first * 1e6:.0f} and {last * 1e6:.0f} µs a record",
        ),
    ]


def _accepted(sealed: SealedRecord | Refused) -> SealedRecord:
    assert not isinstance(sealed, Refused), sealed
    return sealed
