"""Building Merkle-sum trees: as a stream that keeps one node a level, or whole, to open later.

Both run the same code a leaf at a time. It works on plain tuples and packed integers, since a
`SumNode` for each of a million leaves and inner nodes would double the time; every value is checked
all the same.
"""

import hmac
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import accumulate
from operator import add
from typing import NamedTuple, Self

from ledger.errors import MalformedError
from ledger.tree.hashing import HASH_SIZE, Hash, split
from ledger.tree.proofs import inclusion_ranges
from ledger.tree.sum_nodes import (
    MAX_LEAVES,
    T_LEAF,
    T_NODE,
    T_SALT,
    SumLeaf,
    SumNode,
    check_leaf,
    check_tree_name,
    join,
    leaf_salt,
    prefixed,
)
from ledger.tree.sum_proofs import (
    AbsenceProof,
    Neighbour,
    PrefixProof,
    SaltedLeaf,
    SumOpening,
    prefix_ranges,
)

_LEAF_HEAD = b"\x00" + T_LEAF
_NODE_HEAD = b"\x01" + T_NODE
_ONE = (1).to_bytes(8)
_BLOCK = 64
"""Leaves between two stored prefix sums: a sum over any range adds at most two blocks of values."""


class _Part(NamedTuple):
    """A perfect subtree that waits for its sibling; `encoded` is what its parent hashes."""

    level: int
    lo: bytes
    hi: bytes
    sums: tuple[int, ...]
    encoded: bytes

    def node(self) -> SumNode:
        return SumNode(1 << self.level, self.lo, self.hi, self.sums, Hash(self.encoded[-32:]))


class _Growth:
    """Perfect subtrees, largest first, as in a binary counter; and the leaf that came last."""

    def __init__(self, tree_name: str, secret: bytes) -> None:
        check_tree_name(tree_name)
        if not secret:
            raise MalformedError("a tree's secret is not empty")
        name = prefixed(tree_name.encode())
        self.count = 0
        self.waiting: list[_Part] = []
        self._secret = secret
        self._salt_message = T_SALT + name
        self._name = name
        self._last = b""
        self._size = b""
        self._width = b""
        self._key_size = 0
        self._measures = 0
        self._pack = struct.Struct("").pack

    def add(self, leaf: SumLeaf) -> list[bytes]:
        """Take the next leaf, and return the hashes of the nodes it completes, from the leaf up."""
        self._check(leaf)
        packed = self._packed_values(leaf)
        key, place = self._size + leaf.key, self.count.to_bytes(8)
        salt = hmac.digest(self._secret, self._salt_message + place, "sha256")
        content = (_LEAF_HEAD, salt, self._name, place, key, leaf.ref, self._width, packed)
        digest = sha256(b"".join(content)).digest()
        encoded = b"".join((_ONE, key, key, self._width, packed, digest))
        part = _Part(0, leaf.key, leaf.key, leaf.values, encoded)
        self.count += 1
        self._last = leaf.key
        hashes = [digest]
        waiting = self.waiting
        while waiting and waiting[-1].level == part.level:
            part = self._joined(waiting.pop(), part)
            hashes.append(part.encoded[-HASH_SIZE:])
        waiting.append(part)
        return hashes

    def root(self) -> SumNode | None:
        """Return the root of the tree as it is; None before the first leaf."""
        return join_all([part.node() for part in self.waiting])

    def _check(self, leaf: SumLeaf) -> None:
        if not self.count:
            check_leaf(leaf, bytes(HASH_SIZE))
            if not leaf.key:
                raise MalformedError("a key has at least one byte")
            self._key_size, self._measures = len(leaf.key), len(leaf.values)
            self._size = prefixed(leaf.key)[:2]
            self._width = bytes([self._measures])
            self._pack = struct.Struct(">" + "8xQ" * self._measures).pack
            return
        if len(leaf.key) != self._key_size:
            raise MalformedError(
                f"the tree's keys have {self._key_size} bytes, and one has {len(leaf.key)}"
            )
        if leaf.key <= self._last:
            raise MalformedError(f"key {leaf.key.hex()} does not come after {self._last.hex()}")
        if len(leaf.values) != self._measures:
            raise MalformedError(
                f"the tree has {self._measures} measures, and a leaf has {len(leaf.values)} values"
            )
        if len(leaf.ref) != HASH_SIZE:
            check_leaf(leaf, bytes(HASH_SIZE))
        if self.count >= MAX_LEAVES:
            raise MalformedError(f"a tree has at most {MAX_LEAVES} leaves")

    def _packed_values(self, leaf: SumLeaf) -> bytes:
        try:
            return self._pack(*leaf.values)
        except struct.error:
            check_leaf(leaf, bytes(HASH_SIZE))  # a value is negative, or 2^64 and more
            raise

    def _joined(self, left: _Part, right: _Part) -> _Part:
        sums = tuple(map(add, left.sums, right.sums))
        try:
            packed = self._pack(*sums)
        except struct.error:  # past 2^64, which a sum may be and a value may not
            packed = b"".join([total.to_bytes(16) for total in sums])
        level, size = left.level + 1, self._size
        digest = sha256(b"".join((_NODE_HEAD, left.encoded, right.encoded))).digest()
        count = (1 << level).to_bytes(8)
        encoded = (count, size, left.lo, size, right.hi, self._width, packed, digest)
        return _Part(level, left.lo, right.hi, sums, b"".join(encoded))


class SumBuilder:
    """The root of a tree whose leaves come one after another, in key order.

    Memory is one node a level, so ten million leaves take no more room than ten.
    """

    def __init__(self, tree_name: str, secret: bytes) -> None:
        """Begin the tree `tree_name`, whose leaves are salted from `secret`."""
        self._growth = _Growth(tree_name, secret)

    @property
    def count(self) -> int:
        """How many leaves there are so far."""
        return self._growth.count

    def add(self, leaf: SumLeaf) -> None:
        """Take the next leaf.

        Raises:
            MalformedError: Its key does not come after the last, its key or its measures are not
                those of the tree, or it is no leaf.
        """
        self._growth.add(leaf)

    def root(self) -> SumNode | None:
        """Return the root over the leaves so far; None if there are none."""
        return self._growth.root()


def sum_root(tree_name: str, secret: bytes, leaves: Iterable[SumLeaf]) -> SumNode | None:
    """Return the root of the tree over `leaves`, which come in key order; None if there are none.

    Memory is one node a level.
    """
    builder = SumBuilder(tree_name, secret)
    for leaf in leaves:
        builder.add(leaf)
    return builder.root()


def join_all(waiting: Sequence[SumNode]) -> SumNode | None:
    """Return the node over adjacent perfect subtrees, largest first; None if there are none."""
    if not waiting:
        return None
    running = waiting[-1]
    for left in reversed(waiting[:-1]):
        running = join(left, running)
    return running


class SumTree:
    """A whole tree in memory, to open leaves of it.

    A leaf takes its key, its ref, 8 bytes a measure and 64 bytes of hashes: 204 bytes with keys of
    12 bytes and 12 measures. Salts are derived again when a leaf is opened. It is never empty:
    an empty section is left out of a statement.
    """

    def __init__(self, tree_name: str, secret: bytes, leaves: Iterable[SumLeaf]) -> None:
        """Build the tree; `SumTree.build` says how."""
        growth = _Growth(tree_name, secret)
        self._keys, self._refs = bytearray(), bytearray()
        self._levels: list[bytearray] = []
        self._values = array("Q")  # row by row: one leaf after another
        for leaf in leaves:
            self._keep(leaf, growth.add(leaf))
        root = growth.root()
        if root is None:
            raise MalformedError("a tree that is to be opened has at least one leaf")
        self.tree_name = tree_name
        self.root: SumNode = root
        self._secret = secret
        self._key_size = len(root.lo)
        self._measures = len(root.sums)
        self._blocks = [self._block_sums(measure) for measure in range(self._measures)]
        self._ragged = self._ragged_nodes()

    def _keep(self, leaf: SumLeaf, hashes: Sequence[bytes]) -> None:
        """Keep what a leaf says, and the hashes of the nodes that it completed."""
        if len(hashes) > len(self._levels):
            self._levels.append(bytearray())
        for level, one in zip(self._levels, hashes, strict=False):
            level += one
        self._keys += leaf.key
        self._refs += leaf.ref
        self._values.extend(leaf.values)

    @classmethod
    def build(cls, tree_name: str, secret: bytes, leaves: Iterable[SumLeaf]) -> Self:
        """Return the tree over `leaves`, which come in key order and are read once.

        Raises:
            MalformedError: There are no leaves, keys do not ascend, or one is no leaf.
        """
        return cls(tree_name, secret, leaves)

    @property
    def count(self) -> int:
        """How many leaves there are."""
        return self.root.count

    def leaf(self, index: int) -> SumLeaf:
        """Return what leaf `index` says."""
        self._check_index(index)
        return SumLeaf(
            key=self._key(index),
            ref=bytes(self._refs[index * HASH_SIZE : (index + 1) * HASH_SIZE]),
            values=tuple(self._values[index * self._measures : (index + 1) * self._measures]),
        )

    def open(self, index: int) -> SumOpening:
        """Return the opening of leaf `index`, salt and path included."""
        leaf = self.leaf(index)
        return SumOpening(index, leaf, self._salt(index), self._path(index))

    def find(self, key: bytes) -> int | None:
        """Return which leaf has the key `key`; None if none has."""
        at = self._place(key)
        return at if at < self.count and self._key(at) == key else None

    def at(self, total: int, measure: int = 0) -> int:
        """Return the leaf where the running sum of a measure passes `total`.

        It is the one with `prefix <= total < prefix + value`, for a draw weighted by size.

        Raises:
            MalformedError: There is no such measure, or `total` is not below the measure's sum.
        """
        if not 0 <= measure < self._measures:
            raise MalformedError(f"the tree has {self._measures} measures, and none {measure}")
        if not 0 <= total < self.root.sums[measure]:
            raise MalformedError(f"{total} is not below the sum {self.root.sums[measure]}")
        blocks = self._blocks[measure]
        block = bisect_right(blocks, total) - 1
        running = blocks[block]
        for index in range(block * _BLOCK, self.count):
            running += self._values[index * self._measures + measure]
            if total < running:
                return index
        raise AssertionError("the sums of the blocks are those of the values")

    def open_prefix(self, shown: int) -> PrefixProof:
        """Return the proof of the first `shown` leaves (1 to all of them)."""
        if not 1 <= shown <= self.count:
            raise MalformedError(f"a tree of {self.count} leaves has no first {shown}")
        return PrefixProof(
            tuple(SaltedLeaf(self.leaf(at), self._salt(at)) for at in range(shown)),
            tuple(self.node(*part) for part in prefix_ranges(shown, self.count)),
        )

    def open_absence(self, key: bytes) -> AbsenceProof:
        """Return the proof that no leaf has the key `key`.

        Raises:
            MalformedError: A leaf has it, or the tree's keys have another length.
        """
        if len(key) != self._key_size:
            raise MalformedError(f"the tree's keys have {self._key_size} bytes, not {len(key)}")
        at = self._place(key)
        if at < self.count and self._key(at) == key:
            raise MalformedError(f"key {key.hex()} is in the tree, as leaf {at}")
        return AbsenceProof(
            self._neighbour(at - 1) if at else None,
            self._neighbour(at) if at < self.count else None,
        )

    def node(self, lo: int, hi: int) -> SumNode:
        """Return the node over the leaves `lo <= i < hi`, which are a subtree of this tree."""
        size = hi - lo
        level = size.bit_length() - 1
        if size != 1 << level:
            return self._ragged[lo]
        at = (lo >> level) * HASH_SIZE
        digest = Hash(bytes(self._levels[level][at : at + HASH_SIZE]))
        return SumNode(size, self._key(lo), self._key(hi - 1), self._sums(lo, hi), digest)

    def _ragged_nodes(self) -> dict[int, SumNode]:
        """Return the imperfect nodes of the right edge, by their first leaf."""
        edges = []
        lo = 0
        while (size := self.count - lo) & (size - 1):
            edges.append(lo)
            lo += split(size)
        running = self.node(lo, self.count)
        found = {}
        for edge in reversed(edges):
            running = join(self.node(edge, lo), running)
            found[edge] = running
            lo = edge
        return found

    def _neighbour(self, index: int) -> Neighbour:
        return Neighbour(index, self.node(index, index + 1), self._path(index))

    def _path(self, index: int) -> tuple[SumNode, ...]:
        return tuple(self.node(*part) for part in inclusion_ranges(index, self.count))

    def _salt(self, index: int) -> bytes:
        return leaf_salt(self._secret, self.tree_name, index)

    def _key(self, index: int) -> bytes:
        return bytes(self._keys[index * self._key_size : (index + 1) * self._key_size])

    def _place(self, key: bytes) -> int:
        return bisect_left(range(self.count), key, key=self._key)

    def _check_index(self, index: int) -> None:
        if not 0 <= index < self.count:
            raise MalformedError(f"a tree of {self.count} leaves has no leaf {index}")

    def _sums(self, lo: int, hi: int) -> tuple[int, ...]:
        measures = range(self._measures)
        if hi - lo <= _BLOCK:
            return tuple(self._added(measure, lo, hi) for measure in measures)
        return tuple(self._prefix(measure, hi) - self._prefix(measure, lo) for measure in measures)

    def _added(self, measure: int, lo: int, hi: int) -> int:
        width = self._measures
        return sum(self._values[lo * width + measure : hi * width : width])

    def _prefix(self, measure: int, end: int) -> int:
        block = end // _BLOCK
        return self._blocks[measure][block] + self._added(measure, block * _BLOCK, end)

    def _block_sums(self, measure: int) -> list[int]:
        """Return the sum of all values before each block."""
        parts = (
            self._added(measure, at, min(at + _BLOCK, self.count))
            for at in range(0, self.count, _BLOCK)
        )
        return list(accumulate(parts, initial=0))
