"""What is shown of a Merkle-sum tree: all of it for many sizes, changes of it, and forgeries."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings

from ledger.errors import MalformedError, VerificationError
from ledger.tree.sums import (
    AbsenceProof,
    SumBuilder,
    SumLeaf,
    SumTree,
    check_absence,
    check_opening,
    check_prefix,
)
from tests.tree.sum_exhaustion import check_size
from tests.tree.sum_forgeries import Forgery, check_forgery, forgeries
from tests.tree.sum_mutations import outcome
from tests.tree.sum_samples import KEY_SIZE, NAME, SECRET, key_at, some_leaves, some_tree

SIZES = [*range(1, 34), 63, 64, 65, 100, 127, 129]


def test_all_that_can_be_shown_of_a_tree_holds() -> None:
    assert sum(check_size(size) for size in SIZES) == sum(3 * size + 1 for size in SIZES)


@pytest.mark.parametrize("measures", [0, 1, 12, 16])
def test_it_holds_for_any_number_of_measures(measures: int) -> None:
    assert check_size(21, measures) == 64


def test_no_change_of_what_was_shown_is_accepted() -> None:
    found = Counter(outcome(number) for number in range(4_000))
    assert found["accepted"] == 0
    assert found["refused"] > 3_500


@settings(max_examples=250)
@given(forgeries())
def test_openings_that_verify_never_share_a_key_nor_disagree_on_order(forgery: Forgery) -> None:
    check_forgery(forgery)


def test_a_true_tree_is_a_forgery_without_lies() -> None:
    assert check_forgery(Forgery([1, 2, 5, 7, 8], [3, 0, 4, 1, 1], {})) == 5


def test_of_two_leaves_with_one_key_at_most_one_can_be_shown() -> None:
    for keys in ([1, 2, 2, 7, 8], [1, 1, 2, 7, 8], [1, 2, 5, 8, 8], [8, 1, 2, 5, 8]):
        assert check_forgery(Forgery(keys, [1] * 5, {})) < 4


def test_an_opening_of_another_tree_is_refused() -> None:
    tree, other = some_tree(9), some_tree(9, seed=1)
    with pytest.raises(VerificationError, match="root with"):
        check_opening(other.open(3), tree_name=NAME, root=tree.root)
    with pytest.raises(VerificationError, match="root with hash"):
        check_opening(tree.open(3), tree_name="licensed", root=tree.root)
    with pytest.raises(VerificationError, match="no leaf 9"):
        check_opening(some_tree(10).open(9), tree_name=NAME, root=tree.root)


def test_each_part_of_the_root_is_compared() -> None:
    tree = some_tree(5)
    root, opening = tree.root, tree.open(2)
    for changed, named in (
        (replace(root, count=6), "holds 2 of the 6 leaves, not 1"),
        (replace(root, lo=bytes(KEY_SIZE)), "smallest key"),
        (replace(root, hi=b"\xff" * KEY_SIZE), "largest key"),
        (replace(root, sums=(root.sums[0] + 1, root.sums[1])), "sums"),
        (replace(root, hash=opening.path[0].hash), "hash"),
    ):
        with pytest.raises(VerificationError, match=named):
            check_opening(opening, tree_name=NAME, root=changed)


def test_a_prefix_proof_shows_the_order_of_the_tree() -> None:
    tree = some_tree(7)
    proof = tree.open_prefix(3)
    swapped = replace(proof, leaves=(proof.leaves[1], proof.leaves[0], proof.leaves[2]))
    with pytest.raises(VerificationError, match="does not come after"):
        check_prefix(swapped, tree_name=NAME, root=tree.root)
    for shown in (0, 8):
        with pytest.raises(MalformedError, match=f"no first {shown}"):
            tree.open_prefix(shown)
    with pytest.raises(VerificationError, match="no first 0"):
        check_prefix(replace(proof, leaves=()), tree_name=NAME, root=tree.root)


def test_of_an_empty_tree_everything_is_absent() -> None:
    nothing = AbsenceProof(None, None)
    check_absence(nothing, key=key_at(0), root=None)
    tree = some_tree(1)
    with pytest.raises(VerificationError, match="empty tree"):
        check_absence(tree.open_absence(bytes(KEY_SIZE)), key=key_at(0), root=None)
    with pytest.raises(VerificationError, match="nothing is shown"):
        check_absence(nothing, key=bytes(KEY_SIZE), root=tree.root)


def test_one_absence_proof_serves_every_key_in_its_gap_and_no_other() -> None:
    leaves = [SumLeaf(key=bytes([key]), ref=bytes(32)) for key in (10, 20, 30)]
    tree = SumTree.build(NAME, SECRET, leaves)
    proof = tree.open_absence(b"\x0f")
    for key in range(256):
        if 10 < key < 20:
            check_absence(proof, key=bytes([key]), root=tree.root)
        else:
            with pytest.raises(VerificationError, match=r"is in the tree|not between"):
                check_absence(proof, key=bytes([key]), root=tree.root)


def test_a_key_that_is_there_has_no_proof_of_absence() -> None:
    tree = some_tree(4)
    with pytest.raises(MalformedError, match="is in the tree, as leaf 2"):
        tree.open_absence(key_at(2))
    with pytest.raises(MalformedError, match="keys have 12 bytes, not 1"):
        tree.open_absence(b"\0")


def test_an_inner_node_cannot_pass_for_a_leaf() -> None:
    """Or whatever lies below it could be said to be absent."""
    tree = some_tree(4)
    proof = tree.open_absence(bytes(KEY_SIZE))
    assert proof.after is not None
    inner = replace(proof.after, node=tree.node(0, 2), path=proof.after.path[1:])
    with pytest.raises(VerificationError, match="holds 1 of the 4 leaves, not 2"):
        check_absence(replace(proof, after=inner), key=bytes(KEY_SIZE), root=tree.root)


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        (SumLeaf(key=b"\2", ref=bytes(32), values=(1,)), "does not come after"),
        (SumLeaf(key=b"\3\0", ref=bytes(32), values=(1,)), "keys have 1 bytes"),
        (SumLeaf(key=b"\3", ref=bytes(31), values=(1,)), "ref has 32 bytes"),
        (SumLeaf(key=b"\3", ref=bytes(32), values=()), "1 measures"),
        (SumLeaf(key=b"\3", ref=bytes(32), values=(-1,)), "negative"),
        (SumLeaf(key=b"\3", ref=bytes(32), values=(2**64,)), "below 2\\^64"),
    ],
)
def test_a_builder_takes_no_such_leaf_and_goes_on(leaf: SumLeaf, message: str) -> None:
    builder = SumBuilder(NAME, SECRET)
    builder.add(SumLeaf(key=b"\2", ref=bytes(32), values=(7,)))
    before = builder.root()
    with pytest.raises(MalformedError, match=message):
        builder.add(leaf)
    assert builder.root() == before
    assert builder.count == 1


@pytest.mark.parametrize("name", ["", "Crawled", ".names", "a_b", "a" * 65, "a\n"])
def test_a_tree_has_a_name_that_a_section_may_have(name: str) -> None:
    with pytest.raises(MalformedError, match="no name of a tree"):
        SumBuilder(name, SECRET)


def test_a_tree_is_not_empty() -> None:
    with pytest.raises(MalformedError, match="at least one leaf"):
        SumTree.build(NAME, SECRET, [])
    with pytest.raises(MalformedError, match="secret"):
        SumTree.build(NAME, b"", some_leaves(1))
    with pytest.raises(MalformedError, match="at least one byte"):
        SumTree.build(NAME, SECRET, [SumLeaf(key=b"", ref=bytes(32))])


def test_there_is_no_leaf_nor_draw_beyond_the_end() -> None:
    tree = some_tree(5)
    for place in (-1, 5):
        with pytest.raises(MalformedError, match=f"no leaf {place}"):
            tree.open(place)
    for total in (-1, tree.root.sums[1]):
        with pytest.raises(MalformedError, match="is not below the sum"):
            tree.at(total, 1)
    with pytest.raises(MalformedError, match="2 measures, and none 2"):
        tree.at(0, 2)
    empty = SumTree.build(NAME, SECRET, [SumLeaf(key=b"\1", ref=bytes(32), values=(0,))])
    with pytest.raises(MalformedError, match="0 is not below the sum 0"):
        empty.at(0)
