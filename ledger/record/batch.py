"""A batch: records of one kind under one producer signature, and what the log holds as an entry.

    tdl/batch/v1
    <origin of the log it is meant for>
    <kind>
    <number of records, decimal>
    <base64 RFC 6962 root over the record leaves>

    — <producer> <base64 of key id and Ed25519 signature>

Leaf i of the batch's tree is the 32-byte root of record i (ledger.record.commitment), hashed as any
RFC 6962 leaf. The first line keeps a batch from being read as a checkpoint or a cosignature, and
the origin keeps it from being replayed into another log.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from ledger.errors import MalformedError
from ledger.record.commitment import commit
from ledger.record.origin import check_origin as check_origin
from ledger.record.record import Record
from ledger.record.vocabulary import KINDS
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.signing.keys import Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import Hash, leaf_hash, root_of
from ledger.tree.tiles import MAX_ENTRY_SIZE

HEADER = "tdl/batch/v1"
MAX_RECORDS = 10_000
_COUNT = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the producer signs: for which log, of which kind, how many records, under which root."""

    origin: str
    kind: str
    count: int
    root: Hash

    def __post_init__(self) -> None:
        check_origin(self.origin)
        if self.kind not in KINDS:
            raise MalformedError(f"there is no kind {self.kind[:40]!r} of record")
        if not 1 <= self.count <= MAX_RECORDS:
            raise MalformedError(f"a batch has 1 to {MAX_RECORDS} records, not {self.count}")

    def to_text(self) -> str:
        """Return the five lines."""
        lines = (HEADER, self.origin, self.kind, str(self.count), encode_base64(self.root))
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the batch whose `to_text` is exactly `text`."""
        lines = text.split("\n")
        if len(lines) != 6 or lines[0] != HEADER or lines[5]:
            raise MalformedError(f"a batch has five lines, the first {HEADER!r}")
        _, origin, kind, count, root, _ = lines
        if not _COUNT.fullmatch(count):
            raise MalformedError(f"{count[:20]!r} is not a number of records")
        return cls(
            origin=origin,
            kind=kind,
            count=int(count),
            root=Hash(decode_base64(root, "the root of a batch")),
        )


def parse_batch(entry: bytes) -> tuple[Batch, Note]:
    """Return the batch and the signed note that a log entry holds; no signature is checked.

    Raises:
        MalformedError: The entry is no signed batch, in its one byte form.
    """
    return _parse_batch(bytes(entry))


# Who takes a batch in parses it, and whoever admits it to the log does again, to rely on nobody.
@lru_cache(maxsize=8)
def _parse_batch(entry: bytes) -> tuple[Batch, Note]:
    note = Note.from_bytes(entry)
    if len(note.signatures) != 1:
        raise MalformedError(f"a batch has one signature, not {len(note.signatures)}")
    return Batch.from_text(note.text), note


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A record with the secret that opens it, and its leaf hash in the batch's tree."""

    record: Record
    secret: bytes
    leaf: Hash

    @classmethod
    def of(cls, record: Record, secret: bytes) -> Self:
        """Commit to `record` under `secret`: 32 random bytes used for nothing else."""
        return cls(record, secret, leaf_hash(commit(record.encoded, secret)))


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """A signed batch with its records: what a producer hands to a log.

    `note` is the entry's bytes. `records` are in the order of the batch's tree.
    """

    batch: Batch
    note: bytes
    records: tuple[SealedRecord, ...]


def sign_batch(origin: str, records: Sequence[SealedRecord], signer: Signer) -> SignedBatch:
    """Return the batch of `records`, all of one kind, signed for the log `origin`."""
    kinds = {sealed.record.kind for sealed in records}
    if len(kinds) != 1:
        raise MalformedError(f"a batch has records of one kind, not {sorted(kinds)}")
    root = root_of([sealed.leaf for sealed in records])
    batch = Batch(origin=origin, kind=kinds.pop(), count=len(records), root=root)
    note = sign_note(batch.to_text(), [signer]).to_bytes()
    if len(note) > MAX_ENTRY_SIZE:
        raise MalformedError(f"the entry has {len(note)} bytes, more than {MAX_ENTRY_SIZE}")
    return SignedBatch(batch, note, tuple(records))
