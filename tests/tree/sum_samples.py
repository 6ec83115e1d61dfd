"""Trees to try things on: leaves with odd keys only, so that every gap between them is a key."""

from collections.abc import Sequence
from random import Random

from ledger.tree.hashing import Hash
from ledger.tree.sums import SumLeaf, SumNode, SumTree

NAME = "crawled"
SECRET = bytes(range(32))
KEY_SIZE = 12


def key_at(place: int) -> bytes:
    """Return the key of leaf `place`; one less and one more are keys of no leaf."""
    return (2 * place + 1).to_bytes(KEY_SIZE)


def some_leaves(count: int, measures: int = 2, seed: int = 0) -> list[SumLeaf]:
    """Return `count` leaves whose values are small, often 0, and sometimes as large as can be."""
    random = Random(f"{count} {measures} {seed}")
    choices = (0, 1, 2, 7, 1000, 2**63, 2**64 - 1)
    return [
        SumLeaf(
            key=key_at(place),
            ref=random.randbytes(32),
            values=tuple(random.choice(choices) for _ in range(measures)),
        )
        for place in range(count)
    ]


def some_tree(count: int, measures: int = 2, seed: int = 0) -> SumTree:
    """Return the tree over `some_leaves`."""
    return SumTree.build(NAME, SECRET, some_leaves(count, measures, seed))


def prefix_sums(leaves: Sequence[SumLeaf], place: int) -> tuple[int, ...]:
    """Return the sums of the first `place` leaves, added up one by one."""
    measures = len(leaves[0].values)
    return tuple(sum(leaf.values[at] for leaf in leaves[:place]) for at in range(measures))


def read_node(tree: dict[str, object]) -> SumNode:
    """Return a node as the worked example spells it."""
    match tree:
        case {"n": int(n), "lo": str(lo), "hi": str(hi), "sums": list(sums), "h": str(digest)}:
            return SumNode(
                n,
                bytes.fromhex(lo),
                bytes.fromhex(hi),
                tuple(sums),
                Hash(bytes.fromhex(digest)),
            )
    raise AssertionError(f"no node: {tree}")
