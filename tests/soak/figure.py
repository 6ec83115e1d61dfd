"""What one programme found, and the table of all of them."""

from collections.abc import Iterable
from typing import NamedTuple


class Figure(NamedTuple):
    """A row of the table in docs/reliability.md."""

    what: str
    goal: str
    found: str
    ok: bool


def table(figures: Iterable[tuple[str, Figure]]) -> str:
    """Return the figures as a Markdown table; each comes with how to repeat it."""
    rows = [("What", "Goal", "Found", "Met", "Repeat"), ("---",) * 5]
    rows += [
        (one.what, one.goal, one.found, "yes" if one.ok else "**no**", f"`{how}`")
        for how, one in figures
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
