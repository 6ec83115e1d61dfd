"""By when an entry was logged, as witnesses prove it: the first cosigned checkpoint over it."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.client.evidence import build_evidence, openings_of
from ledger.client.home import Home
from ledger.client.own_log import read_trust
from ledger.client.sealing import timestamp
from ledger.errors import CannotTellError, LedgerError
from ledger.log.folder import CHECKPOINT
from ledger.log.kept import FOLDER
from ledger.proof.evidence import Evidence
from ledger.record.leaf import RecordId
from ledger.signing.note import Note

if TYPE_CHECKING:
    from ledger.client.client import Ledger

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def find_first(public: Path, trust: Trust, index: int) -> tuple[bytes, VerifiedCheckpoint] | None:
    """Return the oldest checkpoint that covers an entry and that a quorum dates.

    Args:
        public: The folder of what is published.
        trust: Whose checkpoints are believed.
        index: The entry.
    """
    for path in _candidates(public):
        try:
            data = path.read_bytes()
            note = Note.from_bytes(data)
            if Checkpoint.from_text(note.text).size > index:
                checked = trust.check(note)
                if checked.seen_at is not None:
                    return data, checked
        except (LedgerError, OSError):
            # A checkpoint from before a change of witnesses may not meet the quorum of today.
            continue
    return None


def seen_at(home: Home, index: int) -> int | None:
    """Return when a quorum of witnesses first had seen entry `index`, in POSIX seconds.

    None if none dates it, or the trust file cannot be read.
    """
    try:
        trust = read_trust(home)
    except LedgerError:
        return None
    found = find_first(home.public, trust, index) if trust is not None else None
    return found[1].seen_at if found is not None else None


def seen_at_text(home: Home, index: int) -> str:
    """Return the same as UTC, `2026-11-24T10:31:07Z`; empty if none dates it."""
    seconds = seen_at(home, index)
    return "" if seconds is None else timestamp(datetime.fromtimestamp(seconds, UTC))


def first_checkpoint(ledger: "Ledger", index: int) -> bytes:
    """Return the checkpoint that proves the earliest date of an entry.

    Raises:
        CannotTellError: No quorum dates any that covers it.
    """
    trust = read_trust(ledger.home)
    found = find_first(ledger.home.public, trust, index) if trust else None
    if found is None:
        raise CannotTellError(
            f"no checkpoint that covers entry {index} is dated by a quorum of witnesses",
            hint="ledger witness use FILE, then ledger publish",
        )
    return found[0]


def prove_earliest(
    ledger: "Ledger", record_id: RecordId, *, fields: Sequence[str] = (), closed: bool = False
) -> Evidence:
    """Return evidence of a record as it stood under the checkpoint that proves its earliest date.

    What was said about it later is not in it.

    Raises:
        NotFoundError: There is no such record, or it has no such field.
        CannotTellError: No quorum dates it.
    """
    openings = openings_of(ledger.store, {record_id: None if closed else tuple(fields)})
    return build_evidence(ledger.store, first_checkpoint(ledger, record_id.index), openings)


def _candidates(public: Path) -> Iterator[Path]:
    """Yield the kept checkpoints by their days, and last the one that is served."""
    folder = public / FOLDER
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if _DAY.fullmatch(path.name))
    yield public / CHECKPOINT
