"""Records and appends a second over HTTP, beside what the bare database does with the same bytes.

Bodies are signed beforehand, so that the client costs little. A phase sends some batches; after it
the rows that they became are written once more, into a bare table beside, as durably and in as
large transactions: through `executemany` on SQLite, COPY on PostgreSQL. Phases alternate, and the
median of their ratios counts.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from ledger.client.client import Ledger
from ledger.client.sealer import Sealer
from ledger.client.sealing import timestamp
from ledger.record.batch import sign_batch
from ledger.record.submission import encode_submission
from ledger.store.engine import sqlite_path
from ledger.store.reader import Reader
from tests.benchmarks.committing import _accepted, shards
from tests.benchmarks.figure import Figure
from tests.benchmarks.http_server import loading, serving, write_bodies

BATCH = 1_000
CLIENTS = 64
SOME_CLIENTS = 8
"""For batches of a thousand: enough that no worker waits for a client."""

Rows = list[tuple[object, ...]]


class Phase(NamedTuple):
    """One turn: what it took over HTTP, and what the same rows took in a bare table."""

    http: float
    raw: float


def bodies(ledger: Ledger, batches: int, size: int) -> Iterator[bytes]:
    """Yield signed bodies of `size` records each."""
    with Sealer(timestamp(), expected=batches * size) as sealer:
        records = map(_accepted, sealer.seal(shards(batches * size)))
        while some := list(islice(records, size)):
            yield encode_submission(sign_batch(ledger.origin, some, ledger.producer))


def batch_figure(home: Path, url: str | None, *, batches: int, workers: int) -> Figure:
    """Measure records a second in batches of 1,000."""
    home.mkdir(parents=True)
    with Ledger.create(home, url=url, origin="bench.example/http") as ledger:
        count = write_bodies(home / "bodies", bodies(ledger, batches, BATCH))
        place = ledger.home.url
    step = max(1, count // 6)
    with serving(home, workers=workers) as port, loading(port, home / "bodies") as load:
        load.send(0, step, SOME_CLIENTS)  # until everything is imported and planned
        raw = _raw(place, home)
        phases = []
        for lo in range(step, count - step + 1, step):
            sent = load.send(lo, lo + step, SOME_CLIENTS)
            phases.append(Phase(sent.seconds, raw(_rows(place, step))))
    rate = median(step * BATCH / one.http for one in phases)
    bare = median(step * BATCH / one.raw for one in phases)
    ratio = median(one.http / one.raw for one in phases)
    kind, how = _words(place)
    return Figure(
        f"records a second over HTTP in batches of 1,000, {kind}",
        "10,000/s",
        f"{rate:,.0f}/s",
        rate >= 10_000,
        f"{len(phases)} phases of {step * BATCH:,}, {_counted(workers)}; {how} of the same bytes "
        f"{bare:,.0f}/s, {ratio:.1f} times as fast",
    )


def single_figure(home: Path, url: str | None, *, appends: int, workers: int) -> Figure:
    """Measure appends a second of one record each, from 64 clients at once."""
    home.mkdir(parents=True)
    with Ledger.create(home, url=url, origin="bench.example/http") as ledger:
        count = write_bodies(home / "bodies", bodies(ledger, appends, 1))
        kind, _ = _words(ledger.home.url)
    warm = count // 6
    with serving(home, workers=workers) as port, loading(port, home / "bodies") as load:
        load.send(0, warm, CLIENTS)
        step = (count - warm) // 5
        seconds = [
            load.send(lo, lo + step, CLIENTS).seconds for lo in range(warm, count - step + 1, step)
        ]
    rate = median(step / one for one in seconds)
    return Figure(
        f"single appends a second over HTTP, 64 clients, each answered with its proof, {kind}",
        "2,000/s",
        f"{rate:,.0f}/s",
        rate >= 2_000,
        f"{len(seconds)} phases of {step:,}, {_counted(workers)}; Tessera: 11,000 to 13,000/s, "
        "answered with the index alone",
    )


def _rows(url: str, entries: int) -> Sequence[Rows]:
    """Return the sealed records of the newest entries, an entry's together."""
    with Reader.open(url) as reader:
        size = reader.head().size
        with reader.engine.reading() as db:
            return [
                [tuple(row) for row in db.rows(_SEALED, [index])]
                for index in range(size - entries, size)
            ]


_SEALED = "SELECT * FROM sealed_record WHERE log_index = ? ORDER BY position"


def _raw(url: str, folder: Path) -> Callable[[Sequence[Rows]], float]:
    """Return what writes rows into a bare table, a transaction an entry, and says how long."""
    path = sqlite_path(url)
    if path is not None:
        return _raw_sqlite(folder / "raw.db")
    return _raw_postgres(url)


def _raw_sqlite(path: Path) -> Callable[[Sequence[Rows]], float]:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")

    def write(entries: Sequence[Rows]) -> float:
        width = len(entries[0][0])
        columns = ", ".join(f"c{number}" for number in range(width))
        db.execute(f"CREATE TABLE IF NOT EXISTS raw ({columns}, PRIMARY KEY (c0, c1))")
        began = perf_counter()
        for rows in entries:
            db.execute("BEGIN IMMEDIATE")
            db.executemany(f"INSERT INTO raw VALUES ({', '.join('?' * width)})", rows)
            db.execute("COMMIT")
        return perf_counter() - began

    return write


def _raw_postgres(url: str) -> Callable[[Sequence[Rows]], float]:
    import psycopg

    db = psycopg.connect(url, autocommit=True)
    db.execute("CREATE TABLE raw (LIKE sealed_record)")
    db.execute("ALTER TABLE raw ADD PRIMARY KEY (log_index, position)")

    def write(entries: Sequence[Rows]) -> float:
        began = perf_counter()
        for rows in entries:
            with (
                db.transaction(),
                db.cursor() as cursor,
                cursor.copy("COPY raw FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        return perf_counter() - began

    return write


def _words(url: str) -> tuple[str, str]:
    return ("PostgreSQL", "COPY") if sqlite_path(url) is None else ("SQLite", "`executemany`")


def _counted(workers: int) -> str:
    return "one worker" if workers == 1 else f"{workers} workers"
