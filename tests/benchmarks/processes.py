"""Whole processes, timed from outside, in turns.

The machine that measures is never quiet. So a time is compared with a reference that ran right
before or after it, and the median of those ratios counts, not the ratio of two separate medians.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
BYTECODE = ROOT / ".cache" / "bench"

Command = Sequence[str | Path]


class Run(NamedTuple):
    """What one process took."""

    wall: float
    """Seconds on the clock."""
    cpu: float
    """Seconds of all cores together, user and system."""
    memory: int
    """The most bytes that were resident at any time."""


class Contestant(NamedTuple):
    """Something to run repeatedly: `prepare` is called before each run and is not timed."""

    command: Command
    prepare: Callable[[], object] = lambda: None


def ledger_command() -> list[str]:
    """Return how a user starts `ledger` in this environment."""
    installed = Path(sys.executable).with_name("ledger")
    if installed.exists():
        return [str(installed)]
    return [sys.executable, "-c", "from ledger.cli.main import entry; entry()"]


def run(command: Command) -> Run:
    """Run a command to its end and return what it took.

    Raises:
        RuntimeError: It failed; with what it said.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    # An installed package has its bytecode beside it. Where this is set, as in many containers,
    # each start would compile forty modules again, and we would measure the compiler.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = perf_counter()
    process = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    # wait4 and not RUSAGE_CHILDREN, which gives the largest child of all. What it gives still
    # begins with our own size, as we were when we forked; so this process has to stay small.
    _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{command[:4]} failed: {said.decode(errors='replace')[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def in_turns(contestants: Mapping[str, Contestant], rounds: int) -> dict[str, list[Run]]:
    """Run each contestant once a round, the order turned round every time."""
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            contestants[name].prepare()
            runs[name].append(run(contestants[name].command))
    return runs


def ratio(some: Sequence[Run], reference: Sequence[Run]) -> float:
    """Return the median over the rounds of wall time against the reference's."""
    return median(one.wall / other.wall for one, other in zip(some, reference, strict=True))


def shown(name: str, runs: Sequence[Run]) -> str:
    """Return the medians of a contestant as text."""
    wall, cpu = (median(one[place] for one in runs) for place in (0, 1))
    return f"{name} {wall:.2f} s (CPU {cpu:.2f} s)"
