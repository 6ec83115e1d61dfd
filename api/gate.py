"""How much of bodies may be in memory at once, from all clients together.

Evidence that is being judged takes some ten times the memory of its bytes. So what has arrived of
all bodies together has a limit, and what would go beyond is refused with 503, before it is parsed.
A client that sends nothing takes up nothing, however long it keeps its connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from api.errors import RefusedError


class Gate:
    """Counts bytes of bodies, from their arrival until their request is answered.

    It is used from the event loop alone, so that nothing needs a lock.

    Args:
        limit: How many bytes at most.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken = 0

    @contextmanager
    def opened(self) -> Iterator["Passage"]:
        """Give a way in for one body; what it took is given back when the block ends."""
        passage = Passage(self)
        try:
            yield passage
        finally:
            self._taken -= passage.taken

    def take(self, size: int) -> None:
        """Count bytes that arrived.

        Raises:
            RefusedError: They are too many; they are not counted.
        """
        if self._taken + size > self._limit:
            raise RefusedError("busy", "this server is checking as much as it has memory for")
        self._taken += size


class Passage:
    """What one body takes of a gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.taken = 0

    def take(self, size: int) -> None:
        """Count bytes of the body.

        Raises:
            RefusedError: There is no room for them.
        """
        self._gate.take(size)
        self.taken += size
