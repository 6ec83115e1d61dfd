"""Where proofs of misbehaviour are kept: one file for each pair of checkpoints, written once."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from ledger.errors import StorageError
from ledger.log.folder import replace_file
from ledger.monitor.words import time_text
from ledger.proof.misbehaviour import FORK, Divergence, Misbehaviour


class Claims:
    """Writes claims into a folder, durably.

    Args:
        folder: Made when the first one is written.
        now: The time, in POSIX seconds.
    """

    def __init__(self, folder: Path, now: Callable[[], int]) -> None:
        self._folder = folder
        self._now = now

    def write_fork(self, first: bytes, second: bytes, split: Divergence) -> str:
        """Keep a proof that two checkpoints contradict, and return its path; `first` is smaller."""
        return self._write(FORK, first, second, split)

    def write(self, claim: str, first: bytes, second: bytes | None = None) -> str:
        """Keep the checkpoints of a rollback or a freeze, and return the file's path."""
        return self._write(claim, first, second, None)

    def _write(
        self, claim: str, first: bytes, second: bytes | None, split: Divergence | None
    ) -> str:
        misbehaviour = Misbehaviour(
            claim=claim,
            first=first,
            second=second,
            divergence=split,
            noted_at=time_text(self._now()),
        )
        name = sha256(b"\0".join((first, second or b""))).hexdigest()[:16]
        path = self._folder / f"{claim}-{name}.json"
        try:
            # What was noted first stays: it says when.
            if not path.exists():
                replace_file(path, misbehaviour.to_bytes())
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
        return str(path)
