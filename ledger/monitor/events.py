"""What a monitor tells: one event for each thing that somebody should know."""

from dataclasses import dataclass
from enum import IntEnum

from ledger.record.canonical import JSON


class Level(IntEnum):
    """How bad it is; a greater one decides the verdict."""

    NOTE = 0
    """Good to know."""
    WARNING = 1
    """Amber: it may be harmless, and somebody should look."""
    UNCLEAR = 2
    """Something that had to be checked could not be."""
    ALARM = 3
    """Red: the log, or whoever answers in its name, did what it must not."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing found.

    `what` is a word for programs, `text` a sentence for people. `is_lasting` says that it is true
    for ever: a fork or a badly signed entry does not go away.
    """

    level: Level
    what: str
    text: str
    hint: str | None = None
    is_lasting: bool = False
    file: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Return the event as its JSON value."""
        value: dict[str, JSON] = {
            "level": self.level.name.lower(),
            "what": self.what,
            "text": self.text,
        }
        if self.hint:
            value["hint"] = self.hint
        if self.file:
            value["file"] = self.file
        return value
