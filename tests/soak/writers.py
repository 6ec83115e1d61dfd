"""T19: 1, 2, 4 and 16 processes that append to one log at once, on both databases."""

import multiprocessing
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from ledger.errors import StorageError
from tests.databases import KINDS, remove
from tests.soak.figure import Figure
from tests.soak.judge import Judge
from tests.soak.place import Journal, Place
from tests.soak.writer import append, batches, write

SECONDS = 60
WRITERS = (1, 2, 4, 16)

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.soak.writers", "psycopg"])


@dataclass(frozen=True)
class Together:
    """What several writers came to."""

    entries: int
    promised: int
    waits: int
    """How often a writer gave up waiting for the others, opened the log again and went on."""


def run(scale: float) -> list[Figure]:
    """Return one figure for each kind of database and number of writers."""
    return [_run(kind, count, SECONDS * scale) for kind in KINDS for count in WRITERS]


def _run(kind: str, count: int, seconds: float) -> Figure:
    with tempfile.TemporaryDirectory() as name:
        place = Place.found(kind, Path(name))
        found = together(place, count, seconds=seconds)
        remove(place.url)
    return Figure(
        what=f"{count} writer{'s' if count > 1 else ''} for {seconds:.0f} s, {kind}",
        goal="0 lost, 0 duplicates, 0 deadlocks",
        found=f"{found.promised:,} single appends ({found.promised / seconds:,.0f}/s), all there "
        f"once; {found.waits} waited longer than 5 s for their turn",
        ok=True,
    )


def together(
    place: Place, count: int, *, seconds: float | None = None, most: int | None = None
) -> Together:
    """Let so many processes append, for some seconds or some batches each; check everything.

    Raises:
        AssertionError: Something was lost or doubled, or a writer did not end.
    """
    until = None if seconds is None else monotonic() + seconds
    running = [
        _PROCESSES.Process(target=work, args=(place, slot, until, most)) for slot in range(count)
    ]
    for one in running:
        one.start()
    for one in running:
        one.join(timeout=120 + (seconds or 0))
        assert one.exitcode == 0, f"a writer ended with {one.exitcode}; None: it hangs"
    judge = Judge(place, slots=count)
    judge.finish()
    assert judge.promised == judge.edge.size - 1, "an entry that nobody was promised"
    waits = sum(len(place.journal(slot).read_text().split("waited")) - 1 for slot in range(count))
    return Together(entries=judge.edge.size, promised=judge.promised, waits=waits)


def work(place: Place, slot: int, until: float | None, most: int | None) -> None:
    """Append; on an error, as a careful client: open the log again, and try the same again."""
    if until is None:
        write(place, slot, most=most, busy_seconds=60)
        return
    journal = Journal(place.journal(slot))
    while monotonic() < until:
        try:
            with place.opened() as log:
                for number in batches(place, slot):
                    append(log, journal, number)
                    if monotonic() > until:
                        break
        except StorageError as error:
            if "locked" not in str(error):
                raise
            journal.note("waited")
    journal.close()
