"""What one look at a log found, and the verdict that follows from it."""

from dataclasses import dataclass, field

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import StorageError
from ledger.monitor.events import Event, Level
from ledger.monitor.words import time_text
from ledger.record.canonical import JSON

MAX_EVENTS = 1_000
"""Events of one look that are told; of more, how many there are, and any that is worse."""
_VERDICTS = {
    Level.NOTE: ("consistent", 0),
    Level.WARNING: ("consistent, with warnings", 4),
    Level.UNCLEAR: ("cannot tell", 3),
    Level.ALARM: ("alarm", 1),
}
_UNREACHABLE = ("unreachable", 5)


@dataclass(slots=True)
class Look:
    """What one look at a log found.

    `tree` is the newest tree that is consistent with all that was kept; None if there is none yet.
    `seen_at` is when the quorum of witnesses saw what is served now, in POSIX seconds.
    `failure` is what ended it early: the network, or a disk. What was found before stays found.
    """

    origin: str
    at: int
    events: list[Event] = field(default_factory=list)
    tree: Checkpoint | None = None
    seen_at: int | None = None
    checked: int = 0
    earlier_alarms: tuple[str, ...] = ()
    failure: StorageError | None = None
    untold: int = 0

    def add(self, event: Event) -> None:
        """Take in an event, unless there are too many that are no better."""
        if len(self.events) < MAX_EVENTS or event.level > self.level:
            self.events.append(event)
        else:
            self.untold += 1

    @property
    def level(self) -> Level:
        """The worst that is known of the log, earlier lasting alarms included."""
        known = [Level.ALARM] if self.earlier_alarms else []
        return max([*known, *(event.level for event in self.events)], default=Level.NOTE)

    @property
    def verdict(self) -> str:
        """The verdict in a word or three."""
        return self._verdict[0]

    @property
    def exit_code(self) -> int:
        """What a command that looked once exits with."""
        return self._verdict[1]

    @property
    def _verdict(self) -> tuple[str, int]:
        is_open = self.failure is not None and self.level < Level.ALARM
        return _UNREACHABLE if is_open else _VERDICTS[self.level]

    def to_json(self) -> dict[str, JSON]:
        """Return the verdict as its JSON value, without the events."""
        value: dict[str, JSON] = {
            "verdict": self.verdict,
            "exit_code": self.exit_code,
            "origin": self.origin,
            "looked_at": time_text(self.at),
            "checked_entries": self.checked,
            "earlier_alarms": list(self.earlier_alarms),
        }
        if self.failure is not None:
            value["failure"] = str(self.failure)
        if self.untold:
            value["untold_events"] = self.untold
        if self.tree is not None:
            value["size"] = self.tree.size
            value["root"] = self.tree.root.hex()
        if self.seen_at is not None:
            value["witnessed_at"] = time_text(self.seen_at)
            value["age_seconds"] = max(0, self.at - self.seen_at)
        return value
