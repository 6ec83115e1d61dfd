"""Inclusion and consistency proofs (RFC 9162 sections 2.1.3 and 2.1.4): plan, prove, check.

The plan says which subtrees a proof consists of, as ranges of leaves. The prover fetches their
hashes in one call; the checker folds the hashes it was given along the same plan. So there is one
piece of index arithmetic, and the number of hashes a proof must have is known before any is read.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ledger.errors import MalformedError, VerificationError
from ledger.tree.hashing import Hash, node_hash, split


class Range(NamedTuple):
    """The leaves `lo <= i < hi`, and the subtree they form."""

    lo: int
    hi: int


class HashReader(Protocol):
    """Where subtree hashes come from: a database, a folder of tiles, a list in a test."""

    def read(self, ranges: Sequence[Range]) -> list[Hash]:
        """Return the hash of each subtree, in the order of `ranges`."""


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the sibling of leaf `index` at every level, from leaf to root.

    Raises:
        MalformedError: A tree of `size` leaves has no leaf `index`.
    """
    if not 0 <= index < size:
        raise MalformedError(f"no leaf {index} in a tree of size {size}")
    lo, hi = 0, size
    path = []
    while hi - lo > 1:
        mid = lo + split(hi - lo)
        if index < mid:
            path.append(Range(mid, hi))
            hi = mid
        else:
            path.append(Range(lo, mid))
            lo = mid
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the subtrees that prove `old` leaves to be the first of `new`, in RFC 9162 order.

    Walking from the root towards the old tree's right edge, each step leaves a sibling behind. The
    subtree where the walk ends comes first, unless it is the whole old tree, whose root the checker
    already has.

    Raises:
        MalformedError: Not `0 < old <= new`. Every tree extends the empty one without a proof.
    """
    if not 0 < old <= new:
        raise MalformedError(f"no consistency proof from size {old} to size {new}")
    lo, hi = 0, new
    path = []
    while hi != old:
        mid = lo + split(hi - lo)
        if old <= mid:
            path.append(Range(mid, hi))
            hi = mid
        else:
            path.append(Range(lo, mid))
            lo = mid
    if lo > 0:
        path.append(Range(lo, hi))
    return path[::-1]


def prove_inclusion(index: int, size: int, reader: HashReader) -> list[Hash]:
    """Return the proof that leaf `index` is in the tree of `size` leaves."""
    return reader.read(inclusion_ranges(index, size))


def prove_consistency(old: int, new: int, reader: HashReader) -> list[Hash]:
    """Return the proof that the tree of `new` leaves extends the one of `old`."""
    return reader.read(consistency_ranges(old, new))


def inclusion_root(*, leaf: Hash, index: int, size: int, proof: Sequence[Hash]) -> Hash:
    """Return the root that the proof leads to, from `leaf` as number `index` of `size` leaves.

    Raises:
        MalformedError: There is no such leaf.
        VerificationError: The proof has another length.
    """
    ranges = inclusion_ranges(index, size)
    _check_length(proof, len(ranges))
    running = leaf
    for (_, hi), sibling in zip(ranges, proof, strict=True):
        left, right = (sibling, running) if hi <= index else (running, sibling)
        running = node_hash(left, right)
    return running


def check_inclusion(
    *, leaf: Hash, index: int, size: int, root: Hash, proof: Sequence[Hash]
) -> None:
    """Check that `leaf` is number `index` of the `size` leaves under `root`.

    Raises:
        MalformedError: There is no such leaf.
        VerificationError: The proof has another length, or leads to another root.
    """
    if inclusion_root(leaf=leaf, index=index, size=size, proof=proof) != root:
        raise VerificationError(f"leaf {index} is not in the tree of size {size} with this root")


def consistency_root(*, old: int, new: int, old_root: Hash, proof: Sequence[Hash]) -> Hash:
    """Return the root of `new` leaves that the proof leads to from the root of the first `old`.

    Raises:
        MalformedError: Not `0 < old <= new`.
        VerificationError: The proof has another length, or leads to another root than `old_root`.
    """
    ranges = consistency_ranges(old, new)
    _check_length(proof, len(ranges))
    running_old = running_new = old_root
    for (_, hi), sibling in zip(ranges, proof, strict=True):
        if hi == old:  # only the first can end there: the subtree where the walk ended
            running_old = running_new = sibling
        elif hi < old:
            running_old = node_hash(sibling, running_old)
            running_new = node_hash(sibling, running_new)
        else:
            running_new = node_hash(running_new, sibling)
    if running_old != old_root:
        raise VerificationError(f"the proof does not lead to the root of size {old}")
    return running_new


def check_consistency(
    *, old: int, new: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]
) -> None:
    """Check that the first `old` leaves under `new_root` are those under `old_root`.

    Raises:
        MalformedError: Not `0 < old <= new`.
        VerificationError: The proof has another length, or leads to another root.
    """
    if consistency_root(old=old, new=new, old_root=old_root, proof=proof) != new_root:
        raise VerificationError(f"size {new} does not extend size {old}: the roots contradict")


def _check_length(proof: Sequence[Hash], expected: int) -> None:
    if len(proof) != expected:
        raise VerificationError(f"the proof has {len(proof)} hashes, not {expected}")
    for number, found in enumerate(proof):
        if len(found) != 32:
            raise MalformedError(f"hash {number} of the proof has {len(found)} bytes, not 32")
