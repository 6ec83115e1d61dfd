"""Trees of sums: all that can be shown of each size to 300, 100,000 changes, 10,000 forgeries."""

from collections import Counter

from hypothesis import HealthCheck, given, settings

from tests.soak.figure import Figure
from tests.tree.sum_exhaustion import check_size
from tests.tree.sum_forgeries import Forgery, check_forgery, forgeries
from tests.tree.sum_mutations import outcome

LARGEST = 300
CHANGES = 100_000
FORGERIES = 10_000


def run(scale: float) -> list[Figure]:
    """Return a figure about each of the three; a contradiction ends the programme."""
    return [_sizes(scale), _changes(round(CHANGES * scale)), _forgeries(round(FORGERIES * scale))]


def _sizes(scale: float) -> Figure:
    largest = max(1, round(LARGEST * scale))
    shown = sum(check_size(size) for size in range(1, largest + 1))
    return Figure(
        what=f"trees of sums with 1 to {largest} leaves: every opening, first k, and gap",
        goal="each verifies; prefix sums and draws as added up by hand",
        found=f"{shown:,} shown, 0 that differ",
        ok=True,
    )


def _changes(wanted: int) -> Figure:
    found: Counter[str] = Counter()
    number = 0
    while found["refused"] + found["accepted"] < wanted:
        found[outcome(number)] += 1
        number += 1
    return Figure(
        what=f"{wanted:,} changes of openings, prefix and absence proofs: "
        "field, bit, order, length, sibling, byte of the file",
        goal="0 accepted",
        found=f"{found['refused']:,} refused, {found['accepted']} accepted",
        ok=found["accepted"] == 0,
    )


def _forgeries(wanted: int) -> Figure:
    found: Counter[str] = Counter()

    @settings(
        max_examples=wanted,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(forgeries())
    def forge(forgery: Forgery) -> None:
        opened = check_forgery(forgery)
        found["trees"] += 1
        found["opened"] += opened
        found["closed"] += len(forgery.keys) - opened

    forge()
    return Figure(
        what=f"{found['trees']:,} trees built against the rules: keys twice, out of order, "
        "ranges and sums made up",
        goal="openings that verify never share a key, disagree on order, or count twice",
        found=f"{found['opened']:,} leaves opened without a contradiction, "
        f"{found['closed']:,} could not be opened",
        ok=True,
    )
