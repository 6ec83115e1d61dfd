"""A log of ten million records, opened again: how long until it works, a proof, and the memory.

    python -m tests.benchmarks.reopening HOME [--records 10000000]

Makes the log in HOME if it is not there: 10,000 entries of 1,000 records, through the log's own
`append`, with all batch trees. Sealing ten million records would take as long again and is measured
elsewhere: 999 records of each batch are the same, and one is new, so that no two entries are equal.
What is measured runs in a process of its own, which has seen nothing of how the log was made.
"""

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from tests.benchmarks.figure import Figure

BATCH = 1_000
GROUP = 20
PROOFS = 300


def reopened_figures(home: Path, *, records: int) -> list[Figure]:
    """Make the log if need be, open it in a fresh process, and return what that said."""
    if not (home / "ledger.d").exists():
        make(home, records // BATCH)
    command = [sys.executable, "-m", "tests.benchmarks.reopening", str(home), "--measure"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    what = f"a log of {told['records']:,} records"
    return [
        Figure(
            f"{what} opened again for writing",
            "< 100 ms",
            f"{told['open'] * 1e3:.0f} ms",
            told["open"] < 0.1,
            f"{told['entries']:,} entries; its file has {told['bytes'] / 1e9:.1f} GB",
        ),
        Figure(
            f"{what}: a proof of one record",
            "< 2 ms",
            f"{told['proof'] * 1e3:.2f} ms",
            told["proof"] < 2e-3,
            f"median of {PROOFS} at random places; the first, cold, {told['first'] * 1e3:.1f} ms",
        ),
        Figure(
            f"{what}: memory of the process",
            "< 200 MB",
            f"{told['memory'] / 1e6:.0f} MB",
            told["memory"] < 200e6,
            f"peak resident, after all proofs and an append; {told['bare'] / 1e6:.0f} MB before it "
            "was opened",
        ),
        Figure(
            f"{what}: the next append of a record",
            "-",
            f"{told['append'] * 1e3:.1f} ms",
            None,
            "committed; the first after opening",
        ),
    ]


def make(home: Path, entries: int) -> None:
    """Make a log of `entries` batches."""
    from ledger.client.client import Ledger
    from ledger.client.sealer import Sealer
    from ledger.client.sealing import timestamp
    from ledger.record.batch import sign_batch
    from tests.benchmarks.committing import _accepted, shards

    home.mkdir(parents=True, exist_ok=True)
    with (
        Ledger.create(home, origin="bench.example/ten-million") as ledger,
        Sealer(timestamp(), expected=BATCH + entries) as sealer,
    ):
        sealed = list(map(_accepted, sealer.seal(shards(BATCH - 1 + entries))))
        same, others = sealed[: BATCH - 1], sealed[BATCH - 1 :]
        for at in range(0, entries, GROUP):
            signed = [
                sign_batch(ledger.origin, [*same, one], ledger.producer)
                for one in others[at : at + GROUP]
            ]
            ledger.log.append(signed)
            if at % 1_000 == 0:
                print(f"{at * BATCH:,} records", file=sys.stderr, flush=True)
        ledger.publish()


def measure(home: Path) -> dict[str, Any]:
    """Open the log of a folder, prove records, append one; return what it took."""
    from ledger.client.client import Ledger
    from ledger.client.evidence import build_evidence
    from ledger.record.leaf import RecordId
    from tests.benchmarks.committing import shards

    bare = _memory()
    began = perf_counter()
    ledger = Ledger.open(home)
    log = ledger.log
    opened = perf_counter() - began
    with ledger:
        checkpoint = ledger.checkpoint()
        head = ledger.store.head()
        random = Random(7)
        seconds = []
        for _ in range(PROOFS):
            wanted = RecordId(random.randrange(1, head.size), random.randrange(BATCH))
            began = perf_counter()
            build_evidence(ledger.store, checkpoint, {wanted: None}).to_bytes()
            seconds.append(perf_counter() - began)
        batch = _one_more(ledger, next(shards(1)))
        began = perf_counter()
        log.append([batch])
        append = perf_counter() - began
    return {
        "records": head.records,
        "entries": head.size,
        "bytes": (home / "ledger.db").stat().st_size,
        "open": opened,
        "first": seconds[0],
        "proof": median(seconds),
        "append": append,
        "memory": _memory(),
        "bare": bare,
    }


def _one_more(ledger: Any, fields: Any) -> Any:
    import secrets

    from ledger.client.sealing import timestamp
    from ledger.record.batch import SealedRecord, sign_batch
    from ledger.record.record import Record

    record = Record.parse("shard", {**fields, "claimed_at": timestamp()})
    sealed = SealedRecord.of(record, secrets.token_bytes(32))
    return sign_batch(ledger.origin, [sealed], ledger.producer)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    """Make, measure in a fresh process, and print; or be that process."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reopening")
    parser.add_argument("home", type=Path)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--measure", action="store_true", help="measure here, and print JSON")
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(args.home)))
        return
    for one in reopened_figures(args.home, records=args.records):
        print(one)


if __name__ == "__main__":
    main()
