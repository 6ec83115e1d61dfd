"""Threats T38 and T39: each lie of an evil server, told to whom it is for."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.monitor.lied_to import hear
from tests.monitor.lies import LIES
from tests.soak.figure import Figure

GOAL = 40


def run(scale: float) -> list[Figure]:
    """Tell every lie once; there is nothing to scale."""
    errors = set()
    for lie in LIES:
        with TemporaryDirectory() as folder:
            errors.add(hear(lie, Path(folder)).error)
    found = f"{len(LIES)} lies, {len(errors)} distinct errors"
    ok = len(errors) == len(LIES) >= GOAL
    return [Figure("lies of an evil server to our clients", "40 lies, 40 errors", found, ok)]
