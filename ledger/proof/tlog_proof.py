"""One entry's offline proof, in the form any tlog tool reads (c2sp.org/tlog-proof).

c2sp.org/tlog-proof@v1
extra <base64>              optional, not authenticated
index <decimal>
<base64 hash>               inclusion proof from the leaf up; none for a tree of one
<empty line>
<signed checkpoint, verbatim>
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.errors import MalformedError
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.signing.note import Note
from ledger.tree.hashing import Hash
from ledger.tree.proofs import check_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


def decode_hashes(lines: Sequence[str]) -> tuple[Hash, ...]:
    """Return the hashes of a proof, each given as base64."""
    if len(lines) > MAX_HASHES:
        raise MalformedError(f"a proof has at most {MAX_HASHES} hashes, not {len(lines)}")
    return tuple(Hash(decode_base64(line, "a hash of the proof")) for line in lines)


def join_proof(
    index: int, proof: Sequence[Hash], checkpoint: bytes, extra: bytes | None = None
) -> bytes:
    """Return a proof's bytes; `checkpoint` are those of a signed checkpoint, taken as they are."""
    lines = [HEADER]
    if extra is not None:
        lines.append(f"extra {encode_base64(extra)}")
    lines += [f"index {index}", *map(encode_base64, proof), ""]
    return "".join(f"{line}\n" for line in lines).encode() + checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class TlogProof:
    """An entry's index, its inclusion proof, and the signed checkpoint it leads to."""

    index: int
    proof: tuple[Hash, ...]
    checkpoint: Note
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """Return the proof in its one byte form."""
        return join_proof(self.index, self.proof, self.checkpoint.to_bytes(), self.extra)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the proof whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is no tlog-proof.
        """
        head, border, checkpoint = data.partition(b"\n\n")
        try:
            header, *lines = head.decode().split("\n")
        except UnicodeDecodeError as error:
            raise MalformedError("a tlog-proof is UTF-8 text") from error
        if header != HEADER or not border or not lines:
            raise MalformedError(f"a tlog-proof starts with {HEADER!r}, and a checkpoint ends it")
        extra = None
        if lines[0].startswith("extra "):
            extra = decode_base64(lines.pop(0).removeprefix("extra "), "the extra data")
        index = _INDEX.fullmatch(lines[0]) if lines else None
        if not index:
            raise MalformedError("a tlog-proof says 'index <decimal>' before its hashes")
        return cls(
            index=int(index[1]),
            proof=decode_hashes(lines[1:]),
            checkpoint=Note.from_bytes(checkpoint),
            extra=extra,
        )

    def check(self, leaf: Hash, trust: Trust) -> VerifiedCheckpoint:
        """Check that `leaf` is the entry at `index` of a log that `trust` believes.

        Raises:
            MalformedError, CannotTellError, VerificationError: As Trust.check and check_inclusion.
        """
        verified = trust.check(self.checkpoint)
        checkpoint = verified.checkpoint
        check_inclusion(
            leaf=leaf,
            index=self.index,
            size=checkpoint.size,
            root=checkpoint.root,
            proof=self.proof,
        )
        return verified
