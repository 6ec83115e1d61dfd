"""The audit against what somebody kept: a checkpoint that the log signed once.

Whoever may write to the database, and holds every key of this machine, can make another history
that is sound in itself. What they cannot change is a checkpoint in somebody else's hands: the
first `size` entries hash to its root, or they are not the entries that were signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import verifier_of
from ledger.errors import LedgerError, MalformedError
from ledger.log.findings import Findings
from ledger.proof.document_slot import is_document, split_evidence
from ledger.proof.evidence import Evidence
from ledger.proof.tlog_proof import HEADER, TlogProof
from ledger.signing.keys import VerifierKey
from ledger.signing.note import Note, check_note
from ledger.tree.hashing import Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was signed once, and where that stands."""

    table: str
    """`saved` for a file of the user, `checkpoints` for the log's own memory."""
    place: str
    origin: str
    size: int
    root: Hash
    note: Note | None = None
    """What carries the signatures; None where the place itself is believed."""

    @classmethod
    def from_bytes(cls, data: bytes, place: str) -> Self:
        """Return the checkpoint in a file: a signed note, evidence, a tlog-proof, a document.

        Raises:
            MalformedError: It is none of them.
        """
        note = _note_in(data)
        found = Checkpoint.from_text(note.text)
        return cls(
            table="saved",
            place=place,
            origin=found.origin,
            size=found.size,
            root=found.root,
            note=note,
        )


def _note_in(data: bytes) -> Note:
    if data.startswith(HEADER.encode()):
        return TlogProof.from_bytes(data).checkpoint
    if is_document(data):
        evidence = split_evidence(data).evidence
        if evidence is None:
            raise MalformedError("the document carries no evidence, and so no checkpoint")
        data = evidence
    if data.startswith(b"{"):
        return Note.from_bytes(Evidence.from_bytes(data).checkpoint)
    return Note.from_bytes(data)


def audit_saved(
    saved: Sequence[Kept],
    *,
    origin: str,
    size: int,
    roots: Mapping[int, Hash],
    keys: Sequence[VerifierKey],
    findings: Findings,
) -> None:
    """Audit the log against checkpoints that were kept.

    Args:
        saved: The checkpoints.
        origin: The log's name, as its entries have it.
        size: How many entries the log has.
        roots: Its root at each size that a checkpoint is of, derived from the entries' bytes.
        keys: The log's own keys.
        findings: Where findings go.
    """
    for one in saved:
        if one.note is not None and keys:
            try:
                check_note(one.note, [verifier_of(key) for key in keys])
            except LedgerError as error:
                findings.add(one.table, one.place, f"is it of this log? {error}")
        if one.origin != origin:
            findings.add(one.table, one.place, f"it is of the log {one.origin}, not {origin}")
        elif one.size > size:
            findings.add(
                one.table,
                one.place,
                f"it is of size {one.size}, and the log has {size} entries: entries {size} to "
                f"{one.size - 1} were signed, and are missing",
            )
        elif roots[one.size] != one.root:
            findings.add(
                one.table,
                one.place,
                f"the first {one.size} entries do not hash to the root that was signed: some of "
                "them were changed, moved, put in or taken out",
            )
