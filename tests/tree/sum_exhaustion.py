"""Everything that can be shown of a tree of n leaves, held against adding up by hand.

The tests do it for some sizes, `make soak ARGS=openings` for all to 300.
"""

from itertools import accumulate

from ledger.tree.sums import (
    SumLeaf,
    check_absence,
    check_opening,
    check_prefix,
    sum_root,
)
from tests.tree.sum_samples import NAME, SECRET, key_at, some_leaves, some_tree


def check_size(count: int, measures: int = 2) -> int:
    """Check every opening, prefix, gap and draw of a tree of `count` leaves; say how many."""
    leaves = some_leaves(count, measures)
    tree = some_tree(count, measures)
    before = _running(leaves, measures)
    assert tree.root == sum_root(NAME, SECRET, leaves)
    assert tree.root.sums == before[-1]
    for place, leaf in enumerate(leaves):
        opening = tree.open(place)
        assert opening.leaf == leaf == tree.leaf(place)
        assert check_opening(opening, tree_name=NAME, root=tree.root) == before[place]
        first = tree.open_prefix(place + 1)
        assert check_prefix(first, tree_name=NAME, root=tree.root) == before[place + 1]
        assert tree.find(leaf.key) == place
        for measure, value in enumerate(leaf.values):
            for drawn in {0, value // 2, value - 1} if value else ():
                assert tree.at(before[place][measure] + drawn, measure) == place
    for gap in range(count + 1):
        absent = (2 * gap).to_bytes(len(key_at(0)))
        assert tree.find(absent) is None
        check_absence(tree.open_absence(absent), key=absent, root=tree.root)
    return 3 * count + 1


def _running(leaves: list[SumLeaf], measures: int) -> list[tuple[int, ...]]:
    return list(
        accumulate(
            (leaf.values for leaf in leaves),
            lambda one, two: tuple(a + b for a, b in zip(one, two, strict=True)),
            initial=(0,) * measures,
        )
    )
