"""Every operation of the log failing once, twice and for ever, before its effect and after it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

from tests.databases import KINDS, remove
from tests.fakes import Fault
from tests.faults.story import FOREVER, Template, new_folder, points, tell
from tests.soak.figure import Figure

FIRST = 254
"""Entries before the story, which so fills a tile and begins the next."""


def run(scale: float) -> list[Figure]:
    """Return one figure for each kind of database."""
    return [_run(kind, scale) for kind in KINDS]


def _run(kind: str, scale: float) -> Figure:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = Template.make(kind, new_folder(folder), FIRST)
        count = points(template, folder)
        told = sum(_tell(template, folder, fault) for fault in _faults(count, scale))
    return Figure(
        what=f"each of {count} operations failing once, twice, for ever, before and after its "
        f"effect, {kind}",
        goal="0 forks, 0 losses",
        found=f"{told:,} runs: 0 forks, 0 losses",
        ok=True,
    )


def _faults(count: int, scale: float) -> Iterator[Fault]:
    step = max(1, round(1 / scale))
    for at in range(0, count, step):
        for times in (1, 2, FOREVER):
            for kept in (False, True):
                yield Fault(at, kept, times)


def _tell(template: Template, folder: Path, fault: Fault) -> int:
    """Tell the story once; a fork or a loss is an AssertionError that ends the programme."""
    place = new_folder(folder)
    where = (fault.at, fault.kept, fault.times)
    try:
        remove(tell(template, place, fault))
    except AssertionError as error:
        raise AssertionError(f"the fault {where}: {error}") from error
    rmtree(place)
    return 1
