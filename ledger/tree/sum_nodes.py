"""The nodes of an ordered Merkle-sum tree: what a leaf and an inner node are, and how two join.

The bytes are those of docs/formats/audit.md:

    leaf  SHA-256(0x00 || T_LEAF || salt || lp(tree name) || u64(index) || lp(key) || ref
                  || u8(M) || u128(value) ...)
    node  SHA-256(0x01 || T_NODE || enc(left) || enc(right))
    enc   u64(n) || lp(lo) || lp(hi) || u8(M) || u128(sum) ... || h

`lp(b)` is uint16 length and the bytes.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import MalformedError
from ledger.tree.hashing import HASH_SIZE, Hash

T_LEAF = b"tdl/audit/leaf/v1\0"
T_NODE = b"tdl/audit/node/v1\0"
T_SALT = b"tdl/audit/salt/v1\0"
MAX_MEASURES = 16
MAX_VALUE = 2**64 - 1
MAX_LEAVES = 2**40 - 1

_NAME = re.compile("[a-z0-9][a-z0-9.-]{0,63}")


def prefixed(data: bytes) -> bytes:
    """Return `lp(data)`: uint16 length, then the bytes."""
    if len(data) > 0xFFFF:
        raise MalformedError(f"{len(data)} bytes do not fit a uint16 length")
    return len(data).to_bytes(2) + data


def check_tree_name(name: str) -> None:
    """Check that a tree, and so a section of a statement, may have this name."""
    if not _NAME.fullmatch(name):
        raise MalformedError(
            f"{name[:80]!r} is no name of a tree: 1 to 64 of a-z, 0-9, '.' and '-', and first a"
            " letter or a digit"
        )


@dataclass(frozen=True, slots=True)
class SumNode:
    """A node: leaf count, key range, one sum per measure, hash. Equal only if all five are."""

    count: int
    lo: bytes
    hi: bytes
    sums: tuple[int, ...]
    hash: Hash

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MAX_LEAVES:
            raise MalformedError(f"a node cannot hold {self.count} leaves")
        if len(self.lo) != len(self.hi):
            raise MalformedError("a node's two keys have one length")
        if self.lo > self.hi:
            raise MalformedError(f"a node's keys {self.lo.hex()} to {self.hi.hex()} descend")
        if self.count == 1 and self.lo != self.hi:
            raise MalformedError("a single leaf has one key")
        if len(self.sums) > MAX_MEASURES:
            raise MalformedError(f"a node has at most {MAX_MEASURES} sums, not {len(self.sums)}")
        most = self.count * MAX_VALUE
        for total in self.sums:
            if not 0 <= total <= most:
                raise MalformedError(f"a node with n = {self.count} cannot have the sum {total}")

    def encode(self) -> bytes:
        """Return `enc`: the node as its parent hashes it."""
        return b"".join(
            (
                self.count.to_bytes(8),
                prefixed(self.lo),
                prefixed(self.hi),
                len(self.sums).to_bytes(1),
                *(total.to_bytes(16) for total in self.sums),
                self.hash,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SumLeaf:
    """What one leaf says: its key, the 32 bytes it refers to, and a value per measure."""

    key: bytes
    ref: bytes
    values: tuple[int, ...] = ()


def check_leaf(leaf: SumLeaf, salt: bytes) -> None:
    """Check that a leaf and its salt have sizes and values that a tree can hold."""
    if len(salt) != HASH_SIZE:
        raise MalformedError(f"a leaf's salt has {HASH_SIZE} bytes, not {len(salt)}")
    if len(leaf.ref) != HASH_SIZE:
        raise MalformedError(f"a leaf's ref has {HASH_SIZE} bytes, not {len(leaf.ref)}")
    if len(leaf.values) > MAX_MEASURES:
        raise MalformedError(f"a leaf has at most {MAX_MEASURES} values, not {len(leaf.values)}")
    for value in leaf.values:
        if value < 0:
            raise MalformedError(f"a leaf's value cannot be negative, and one is {value}")
        if value > MAX_VALUE:
            raise MalformedError(f"a leaf's value is below 2^64, and one is {value}")


def leaf_salt(secret: bytes, tree_name: str, index: int) -> bytes:
    """Return the 32-byte salt of leaf `index`: HMAC-SHA-256 under the tree's secret."""
    message = T_SALT + prefixed(tree_name.encode()) + index.to_bytes(8)
    return hmac.digest(secret, message, "sha256")


def leaf_node(*, tree_name: str, index: int, salt: bytes, leaf: SumLeaf) -> SumNode:
    """Return the node of leaf `index` of the tree `tree_name`."""
    check_leaf(leaf, salt)
    content = b"".join(
        (
            b"\x00",
            T_LEAF,
            salt,
            prefixed(tree_name.encode()),
            index.to_bytes(8),
            prefixed(leaf.key),
            leaf.ref,
            len(leaf.values).to_bytes(1),
            *(value.to_bytes(16) for value in leaf.values),
        )
    )
    return SumNode(1, leaf.key, leaf.key, leaf.values, Hash(sha256(content).digest()))


def join(left: SumNode, right: SumNode) -> SumNode:
    """Return the parent of two nodes.

    Raises:
        MalformedError: The keys do not ascend from left to right, or the measures differ.
    """
    if left.hi >= right.lo:
        raise MalformedError(f"key {right.lo.hex()} does not come after {left.hi.hex()}")
    if len(left.sums) != len(right.sums):
        raise MalformedError("two nodes of one tree have the same measures")
    return SumNode(
        left.count + right.count,
        left.lo,
        right.hi,
        tuple(one + two for one, two in zip(left.sums, right.sums, strict=True)),
        Hash(sha256(b"\x01" + T_NODE + left.encode() + right.encode()).digest()),
    )
