"""Proofs of whole entries for other people's tools: tlog-proofs and COSE receipts.

Everything speaks about the tree of one published checkpoint. None of it needs a key: the log signs
each root for receipts when it publishes.
"""

from typing import TYPE_CHECKING

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.dating import first_checkpoint
from ledger.errors import NotFoundError
from ledger.log.folder import FolderSink
from ledger.log.receipts import find_signed_root
from ledger.proof.cose_receipt import ConsistencyReceipt, InclusionReceipt, SignedRoot
from ledger.proof.tlog_proof import TlogProof
from ledger.signing.note import Note
from ledger.store.reader import Reader

if TYPE_CHECKING:
    from ledger.client.client import Ledger


def entry_file(ledger: "Ledger", index: int, form: str, *, earliest: bool = False) -> bytes:
    """Return a file about an entry of one's own log, published first if it is not yet.

    Args:
        ledger: The log.
        index: The entry.
        form: `.tlog-proof`, `.cose`, or `.note`: the entry itself.
        earliest: A tlog-proof under the oldest checkpoint that covers it, not under the newest.

    Raises:
        NotFoundError: There is no such entry.
        CannotTellError: No quorum of witnesses dates it.
    """
    entry = ledger.store.entry(index)  # whether there is one comes first
    if form == ".note":
        return entry.note
    if earliest and form == ".tlog-proof":
        note = Note.from_bytes(first_checkpoint(ledger, index))
        return tlog_proof(ledger.store, note, index).to_bytes()
    note = Note.from_bytes(ledger.checkpoint(index))
    if form == ".tlog-proof":
        return tlog_proof(ledger.store, note, index).to_bytes()
    sink = FolderSink(ledger.home.public)
    signed = find_signed_root(sink.read, note)
    if signed is None:
        # Published before receipts were: publishing again makes what they need.
        note = Note.from_bytes(ledger.publish().covering(index))
        signed = find_signed_root(sink.read, note)
    return inclusion_receipt(ledger.store, note, signed, index).to_bytes()


def tlog_proof(reader: Reader, note: Note, index: int) -> TlogProof:
    """Return the proof of an entry under a published checkpoint.

    Raises:
        NotFoundError: The checkpoint's tree has no such entry.
    """
    size = _size_for(note, index)
    return TlogProof(index=index, proof=tuple(reader.prove_entry(index, size)), checkpoint=note)


def inclusion_receipt(
    reader: Reader, note: Note, signed: SignedRoot | None, index: int
) -> InclusionReceipt:
    """Return the COSE receipt of an entry under a published checkpoint.

    Args:
        reader: The log's public rows.
        note: The checkpoint.
        signed: The log key's signature on its root (`ledger.log.receipts`).
        index: The entry.

    Raises:
        NotFoundError: There is no such entry, or no such signature.
    """
    size = _size_for(note, index)
    found = _signed(signed, f"the entry's tlog-proof: /api/v1/entries/{index}.tlog-proof")
    proof = tuple(reader.prove_entry(index, size))
    return InclusionReceipt(signed=found, size=size, index=index, proof=proof)


def consistency_receipt(
    reader: Reader, note: Note, signed: SignedRoot | None, old: int
) -> ConsistencyReceipt:
    """Return the COSE receipt that a published checkpoint extends the tree of `old` entries.

    Raises:
        NotFoundError: The log has never had that size, or there is no such signature.
    """
    new = Checkpoint.from_text(note.text).size
    if not 0 < old <= new:
        raise NotFoundError(f"the published log has {new} entries, and never had {old}")
    found = _signed(signed, "the log's tiles prove the same")
    proof = tuple(reader.prove_consistency(old, new))
    return ConsistencyReceipt(signed=found, old=old, new=new, proof=proof)


def _size_for(note: Note, index: int) -> int:
    size = Checkpoint.from_text(note.text).size
    if not 0 <= index < size:
        raise NotFoundError(f"the published log has {size} entries, and no entry {index}")
    return size


def _signed(signed: SignedRoot | None, instead: str) -> SignedRoot:
    if signed is None:
        raise NotFoundError("the log signed no COSE receipts for its published tree", hint=instead)
    return signed
