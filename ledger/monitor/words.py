"""How a monitor says times, ages and forks."""

from datetime import UTC, datetime

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.monitor.events import Event, Level

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def time_text(seconds: int) -> str:
    """Return a POSIX time as records write times."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def age_text(seconds: int) -> str:
    """Return a number of seconds in its largest unit of which it has two, rounded down."""
    size, unit = next((one for one in _UNITS if seconds >= 2 * one[0]), _UNITS[-1])
    number = max(0, seconds // size)
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def fork_event(first: Checkpoint, second: Checkpoint, file: str, where: str) -> Event:
    """Return the event that says that one log signed two trees; `where` showed the other one."""
    sizes = (
        f"two trees of size {first.size}"
        if first.size == second.size
        else f"a tree of size {second.size} that does not begin with its own of size {first.size}"
    )
    return Event(
        Level.ALARM,
        "fork",
        f"{first.origin} signed {sizes}; shown by {where}",
        hint=f"ledger verify {file}",
        is_lasting=True,
        file=file,
    )
