"""The ordered Merkle-sum tree: hashes that also commit to counts, key ranges and totals.

The format is docs/formats/audit.md. Every node is a tuple (n, lo, hi, sums, h): leaf count,
smallest and largest key, one sum per measure, hash. A node binds both children whole, so no sum can
be moved from one side to the other under the same root; keys ascend, so nothing counts twice.

    leaf  SHA-256(0x00 || T_LEAF || salt || lp(tree name) || u64(index) || lp(key) || ref
                  || u8(M) || u128(value) ...)
    node  SHA-256(0x01 || T_NODE || enc(left) || enc(right))
    enc   u64(n) || lp(lo) || lp(hi) || u8(M) || u128(sum) ... || h

`lp(b)` is uint16 length and the bytes. The shape is RFC 6962's.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import MalformedError
from ledger.tree.hashing import Hash

T_LEAF = b"tdl/audit/leaf/v1\0"
T_NODE = b"tdl/audit/node/v1\0"
T_SALT = b"tdl/audit/salt/v1\0"
MAX_MEASURES = 16
MAX_VALUE = 2**64 - 1
MAX_LEAVES = 2**40 - 1


def prefixed(data: bytes) -> bytes:
    """Return `lp(data)`: uint16 length, then the bytes."""
    if len(data) > 0xFFFF:
        raise MalformedError(f"{len(data)} bytes do not fit a uint16 length")
    return len(data).to_bytes(2) + data


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
        if self.lo > self.hi or len(self.lo) != len(self.hi):
            raise MalformedError("a node's keys must have one length and be in order")
        if self.count == 1 and self.lo != self.hi:
            raise MalformedError("a single leaf has one key")
        if len(self.sums) > MAX_MEASURES or any(not 0 <= total < 2**128 for total in self.sums):
            raise MalformedError("a node has at most 16 sums, each 0 to 2^128 - 1")

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


def leaf_salt(secret: bytes, tree_name: str, index: int) -> bytes:
    """Return the 32-byte salt of leaf `index`: HMAC-SHA-256 under the tree's secret."""
    message = T_SALT + prefixed(tree_name.encode()) + index.to_bytes(8)
    return hmac.digest(secret, message, "sha256")


def leaf_node(*, tree_name: str, index: int, salt: bytes, leaf: SumLeaf) -> SumNode:
    """Return the node of leaf `index` of the tree `tree_name`."""
    if len(salt) != 32 or len(leaf.ref) != 32:
        raise MalformedError("a leaf's salt and ref have 32 bytes each")
    if len(leaf.values) > MAX_MEASURES or any(not 0 <= v <= MAX_VALUE for v in leaf.values):
        raise MalformedError("a leaf has at most 16 values, each 0 to 2^64 - 1")
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


def sum_root(tree_name: str, secret: bytes, leaves: Iterable[SumLeaf]) -> SumNode | None:
    """Return the root of the tree over `leaves`, which come in key order; None if there are none.

    Memory is one node a level: perfect subtrees wait on a stack until their sibling is complete,
    as in a binary counter, and the ragged rest is joined from the right at the end.
    """
    waiting: list[SumNode] = []
    for index, leaf in enumerate(leaves):
        salt = leaf_salt(secret, tree_name, index)
        node = leaf_node(tree_name=tree_name, index=index, salt=salt, leaf=leaf)
        while waiting and waiting[-1].count == node.count:
            node = join(waiting.pop(), node)
        waiting.append(node)
    return _join_all(waiting)


def _join_all(waiting: Sequence[SumNode]) -> SumNode | None:
    if not waiting:
        return None
    running = waiting[-1]
    for left in reversed(waiting[:-1]):
        running = join(left, running)
    return running
