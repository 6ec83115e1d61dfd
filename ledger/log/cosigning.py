"""Cosignatures on their way to a checkpoint: which of them hold, and whether they are enough."""

from collections.abc import Iterable, Sequence

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import split_timed, verifier_of
from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.errors import CannotTellError, LedgerError, VerificationError
from ledger.signing.note import Note, NoteSignature

CLOCK_SECONDS = 60
"""How far the log's clock may be from a witness's before somebody is told."""


def cosigned(note: Note, trust: Trust, *sources: Iterable[NoteSignature]) -> tuple[Note, list[str]]:
    """Return a log's note with one line for each witness, and what is wrong with other lines.

    Of several lines by one witness the first that holds is taken: `sources` are in the order of
    preference. A line that does not hold is left out: with it, nobody could verify the note.
    """
    kept: list[NoteSignature] = []
    wrong: list[str] = []
    lines = [line for source in sources for line in source]
    for witness in trust.witnesses:
        for line in lines:
            if not line.is_by(witness.key):
                continue
            try:
                verifier_of(witness.key).verify(note.text, line.signature)
            except LedgerError as error:
                wrong.append(f"{witness.name}: its cosignature does not hold: {error}")
                continue
            kept.append(line)
            break
    return note.with_signatures(kept), wrong


def find_quorum(note: Note, trust: Trust) -> VerifiedCheckpoint | str:
    """Return the note's checkpoint if the trust file would believe it, else why it would not."""
    try:
        return trust.check(note)
    except (VerificationError, CannotTellError) as error:
        return str(error)


def clock_warnings(lines: Sequence[NoteSignature], trust: Trust, seconds: int) -> list[str]:
    """Return a sentence for each witness whose time is far from `seconds`, the log's own."""
    warnings = []
    for witness in trust.witnesses:
        for line in lines:
            if line.is_by(witness.key):
                time, _ = split_timed(line.signature)
                if abs(time - seconds) > CLOCK_SECONDS:
                    side = "behind" if seconds < time else "ahead of"
                    warnings.append(
                        f"the clock here is {abs(time - seconds)} s {side} that of the witness "
                        f"{witness.name}"
                    )
    return warnings


def is_same_tree(note: Note, checkpoint: Checkpoint) -> bool:
    """Say whether a note's text is exactly that of a checkpoint: its lines then hold for it."""
    return note.text == checkpoint.to_text()
