"""The hashes of a Merkle tree (RFC 6962 section 2.1, SHA-256).

    empty tree   SHA-256("")
    leaf         SHA-256(0x00 || entry)
    node         SHA-256(0x01 || left || right)

A tree of n > 1 leaves is split at the largest power of two strictly below n. Leaves are never
padded and never repeated.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Self

from ledger.errors import MalformedError

HASH_SIZE = 32


class Hash(bytes):
    """A SHA-256 hash: 32 bytes, or it does not exist.

    Being `bytes`, it compares and concatenates like them. The check is in the constructor because
    public proof vectors hold roots and leaves of zero bytes, and a plain alias let them through.
    """

    __slots__ = ()

    def __new__(cls, value: bytes) -> Self:
        """Return `value` as a hash, or raise MalformedError if it has not 32 bytes."""
        if len(value) != HASH_SIZE:
            raise MalformedError(f"a hash has {HASH_SIZE} bytes, not {len(value)}")
        return super().__new__(cls, value)


EMPTY_ROOT = Hash(sha256(b"").digest())


def leaf_hash(entry: bytes) -> Hash:
    """Return the hash of a leaf whose content is `entry`."""
    return Hash(sha256(b"\x00" + entry).digest())


def node_hash(left: bytes, right: bytes) -> Hash:
    """Return the hash of a node with these two children."""
    return Hash(sha256(b"\x01" + left + right).digest())


def split(size: int) -> int:
    """Return the largest power of two strictly below `size` (at least 2): where a tree divides."""
    return 1 << ((size - 1).bit_length() - 1)


def fold_level(hashes: bytes) -> bytes:
    """Return the parents of an even number of adjacent hashes, all concatenated.

    The one hot loop of the project: it works on joined bytes, so that a tile of 256 hashes costs
    255 calls of SHA-256 and little besides. (A list: `join` would make one of a generator, slower.)
    """
    return b"".join(
        [sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)]
    )


def root_of(leaves: Sequence[bytes]) -> Hash:
    """Return the root of the tree over these leaf hashes, in their order."""
    return root_of_joined(b"".join(leaves))


def root_of_joined(hashes: bytes) -> Hash:
    """Return the root of the tree over adjacent leaf hashes of 32 bytes each, concatenated.

    Level by level, an odd last hash moves up unchanged: that yields the same tree as splitting at
    the largest power of two, in one pass.
    """
    if not hashes:
        return EMPTY_ROOT
    while len(hashes) > HASH_SIZE:
        even = len(hashes) // 64 * 64
        hashes = fold_level(hashes[:even]) + hashes[even:]
    return Hash(hashes)
