"""What the log needs from the outside: a clock, and a place for what it publishes."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Only for display: no verdict and no proof rests on it."""

    def milliseconds(self) -> int:
        """Return the milliseconds since 1970."""


class SystemClock:
    """The clock of this machine."""

    def milliseconds(self) -> int:
        """Return the milliseconds since 1970."""
        return time.time_ns() // 1_000_000


class TileSink(Protocol):
    """A place where files appear whole or not at all, and never change, but for the checkpoint."""

    def read(self, path: str) -> bytes | None:
        """Return the file at `path` (such as `tile/0/000`), or None if there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Keep `data` at `path`, durably before returning.

        Raises:
            VerificationError: There is something else at `path` already. Nothing was changed.
            StorageError: It could not be written.
        """

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Replace the checkpoint `old` (None: there is none yet) by `new`, durably.

        Raises:
            ConflictError: The checkpoint is not `old` any more. Nothing was changed.
            StorageError: It could not be written.
        """
