"""A lab that builds its tree by its own rules: keys twice or out of order, ranges and sums made up.

It still has to publish one root, and to show siblings that lead there. Whatever it shows, openings
that verify must have different keys, in the order of their places, and sums that add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError
from ledger.tree.hashing import Hash, split
from ledger.tree.sums import (
    T_NODE,
    SumLeaf,
    SumNode,
    SumOpening,
    check_opening,
    leaf_node,
    leaf_salt,
)
from tests.tree.sum_samples import NAME, SECRET


@dataclass(frozen=True)
class Lie:
    """What is false about the node over some leaves: its range, or what it says it holds."""

    lo: int
    hi: int
    sum: int


@dataclass
class Forgery:
    """Keys as the lab files them, values, and lies about nodes by the number of the node."""

    keys: list[int]
    values: list[int]
    lies: dict[int, Lie]
    _made: int = field(default=0, init=False)

    def openings(self) -> tuple[SumNode, list[SumOpening]]:
        """Return the root, and an opening of each leaf; MalformedError if no such root exists."""
        self._made = 0
        leaves = [
            SumLeaf(key=bytes([key]), ref=bytes(32), values=(value,))
            for key, value in zip(self.keys, self.values, strict=True)
        ]
        salts = [leaf_salt(SECRET, NAME, place) for place in range(len(leaves))]
        nodes = [
            leaf_node(tree_name=NAME, index=place, salt=salt, leaf=leaf)
            for place, (leaf, salt) in enumerate(zip(leaves, salts, strict=True))
        ]
        root, paths = self._grow(nodes)
        return root, [
            SumOpening(place, leaf, salts[place], paths[place]) for place, leaf in enumerate(leaves)
        ]

    def _grow(self, nodes: Sequence[SumNode]) -> tuple[SumNode, list[tuple[SumNode, ...]]]:
        if len(nodes) == 1:
            return nodes[0], [()]
        middle = split(len(nodes))
        left, left_paths = self._grow(nodes[:middle])
        right, right_paths = self._grow(nodes[middle:])
        paths = [(*path, right) for path in left_paths] + [(*path, left) for path in right_paths]
        return self._parent(left, right), paths

    def _parent(self, left: SumNode, right: SumNode) -> SumNode:
        """Return a parent that hashes its children truly, and says of them what the lab likes."""
        self._made += 1
        lie = self.lies.get(self._made)
        total = left.sums[0] + right.sums[0]
        low, high = sorted((min(left.lo, right.lo), max(left.hi, right.hi)))
        digest = sha256(b"\x01" + T_NODE + left.encode() + right.encode()).digest()
        return SumNode(
            left.count + right.count,
            bytes([lie.lo]) if lie else low,
            bytes([lie.hi]) if lie else high,
            (max(0, total + lie.sum) if lie else total,),
            Hash(digest),
        )


_LIES = st.builds(Lie, st.integers(0, 12), st.integers(0, 12), st.integers(-5, 5))


@st.composite
def forgeries(draw: st.DrawFn) -> Forgery:
    """Draw a forgery: often a true tree with one or two things wrong."""
    count = draw(st.integers(2, 12))
    keys = list(range(0, 2 * count, 2))
    if draw(st.booleans()):
        places = st.integers(0, count - 1)
        for _ in range(draw(st.integers(1, 2))):
            keys[draw(places)] = keys[draw(places)]
    if draw(st.integers(0, 3)) == 0:
        keys = draw(st.permutations(keys))
    values = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    lies = draw(st.dictionaries(st.integers(1, count - 1), _LIES, max_size=2))
    return Forgery(keys, values, lies)


def check_forgery(forgery: Forgery) -> int:
    """Check all that verifies of a forgery against all the rest of it; say how many verified."""
    try:
        root, openings = forgery.openings()
    except MalformedError:
        return 0  # there is no such node, so there is nothing that such a lab could publish
    found: list[tuple[SumOpening, int]] = []
    for opening in openings:
        try:
            (before,) = check_opening(opening, tree_name=NAME, root=root)
        except LedgerError:
            continue
        found.append((opening, before))
    for (one, before), (other, later) in pairwise(found):
        assert one.index < other.index
        assert one.leaf.key < other.leaf.key
        # Nobody's bytes are counted twice, however much is made up in between.
        assert before + one.leaf.values[0] <= later
    for opening, before in found:
        assert root.lo <= opening.leaf.key <= root.hi
        assert before + opening.leaf.values[0] <= root.sums[0]
    return len(found)
