"""How fast records are committed durably, whether that stays so, and what a proof costs then.

    python -m tests.benchmarks.store_append --records 1000000 [--url URL]

Batches of 1,000 records of about 600 bytes, every one with all its field commitments, appended one
batch a transaction. Beside it, in the same run and turn by turn, the same rows go into a bare table
through `executemany`, with the same durability: that is what the database alone can do.
"""

import argparse
import json
import secrets
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ledger.content.digest import Digest
from ledger.log.log import Log
from ledger.record.batch import SealedRecord, sign_batch
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.store import rows
from ledger.store.store import Store
from tests.makers import CLAIMED_AT, ORIGIN, PRODUCER, keys_batch, shard
from tests.store.ledgers import open_log

BATCH = 1_000
RAW_EVERY = 10


@dataclass
class Times:
    """Wall seconds of each batch, step by step."""

    make: list[float] = field(default_factory=list)
    commit: list[float] = field(default_factory=list)
    append: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    """Processor seconds of commitments and append: what a busy machine distorts less."""


def template() -> Record:
    """Return a shard record whose shared fields are about 350 bytes."""
    source = {
        "category": "public_dataset",
        "name": "Example Corpus of Public Domain Books",
        "link": "https://data.example.org/corpus/books",
        "provider": "Example Foundation",
    }
    fields = shard(0, source=source, languages=["en"], rights={"licence": "CC0-1.0"})  # type: ignore[arg-type]
    return Record.parse("shard", fields)


def own(batch: int, number: int) -> dict[str, object]:
    """Return the fields of one shard."""
    size = 50_000_000 + number * 1_117
    return {
        "content": {
            "digest": f"blake3:{secrets.token_hex(32)}",
            "size": size,
            "name": f"corpus/books/part-{batch:05}-{number:05}.jsonl",
            "media_type": "application/jsonl",
        },
        "measures": {"bytes": size, "documents": 1_000 + number},
        "claimed_at": CLAIMED_AT,
    }


class Raw:
    """A bare SQLite table with one primary key, as durable as ours."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        columns = ", ".join(rows.SEALED)
        self._db.execute(f"CREATE TABLE raw ({columns}, PRIMARY KEY (log_index, position))")
        self._insert = f"INSERT INTO raw VALUES ({', '.join('?' * len(rows.SEALED))})"

    def write(self, cells: list[tuple[object, ...]]) -> None:
        """Write one batch in one transaction."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(self._insert, cells)
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def timed(into: list[float], work: Callable[[], object]) -> object:
    """Do `work` and note how long it took."""
    start = time.perf_counter()
    done = work()
    into.append(time.perf_counter() - start)
    return done


def run(log: Log, raw: Raw, batches: int) -> Times:
    """Append `batches` batches, and every tenth one raw as well."""
    times, base = Times(), template()
    for batch in range(batches):
        start = time.perf_counter()
        records = [base.sharing(own(batch, number)) for number in range(BATCH)]  # type: ignore[arg-type]
        made, used = time.perf_counter(), time.process_time()
        sealed = [SealedRecord.of(record, secrets.token_bytes(32)) for record in records]
        signed = sign_batch(ORIGIN, sealed, PRODUCER)
        committed = time.perf_counter()
        log.append([signed])
        times.append.append(time.perf_counter() - committed)
        times.processor.append(time.process_time() - used)
        times.commit.append(committed - made)
        times.make.append(made - start)
        if batch % RAW_EVERY == 0:
            cells = [
                rows.sealed_cells(batch, position, one.record, one.secret, 1, 0)
                for position, one in enumerate(sealed)
            ]
            timed(times.raw, lambda cells=cells: raw.write(cells))  # type: ignore[misc]
    return times


def per_batch(values: list[float]) -> float:
    """Return the mean in milliseconds."""
    return statistics.fmean(values) * 1e3


def report(times: Times) -> dict[str, object]:
    """Return what the times say."""
    tenth = max(1, len(times.append) // 10)
    both = [one + two for one, two in zip(times.commit, times.append, strict=True)]
    ratios = {
        name: statistics.fmean(values[-tenth:]) / statistics.fmean(values[:tenth])
        for name, values in (("append", times.append), ("both", both))
    }
    return {
        "records": len(both) * BATCH,
        "records per second, commitments and append": round(BATCH * 1e3 / per_batch(both)),
        "records per processor second": round(BATCH * 1e3 / per_batch(times.processor)),
        "ms a batch to make the records": round(per_batch(times.make), 2),
        "ms a batch to commit to fields and sign": round(per_batch(times.commit), 2),
        "ms a batch to append": round(per_batch(times.append), 2),
        "ms a batch raw": round(per_batch(times.raw), 2),
        "append against raw": round(per_batch(times.append) / per_batch(times.raw), 2),
        "last tenth against first, append": round(ratios["append"], 3),
        "last tenth against first, both": round(ratios["both"], 3),
        "slowest append, ms": round(max(times.append) * 1e3, 1),
    }


def lookups(store: Store) -> dict[str, object]:
    """Return what reading costs now: medians in milliseconds."""
    random, head = Random(1), store.head()
    ids = [RecordId(random.randrange(1, head.size), random.randrange(BATCH)) for _ in range(500)]
    digests = [digest for one in ids[:100] if (digest := store.record(one).digest)]
    found: dict[str, list[float]] = {"proof": [], "record": [], "find": [], "find 20,000": []}
    for one in ids:
        timed(found["proof"], lambda one=one: store.prove(one))  # type: ignore[misc]
        timed(found["record"], lambda one=one: store.record(one))  # type: ignore[misc]
    for digest in digests:
        timed(found["find"], lambda digest=digest: store.find_by_digest(digest))  # type: ignore[misc]
    many = [Digest(secrets.token_bytes(32)) for _ in range(20_000)]
    timed(found["find 20,000"], lambda: store.find_by_digests(many))
    medians = {f"ms a {name}": statistics.median(times) * 1e3 for name, times in found.items()}
    seconds: list[float] = []
    timed(seconds, store.datasets)
    timed(seconds, lambda: store.training.select(["example"]))
    return {
        **{name: round(value, 3) for name, value in medians.items()},
        "s to count datasets": round(seconds[0], 2),
        "s to select a training set": round(seconds[1], 2),
    }


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--url", help="default: SQLite in a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/ledger.db"
        raw = Raw(Path(folder) / "raw.db")
        with Store.create(url, origin=ORIGIN) as store:
            log = open_log(store)
            log.append([keys_batch()])
            found = report(run(log, raw, options.records // BATCH))
            found |= lookups(store)
        raw.close()
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
