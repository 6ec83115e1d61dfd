"""What the log needs from outside: a clock, a place to publish, a memory, and witnesses."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ledger.signing.note import Note, NoteSignature
from ledger.store.checkpoints import Signed
from ledger.tree.hashing import Hash


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

    def write_all(self, files: Mapping[str, bytes]) -> None:
        """Keep several files by their paths, as `write` does; some may be there after an error."""

    def turn(self) -> AbstractContextManager[None]:
        """Wait until no other process is at it, as far as can be told; no safety rests on it."""

    def swap_checkpoint(self, old: bytes | None, new: bytes) -> None:
        """Replace the checkpoint `old` (None: there is none yet) by `new`, durably.

        Raises:
            ConflictError: The checkpoint is not `old` any more. Nothing was changed.
            StorageError: It could not be written.
        """


class Checkpoints(Protocol):
    """What a log may have signed last, kept where no restored backup of the database reaches."""

    def last(self, origin: str) -> Signed | None:
        """Return the newest tree that may have been signed; None if there is none yet."""

    def swap(self, origin: str, old: Signed | None, new: Signed) -> None:
        """Replace `old` by `new`, durably before returning.

        Raises:
            ConflictError: It is not `old` any more. Nothing was changed.
            VerificationError: `new` would be a fork of `old`.
            StorageError: It could not be written.
        """

    def close(self) -> None:
        """Close it."""


class Asked(Protocol):
    """What came of asking the witnesses."""

    @property
    def lines(self) -> Sequence[NoteSignature]:
        """The cosignatures that came."""

    @property
    def failures(self) -> Sequence[str]:
        """A sentence for each witness that gave none."""

    @property
    def ahead(self) -> Sequence[tuple[str, int]]:
        """Witnesses that have seen more than the checkpoint, and the size that they saw."""


class Witnesses(Protocol):
    """Those who cosign, wherever they are. A witness that fails is a failure, never an error."""

    def cosign(self, note: Note, prove: Callable[[int], Sequence[Hash]]) -> Asked:
        """Ask all of them to cosign a checkpoint.

        Args:
            note: The checkpoint, signed by the log.
            prove: Returns the consistency proof from an older size to that of the checkpoint.
        """

    def seen(self, origin: str, note: Note | None) -> Mapping[str, int]:
        """Return the size of the log that each witness saw last, of those that answer.

        `note` is a checkpoint that the log published, to ask with; None if there is none.
        """
