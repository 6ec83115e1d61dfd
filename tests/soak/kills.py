"""T18: `kill -9` in random phases of two writers that append and publish at once."""

import multiprocessing
import signal
import tempfile
from multiprocessing.connection import wait
from pathlib import Path
from random import Random

from tests.databases import KINDS, remove
from tests.soak.figure import Figure
from tests.soak.judge import Judge
from tests.soak.place import Place
from tests.soak.writer import write

KILLS = 1_000
EVERY = 10
"""After so many kills both writers are dead, and the log is looked at."""
LONGEST = {"sqlite": 0.15, "postgresql": 0.4}
"""Seconds that pass at most between two kills: opening takes a fifth of it, an append a tenth."""

# Children are forked from a small process that has read the code and opened nothing.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.soak.writer", "psycopg"])


def run(scale: float) -> list[Figure]:
    """Return one figure for each kind of database."""
    figures = []
    kills = max(20, round(KILLS * scale))
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as name:
            place = Place.found(kind, Path(name))
            judge = kill(place, kills, seed=18, longest=LONGEST[kind])
            remove(place.url)
        figures.append(
            Figure(
                what=f"`kill -9` in random phases of 2 writers, {kind}",
                goal="1,000 kills: 0 acknowledged records lost, 0 gaps, 0 forks, fsck clean",
                found=f"{kills:,} kills; {judge.promised:,} "
                f"acknowledgements and {len(judge.signed):,} checkpoints among "
                f"{judge.edge.size:,} entries: 0 lost, 0 gaps, 0 forks, fsck clean",
                ok=True,
            )
        )
    return figures


def kill(place: Place, kills: int, *, seed: int, longest: float) -> Judge:
    """Kill writers so many times; every promise is checked on the way.

    Args:
        place: A log.
        kills: How many.
        seed: Of what is random about it, as far as that is ours.
        longest: Seconds that pass at most between two kills.

    Raises:
        AssertionError: One was broken.
    """
    random = Random(seed)
    judge = Judge(place, slots=2)
    running = [_start(place, slot) for slot in (0, 1)]
    try:
        for number in range(1, kills + 1):
            died = wait([one.sentinel for one in running], timeout=random.uniform(0, longest))
            assert not died, "a writer ended by itself"
            slot = random.randrange(2)
            _kill(running[slot])
            if number % EVERY == 0 or number == kills:
                _kill(running[1 - slot])
                judge.look()
                running[1 - slot] = _start(place, 1 - slot)
            running[slot] = _start(place, slot)
    finally:
        for one in running:
            _kill(one)
    judge.finish()
    return judge


def _start(place: Place, slot: int) -> multiprocessing.process.BaseProcess:
    process = _PROCESSES.Process(target=write, args=(place, slot))
    process.start()
    return process


def _kill(process: multiprocessing.process.BaseProcess) -> None:
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"a writer ended with {process.exitcode}"
