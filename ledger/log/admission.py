"""What a batch must be before it may become an entry, as far as that needs no look at the log.

Whether its signer was registered is for `Log` to say: it depends on where in the log it ends up.
"""

from dataclasses import dataclass

from ledger.errors import MalformedError, OtherLogError, VerificationError
from ledger.record.batch import Batch, SealedRecord, SignedBatch, parse_batch
from ledger.record.vocabulary import OPEN_KINDS
from ledger.signing.note import Note
from ledger.tree.growth import RightEdge, grow
from ledger.tree.tiles import MAX_ENTRY_SIZE, TileId


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A batch that matches its records, with its tree. Having one is having checked it."""

    batch: Batch
    note: Note
    data: bytes
    """The note's bytes: the log entry."""
    records: tuple[SealedRecord, ...]
    tiles: tuple[tuple[TileId, bytes], ...]

    @property
    def is_open(self) -> bool:
        """Whether the records are published whole."""
        return self.batch.kind in OPEN_KINDS


def admit(signed: SignedBatch, *, origin: str) -> Admitted:
    """Check a batch against its own note, and return it with the tiles of its tree.

    The leaf hashes are taken from the `SealedRecord`s, which derive them from values and secret:
    whoever receives records over a network builds them with `SealedRecord.of` and from nothing
    else.

    Raises:
        MalformedError: The note is no signed batch, or has not exactly one signature.
        OtherLogError: It is meant for another log.
        VerificationError: It does not match the records.
    """
    batch, note = parse_batch(signed.note)
    if len(note.signatures) != 1:
        raise MalformedError(f"a batch has one signature, not {len(note.signatures)}")
    if len(signed.note) > MAX_ENTRY_SIZE:
        raise MalformedError(f"an entry has at most {MAX_ENTRY_SIZE} bytes")
    if batch.origin != origin:
        raise OtherLogError(f"the batch is meant for the log {batch.origin}, and this is {origin}")
    if batch.count != len(signed.records):
        raise VerificationError(f"the batch says {batch.count} records, not {len(signed.records)}")
    kinds = {sealed.record.kind for sealed in signed.records}
    if kinds != {batch.kind}:
        raise VerificationError(f"the batch says kind {batch.kind}, not {', '.join(sorted(kinds))}")
    growth = grow(RightEdge.empty(), [sealed.leaf for sealed in signed.records])
    if growth.edge.root() != batch.root:
        raise VerificationError("the root in the batch is not that of the records")
    return Admitted(
        batch=batch,
        note=note,
        data=signed.note,
        records=signed.records,
        tiles=(*growth.full, *growth.edge.partial_tiles()),
    )
