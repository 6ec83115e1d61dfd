"""A checkpoint: a log's statement about its whole tree (c2sp.org/tlog-checkpoint).

    <origin>
    <tree size, decimal, no leading zeros>
    <base64 root hash>
    [extension lines]

Extension lines are read, since other logs may have them, and never written: nobody can audit them,
and ML-DSA-44 cosignatures do not cover them.
"""

import re
from dataclasses import dataclass
from typing import Self

from ledger.errors import MalformedError
from ledger.signing.base64 import decode_base64, encode_base64
from ledger.tree.hashing import EMPTY_ROOT, Hash

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Origin, size and root of a tree. A statement, not yet known to be anybody's."""

    origin: str
    size: int
    root: Hash
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin or any(char.isspace() for char in self.origin):
            raise MalformedError(f"{self.origin[:80]!r} is not an origin")
        if not 0 <= self.size < 2**63:
            raise MalformedError(f"{self.size} is not a tree size")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedError("size 0 has the root of the empty tree")
        if not all(self.extensions):
            raise MalformedError("an extension line is not empty")

    def to_text(self) -> str:
        """Return the note text."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the checkpoint whose `to_text` is exactly `text`.

        Raises:
            MalformedError: It is no checkpoint. A note of ours that is something else (its first
                line starts with `tdl/`) is never one, whatever its lines happen to look like.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise MalformedError("a checkpoint has an origin, a size and a root, a line each")
        origin, size, root, *extensions = lines[:-1]
        if origin.startswith("tdl/"):
            raise MalformedError(f"this is a {origin[:40]} note, not a checkpoint")
        if not _SIZE.fullmatch(size):
            raise MalformedError(f"{size[:40]!r} is not a tree size")
        return cls(
            origin=origin,
            size=int(size),
            root=Hash(decode_base64(root, "the root of a checkpoint")),
            extensions=tuple(extensions),
        )
