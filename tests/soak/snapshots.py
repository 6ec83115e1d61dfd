"""T20: a log grows and publishes; then each of its older snapshots is put back in its place.

A snapshot is the database and all that is published: whoever restores a machine brings back both.
What is not brought back is the checkpoint store, and it alone has to notice.
"""

import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger.client.client import Ledger
from ledger.client.sealing import batches
from ledger.errors import StorageError
from ledger.record.record import Record
from ledger.store.copies import copy_in, copy_out
from ledger.store.engine import sqlite_path
from tests.databases import KINDS, drop, empty, new_url
from tests.makers import shard
from tests.soak.figure import Figure

SNAPSHOTS = 50


@dataclass(frozen=True)
class Start:
    """What came of starting a log from a snapshot."""

    size: int
    newest: int
    message: str

    @property
    def is_refused(self) -> bool:
        """Whether it was refused, with exactly the entries named that are missing."""
        last = self.newest - 1
        named = f"entries {self.size} to {last} are" if self.size < last else f"entry {last} is"
        return re.match(named, self.message) is not None


def run(scale: float) -> list[Figure]:
    """Take the snapshots, restore each, and count the starts that are refused."""
    figures = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            starts = list(try_snapshots(kind, Path(folder), max(2, round(SNAPSHOTS * scale))))
        refused = sum(start.is_refused for start in starts)
        wrong = next((start.message for start in starts if not start.is_refused), "")
        found = f"{refused} of {len(starts)} starts refused, with the missing range named"
        figures.append(
            Figure(
                f"{len(starts)} old snapshots restored, {kind}",
                "every start refused",
                f"{found}; not: {wrong!r}" if wrong else found,
                refused == len(starts),
            )
        )
    return figures


def try_snapshots(kind: str, folder: Path, count: int) -> Iterator[Start]:
    """Yield what came of each of `count` older snapshots, put back in place; the newest starts."""
    url = new_url(kind, folder)
    home = folder / "home"
    try:
        sizes = _grow(home, url, folder, count)
        *older, newest = enumerate(sizes)
        for number, size in older:
            _put_back(folder, number, url, home)
            yield Start(size, newest[1], _start(home))
        _put_back(folder, newest[0], url, home)
        if message := _start(home):
            raise AssertionError(f"the newest snapshot does not start: {message}")
    finally:
        drop(url)


def _grow(home: Path, url: str, folder: Path, count: int) -> list[int]:
    """Grow a log by 1 to 20 entries at a time, snapshot after each; return its sizes."""
    chosen = random.Random(20)
    sizes = []
    with Ledger.create(home, url=url, origin="lab.example/snapshots") as ledger:
        for number in range(count + 1):
            records = [
                Record.parse("shard", shard(100 * number + place))
                for place in range(chosen.randint(1, 20))
            ]
            made = batches(records, origin=ledger.origin, signer=ledger.producer, size=1)
            ledger.log.append(list(made))
            ledger.publish()
            copy_out(ledger.store.engine, folder / f"{number}.db")
            shutil.copytree(ledger.home.public, folder / f"{number}-public")
            sizes.append(ledger.store.head().size)
    return sizes


def _put_back(folder: Path, number: int, url: str, home: Path) -> None:
    path = sqlite_path(url)
    if path is None:
        empty(url)
    for end in ("", "-wal", "-shm") if path is not None else ():
        Path(f"{path}{end}").unlink(missing_ok=True)
    copy_in(folder / f"{number}.db", url)
    public = home / "ledger.d" / "public"
    shutil.rmtree(public)
    shutil.copytree(folder / f"{number}-public", public)


def _start(home: Path) -> str:
    """Open the log to write to; return why it was refused, or nothing."""
    with Ledger.open(home) as ledger:
        try:
            ledger.log.publish()
        except StorageError as error:
            return str(error)
    return ""
