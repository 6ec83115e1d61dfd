"""A tree that lies: it has the form of `SumTree`, and its maker may forge any node of it.

Hashes are right all the way up, since a lab that lies can compute hashes. What is wrong is what the
honest code would have refused to hash: keys out of order, sums that are no sums, values that no
leaf may have.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Self

from ledger.tree.hashing import Hash, split
from ledger.tree.sum_nodes import T_LEAF, T_NODE, SumLeaf, SumNode, leaf_salt, prefixed
from ledger.tree.sum_proofs import SumOpening
from ledger.tree.sum_trees import SumTree

Forge = Callable[[int, int, SumNode], SumNode]
"""Takes the range of leaves below a node and the node as it follows; returns what is hashed."""


def bare_node(count: int, lo: bytes, hi: bytes, sums: tuple[int, ...], digest: Hash) -> SumNode:
    """Return a node that nothing was checked of."""
    node = object.__new__(SumNode)
    for name, value in zip(
        ("count", "lo", "hi", "sums", "hash"), (count, lo, hi, sums, digest), strict=True
    ):
        object.__setattr__(node, name, value)
    return node


def with_sums(node: SumNode, *sums: int) -> SumNode:
    """Return the node with other sums under the same hash, as its parent will then bind them."""
    return bare_node(node.count, node.lo, node.hi, (*sums, *node.sums[len(sums) :]), node.hash)


def bare_leaf_node(tree_name: str, index: int, salt: bytes, leaf: SumLeaf) -> SumNode:
    """Return a leaf's node, whatever its values are; the encoding has room for 128 bits."""
    values = b"".join((value % 2**128).to_bytes(16) for value in leaf.values)
    content = (
        b"\x00" + T_LEAF + salt + prefixed(tree_name.encode()) + index.to_bytes(8)
        + prefixed(leaf.key) + leaf.ref + len(leaf.values).to_bytes(1) + values
    )  # fmt: skip
    return bare_node(1, leaf.key, leaf.key, leaf.values, Hash(sha256(content).digest()))


def bare_join(left: SumNode, right: SumNode) -> SumNode:
    """Join two nodes whatever their keys are."""
    sums = tuple((one + two) % 2**128 for one, two in zip(left.sums, right.sums, strict=True))
    digest = sha256(b"\x01" + T_NODE + _encoded(left) + _encoded(right)).digest()
    return bare_node(left.count + right.count, left.lo, right.hi, sums, Hash(digest))


def _encoded(node: SumNode) -> bytes:
    sums = b"".join((total % 2**128).to_bytes(16) for total in node.sums)
    keys = prefixed(node.lo) + prefixed(node.hi)
    return node.count.to_bytes(8) + keys + len(node.sums).to_bytes(1) + sums + node.hash


class FalseTree(SumTree):
    """A tree over any leaves in any order, with forged nodes."""

    def __init__(
        self,
        tree_name: str,
        secret: bytes,
        leaves: Iterable[SumLeaf],
        forge: Forge = lambda lo, hi, node: node,
    ) -> None:
        self.tree_name = tree_name
        self._secret = secret
        self._leaves = list(leaves)
        self._forge = forge
        self._nodes: dict[tuple[int, int], SumNode] = {}
        self.root = self.node(0, len(self._leaves))
        self._key_size = len(self.root.lo)

    @classmethod
    def build(cls, tree_name: str, secret: bytes, leaves: Iterable[SumLeaf]) -> Self:
        """See SumTree."""
        return cls(tree_name, secret, leaves)

    def node(self, lo: int, hi: int) -> SumNode:
        """See SumTree."""
        if (lo, hi) not in self._nodes:
            if hi - lo == 1:
                leaf = self._leaves[lo]
                made = bare_leaf_node(self.tree_name, lo, self._salt(lo), leaf)
            else:
                middle = lo + split(hi - lo)
                made = bare_join(self.node(lo, middle), self.node(middle, hi))
            self._nodes[lo, hi] = self._forge(lo, hi, made)
        return self._nodes[lo, hi]

    def leaf(self, index: int) -> SumLeaf:
        """See SumTree."""
        return self._leaves[index]

    def open(self, index: int) -> SumOpening:
        """See SumTree."""
        return SumOpening(index, self._leaves[index], self._salt(index), self._path(index))

    def find(self, key: bytes) -> int | None:
        """See SumTree."""
        return next((at for at, leaf in enumerate(self._leaves) if leaf.key == key), None)

    def at(self, total: int, measure: int = 0) -> int:
        """See SumTree; where no leaf answers, the last is as good as any."""
        running = 0
        for index, leaf in enumerate(self._leaves):
            running += leaf.values[measure]
            if total < running:
                return index
        return len(self._leaves) - 1

    def _key(self, index: int) -> bytes:
        return self._leaves[index].key

    def _salt(self, index: int) -> bytes:
        return leaf_salt(self._secret, self.tree_name, index)
