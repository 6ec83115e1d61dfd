"""What one measurement says, and the table of all of them."""

from typing import NamedTuple


class Figure(NamedTuple):
    """A row of the table."""

    what: str
    goal: str
    measured: str
    met: bool | None
    """None where there is nothing to compare with."""
    detail: str
    """The numbers that the measured one was made of."""


def table(figures: list[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [("What", "Goal", "Measured", "Met", "From"), ("---",) * 5]
    words = {True: "yes", False: "no", None: "-"}
    rows += [(one.what, one.goal, one.measured, words[one.met], one.detail) for one in figures]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
