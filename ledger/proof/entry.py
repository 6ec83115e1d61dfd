"""Verifying the proof of one entry: a tlog-proof or a COSE receipt, and the entry's bytes.

    tlog-proof                                        COSE receipt
    1 Checkpoint   a log that we trust signed it,     1 Root        the proof leads to a root
                   and the quorum saw it
    2 Entry        the entry is at its index in it    2 Signature   a log that we trust signed it

Both prove that these bytes are an entry of the log, and no more: whether the key that signed the
entry was registered, evidence shows (`ledger.proof.verify`). The tlog-proof proves more than the
receipt, whose signature covers neither index nor size, and which carries no cosignatures.
"""

from dataclasses import dataclass

from ledger.checkpoint.trust import Trust
from ledger.errors import MalformedError
from ledger.proof.cose_receipt import START, InclusionReceipt
from ledger.proof.tlog_proof import HEADER, TlogProof
from ledger.proof.verify import Step, Walk, checkpoint_step, unwitnessed
from ledger.record.batch import Batch, parse_batch
from ledger.signing.note import Note
from ledger.tree.hashing import Hash, leaf_hash
from ledger.tree.proofs import check_inclusion
from ledger.tree.tiles import MAX_ENTRY_SIZE

RECEIPT_WARNING = (
    "not witnessed: a COSE receipt carries no cosignatures, and its signature covers neither the "
    "entry's index nor the size of the log; a tlog-proof has all of that"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedEntry:
    """Bytes that are an entry of a log that we trust.

    `origin`, `index` and `size` are as the proof says; a receipt's signature does not cover them.
    `batch` and `producer` are None if the bytes are no batch: an entry of another kind of log.
    """

    origin: str
    index: int
    size: int
    seen_at: int | None
    batch: Batch | None
    producer: str | None
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]


def is_entry_proof(data: bytes) -> bool:
    """Answer whether bytes begin like a tlog-proof or a COSE receipt."""
    return data.startswith((HEADER.encode() + b"\n", START))


def verify_entry(data: bytes, entry: bytes, trust: Trust) -> VerifiedEntry:
    """Return what a proof shows about an entry's bytes to somebody who holds `trust`.

    Raises:
        MalformedError: The proof is none, or the entry is larger than an entry can be.
        StepFailedError: A step showed that the proof is false, or of another entry.
        StepUnclearError: A step could not be done: another log, or too few say so.
    """
    if len(entry) > MAX_ENTRY_SIZE:
        raise MalformedError(f"an entry has at most {MAX_ENTRY_SIZE} bytes, not {len(entry)}")
    if data.startswith(START):
        return _verify_receipt(InclusionReceipt.from_bytes(data), entry, trust)
    return _verify_tlog_proof(TlogProof.from_bytes(data), entry, trust)


def _verify_tlog_proof(proof: TlogProof, entry: bytes, trust: Trust) -> VerifiedEntry:
    walk = Walk()
    verified = checkpoint_step(walk, proof.checkpoint.to_bytes(), trust)
    tree = verified.checkpoint
    with walk.step("Entry") as outcome:
        check_inclusion(
            leaf=leaf_hash(entry),
            index=proof.index,
            size=tree.size,
            root=tree.root,
            proof=proof.proof,
        )
        outcome.computed = f"inclusion of entry {proof.index} in the tree of size {tree.size}"
        outcome.means = "the log holds these bytes, and cannot take them back"
    batch, note = _batch(entry)
    return VerifiedEntry(
        origin=tree.origin,
        index=proof.index,
        size=tree.size,
        seen_at=verified.seen_at,
        batch=batch,
        producer=note.signatures[0].name if note else None,
        steps=tuple(walk.done),
        warnings=unwitnessed(verified),
    )


def _verify_receipt(receipt: InclusionReceipt, entry: bytes, trust: Trust) -> VerifiedEntry:
    walk = Walk()
    with walk.step("Root") as outcome:
        root: Hash = receipt.root(leaf_hash(entry))
        outcome.computed = (
            f"from entry {receipt.index} of {receipt.size}, {len(receipt.proof)} hashes lead to "
            f"the root {root.hex()[:16]}…"
        )
        outcome.means = "these bytes are under that root"
    with walk.step("Signature") as outcome:
        key = receipt.signed.check_by(root, trust)
        outcome.computed = f"{key.name} signed that root"
        outcome.means = "the log states that it holds these bytes"
    batch, note = _batch(entry)
    return VerifiedEntry(
        origin=key.name,
        index=receipt.index,
        size=receipt.size,
        seen_at=None,
        batch=batch,
        producer=note.signatures[0].name if note else None,
        steps=tuple(walk.done),
        warnings=(RECEIPT_WARNING,),
    )


def _batch(entry: bytes) -> tuple[Batch, Note] | tuple[None, None]:
    """Return the batch that an entry is; nothing if it is another log's kind of entry."""
    try:
        return parse_batch(entry)
    except MalformedError:
        return None, None
