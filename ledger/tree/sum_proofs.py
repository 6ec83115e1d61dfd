"""What is shown of a Merkle-sum tree, and how somebody who holds only its root checks it.

An opening shows one leaf, and beside it its siblings from leaf to root as whole nodes. From them
follow the sums of everything left of the leaf, which makes draws by size checkable. A prefix proof
shows the first k leaves. An absence proof shows two neighbours, as nodes only, between which
nothing is. docs/formats/audit.md, "Openings".

The shape of the tree follows from the count of leaves alone, which the root binds: the checker
knows how many siblings there are, on which side, and how many leaves each has, before reading any.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.errors import MalformedError, VerificationError
from ledger.tree.hashing import split
from ledger.tree.proofs import Range, inclusion_ranges
from ledger.tree.sum_nodes import SumLeaf, SumNode, join, leaf_node


@dataclass(frozen=True, slots=True)
class SumOpening:
    """One leaf shown: its place, what it says, its salt, and its siblings from leaf to root."""

    index: int
    leaf: SumLeaf
    salt: bytes
    path: tuple[SumNode, ...]


@dataclass(frozen=True, slots=True)
class SaltedLeaf:
    """A leaf as a prefix proof shows it; its place is where it stands in the list."""

    leaf: SumLeaf
    salt: bytes


@dataclass(frozen=True, slots=True)
class PrefixProof:
    """The first leaves of a tree, and the largest subtrees that hold the others, left to right."""

    leaves: tuple[SaltedLeaf, ...]
    rest: tuple[SumNode, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A leaf beside an absent key: its place, its node and its siblings. What it says is hidden."""

    index: int
    node: SumNode
    path: tuple[SumNode, ...]


@dataclass(frozen=True, slots=True)
class AbsenceProof:
    """The leaves before and after an absent key; one is None at either end of the tree."""

    before: Neighbour | None
    after: Neighbour | None


def check_opening(opening: SumOpening, *, tree_name: str, root: SumNode) -> tuple[int, ...]:
    """Check that a leaf is in the tree under `root`, at the place it claims.

    Returns:
        The prefix sums: one per measure, over all leaves left of this one.

    Raises:
        VerificationError: The opening does not hold; the message says which rule it breaks.
    """
    node = _checked_leaf(opening.leaf, opening.salt, opening.index, tree_name, root)
    return _climb(node, opening.index, opening.path, root)


def check_prefix(proof: PrefixProof, *, tree_name: str, root: SumNode) -> tuple[int, ...]:
    """Check that the leaves of `proof` are the first of the tree under `root`, in its order.

    Returns:
        The sums of those leaves, one per measure.

    Raises:
        VerificationError: The proof does not hold; the message says which rule it breaks.
    """
    shown = len(proof.leaves)
    if not 1 <= shown <= root.count:
        raise VerificationError(f"a tree of {root.count} leaves has no first {shown}")
    plan = prefix_ranges(shown, root.count)
    if len(proof.rest) != len(plan):
        raise VerificationError(
            f"the first {shown} of {root.count} leaves leave {len(plan)} subtrees, not"
            f" {len(proof.rest)}"
        )
    nodes = [
        _checked_leaf(one.leaf, one.salt, index, tree_name, root)
        for index, one in enumerate(proof.leaves)
    ]
    for node, (lo, hi) in zip(proof.rest, plan, strict=True):
        _check_part(node, hi - lo, root)
        nodes.append(node)
    places = [Range(at, at + 1) for at in range(shown)] + plan
    found = _fold(dict(zip(places, nodes, strict=True)), Range(0, root.count))
    _check_same(found, root)
    return _added(root.sums, (one.leaf.values for one in proof.leaves))


def check_absence(proof: AbsenceProof, *, key: bytes, root: SumNode | None) -> None:
    """Check that no leaf of the tree under `root` has the key `key`.

    Args:
        proof: The two neighbours.
        key: The key that is not there; as long as the tree's keys.
        root: The tree's root, or None for an empty tree, of which nothing needs to be shown.

    Raises:
        VerificationError: The proof does not hold; the message says which rule it breaks.
    """
    before, after = proof.before, proof.after
    if root is None:
        if before or after:
            raise VerificationError("an empty tree has no leaves to show beside an absent key")
        return
    if len(key) != len(root.lo):
        raise VerificationError(f"the tree's keys have {len(root.lo)} bytes, not {len(key)}")
    if before is None and after is None:
        raise VerificationError(f"nothing is shown of a tree of {root.count} leaves")
    for neighbour in (before, after):
        if neighbour:
            _check_part(neighbour.node, 1, root)
            _climb(neighbour.node, neighbour.index, neighbour.path, root)
    _check_between(before, after, key, root.count)


def _check_between(
    before: Neighbour | None, after: Neighbour | None, key: bytes, count: int
) -> None:
    first = before.index + 1 if before else 0
    last = after.index if after else count
    if first != last:
        raise VerificationError(
            f"the neighbours are not adjacent: leaves {first} to {last - 1} are not shown"
            if first < last
            else "the neighbours are not adjacent: they are not in the order of the tree"
        )
    if (before and before.node.hi == key) or (after and after.node.lo == key):
        raise VerificationError(f"key {key.hex()} is in the tree")
    if (before and before.node.hi > key) or (after and after.node.lo < key):
        raise VerificationError(f"key {key.hex()} is not between the neighbours that are shown")


def prefix_ranges(shown: int, count: int) -> list[Range]:
    """Return the largest subtrees right of the first `shown` of `count` leaves, left to right."""
    lo, hi = 0, count
    rest = []
    while hi > shown:
        middle = lo + split(hi - lo) if hi - lo > 1 else lo
        if shown <= middle:
            rest.append(Range(middle, hi))
            hi = middle
        else:
            lo = middle
    return rest[::-1]


def _checked_leaf(leaf: SumLeaf, salt: bytes, index: int, tree_name: str, root: SumNode) -> SumNode:
    """Return the node of a leaf that somebody shows, or raise VerificationError."""
    if not 0 <= index < root.count:
        raise VerificationError(f"a tree of {root.count} leaves has no leaf {index}")
    try:
        node = leaf_node(tree_name=tree_name, index=index, salt=salt, leaf=leaf)
    except MalformedError as error:
        raise VerificationError(str(error)) from error
    _check_part(node, 1, root)
    return node


def _check_part(node: SumNode, count: int, root: SumNode) -> None:
    """Check that a node has what every part of the tree under `root` has, and `count` leaves."""
    if node.count != count:
        raise VerificationError(
            f"a node here holds {count} of the {root.count} leaves, not {node.count}"
        )
    if len(node.lo) != len(root.lo):
        raise VerificationError(f"the tree's keys have {len(root.lo)} bytes, not {len(node.lo)}")
    if len(node.sums) != len(root.sums):
        raise VerificationError(f"the tree has {len(root.sums)} measures, not {len(node.sums)}")


def _climb(node: SumNode, index: int, path: Sequence[SumNode], root: SumNode) -> tuple[int, ...]:
    """Climb from a leaf to the root, and return the sums of all that stands left of the leaf."""
    if not 0 <= index < root.count:
        raise VerificationError(f"a tree of {root.count} leaves has no leaf {index}")
    plan = inclusion_ranges(index, root.count)
    if len(path) != len(plan):
        raise VerificationError(
            f"the path of leaf {index} of {root.count} is {len(plan)} long, not {len(path)}"
        )
    left = []
    for sibling, (lo, hi) in zip(path, plan, strict=True):
        _check_part(sibling, hi - lo, root)
        if hi <= index:
            left.append(sibling.sums)
            node = _joined(sibling, node)
        else:
            node = _joined(node, sibling)
    _check_same(node, root)
    return _added(root.sums, left)


def _fold(parts: dict[Range, SumNode], wanted: Range) -> SumNode:
    """Return the node over `wanted`, whose parts, down to the last, are given."""
    found = parts.get(wanted)
    if found:
        return found
    middle = wanted.lo + split(wanted.hi - wanted.lo)
    left = _fold(parts, Range(wanted.lo, middle))
    return _joined(left, _fold(parts, Range(middle, wanted.hi)))


def _joined(left: SumNode, right: SumNode) -> SumNode:
    try:
        return join(left, right)
    except MalformedError as error:
        raise VerificationError(str(error)) from error


def _check_same(found: SumNode, root: SumNode) -> None:
    """Check that a rebuilt root is the committed one, in all five parts."""
    for name, one, other in (
        ("count", found.count, root.count),  # follows from the plan, and is compared all the same
        ("smallest key", found.lo.hex(), root.lo.hex()),
        ("largest key", found.hi.hex(), root.hi.hex()),
        ("sums", list(found.sums), list(root.sums)),
        ("hash", found.hash.hex(), root.hash.hex()),
    ):
        if one != other:
            raise VerificationError(f"leads to a root with {name} {one}, not {other}")


def _added(measures: Sequence[int], rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """Return the sums of `rows`, as many as there are `measures`."""
    totals = [0] * len(measures)
    for row in rows:
        for at, value in enumerate(row):
            totals[at] += value
    return tuple(totals)
