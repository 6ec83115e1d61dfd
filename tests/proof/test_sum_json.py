"""Parts of Merkle-sum trees as JSON: they come back as they were, and in one spelling only."""

from collections.abc import Callable
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.proof.sum_json import (
    decode_absence,
    decode_leaf,
    decode_node,
    decode_opening,
    decode_prefix,
    encode_absence,
    encode_leaf,
    encode_node,
    encode_opening,
    encode_prefix,
)
from ledger.record.canonical import decode, encode
from ledger.tree.sums import AbsenceProof, SumLeaf, SumTree
from tests.tree.sum_samples import KEY_SIZE, NAME, SECRET, some_tree

TREE = some_tree(9, measures=3)
LARGE = SumTree.build(
    NAME,
    SECRET,
    [SumLeaf(key=bytes([at]), ref=bytes(32), values=(2**64 - 1,)) for at in range(3)],
)


@pytest.mark.parametrize("tree", [TREE, LARGE, some_tree(1, measures=0)])
def test_what_is_written_is_read_again(tree: SumTree) -> None:
    assert decode_node(decode(encode(encode_node(tree.root)))) == tree.root
    for place in range(tree.count):
        opening = tree.open(place)
        assert decode_opening(decode(encode(encode_opening(opening)))) == opening
        first = tree.open_prefix(place + 1)
        assert decode_prefix(decode(encode(encode_prefix(first)))) == first


def test_absence_is_written_at_both_ends_and_in_between() -> None:
    for key in (bytes(KEY_SIZE), (4).to_bytes(KEY_SIZE), b"\xff" * KEY_SIZE):
        proof = TREE.open_absence(key)
        assert decode_absence(decode(encode(encode_absence(proof)))) == proof
    assert encode_absence(AbsenceProof(None, None)) == {}
    assert decode_absence({}) == AbsenceProof(None, None)


def test_a_sum_past_2_to_the_53_is_text() -> None:
    node: Any = encode_node(LARGE.root)
    assert node["sums"] == [str(3 * (2**64 - 1))]


def _node(**changed: object) -> Any:
    return {**encode_node(TREE.root), **changed}  # type: ignore[dict-item]


def _leaf(**changed: object) -> Any:
    return {**encode_leaf(TREE.leaf(0), bytes(32)), **changed}


def _opening(**changed: object) -> Any:
    return {**encode_opening(TREE.open(0)), **changed}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (decode_node, [], "a node has hash, hi, lo, n, sums; found no object"),
        (decode_node, _node(more=1), "found hash, hi, lo, more, n, sums"),
        (decode_node, _node(n="9"), "n is a non-negative integer"),
        (decode_node, _node(n=True), "n is a non-negative integer"),
        (decode_node, _node(n=0), "cannot hold 0 leaves"),
        (decode_node, _node(n=2**40), "cannot hold 1099511627776 leaves"),
        (decode_node, _node(n=1), "a single leaf has one key"),
        (decode_node, _node(lo="ff" * 12), "descend"),
        (decode_node, _node(lo=""), "lo has 1 to 64 bytes, not 0"),
        (decode_node, _node(lo="00" * 65), "lo has 1 to 64 bytes, not 65"),
        (decode_node, _node(lo="00"), "two keys have one length"),
        (decode_node, _node(lo="0G"), "lower-case hexadecimal"),
        (decode_node, _node(lo="AA" * 12), "lower-case hexadecimal"),
        (decode_node, _node(hash="00" * 31), "hash has 32 bytes, not 31"),
        (decode_node, _node(sums="1"), "sums is an array"),
        (decode_node, _node(sums=[1, 2, 3]), "each of sums is a string"),
        (decode_node, _node(sums=["-1", "0", "0"]), "cannot be negative, and this is '-1'"),
        (decode_node, _node(sums=["01", "0", "0"]), "as decimal text, not '01'"),
        (decode_node, _node(sums=["1.0", "0", "0"]), "as decimal text"),
        (decode_node, _node(sums=["1" * 40, "0", "0"]), "as decimal text"),
        (decode_node, _node(sums=["0"] * 17), "at most 16 integers, not 17"),
        (decode_node, _node(sums=[str(9 * (2**64 - 1) + 1)]), "n = 9 cannot have the sum"),
        (decode_leaf, _leaf(index=0), "a leaf has key, ref, salt, values"),
        (decode_leaf, _leaf(ref="00"), "ref has 32 bytes, not 1"),
        (decode_leaf, _leaf(salt="00" * 33), "salt has 32 bytes, not 33"),
        (decode_leaf, _leaf(key=7), "key is a string"),
        (decode_opening, _opening(index=-1), "index is a non-negative integer"),
        (decode_opening, _opening(path=[_node()] * 41), "at most 40 nodes, not 41"),
        (decode_opening, _opening(path=[7]), "a node has"),
        (decode_prefix, {"leaves": []}, "a prefix proof has leaves, rest; found leaves"),
        (decode_prefix, {"leaves": [7], "rest": []}, "a leaf has"),
        (decode_absence, {"between": []}, "an absence proof has before, after; found between"),
        (decode_absence, [], "found no object"),
        (decode_absence, {"before": {"index": 0}}, "a neighbour has index, node, path"),
    ],
)
def test_nothing_else_is_read(read: Callable[[Any], object], value: Any, message: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(value)
    assert message in str(caught.value)


def test_a_prefix_proof_is_bounded() -> None:
    with pytest.raises(MalformedError, match="at most 100000 leaves, not 100001"):
        decode_prefix({"leaves": [7] * 100_001, "rest": []})
