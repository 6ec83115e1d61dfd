"""What a cheat is, and the list that all of them are on."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.cli.prepared import Ran
from tests.journeys.cheating.auditor import Auditor
from tests.journeys.cheating.lab import Lab

Story = Callable[[Lab, Auditor], Ran]
"""What the lab does, up to the auditor's last command, whose outcome it returns.

The lab has its records and its frozen training set, and has published no summary yet.
"""


@dataclass(frozen=True)
class Cheat:
    """A way to cheat, and how it comes out."""

    name: str
    level: str
    """At which it is caught: `L0`, `L1`, `L2` or `content`."""
    code: int
    says: str
    """A part of what the auditor reads that no other cheat leads to."""
    story: Story


CHEATS: dict[str, Cheat] = {}


def cheat(level: str, says: str, *, code: int = 1) -> Callable[[Story], Story]:
    """Put a story on the list, under its own name."""

    def listed(story: Story) -> Story:
        name = story.__name__
        assert name not in CHEATS
        CHEATS[name] = Cheat(name, level, code, says, story)
        return story

    return listed
