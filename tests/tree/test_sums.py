"""The ordered Merkle-sum tree, against the worked example and a plain recursion."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.tree.hashing import Hash, split
from ledger.tree.sums import (
    MAX_LEAVES,
    MAX_VALUE,
    SumLeaf,
    SumNode,
    SumTree,
    check_opening,
    join,
    leaf_node,
    leaf_salt,
    prefixed,
    sum_root,
)
from tests.vectors import load

EXAMPLE = load("audit/worked-example.json")
SECRET = bytes.fromhex(EXAMPLE["audit_secret"])
SECTIONS = EXAMPLE["sections"]


def node_of(tree: Any) -> SumNode:
    return SumNode(
        tree["n"],
        bytes.fromhex(tree["lo"]),
        bytes.fromhex(tree["hi"]),
        tuple(tree["sums"]),
        Hash(bytes.fromhex(tree["h"])),
    )


def leaf_of(leaf: Any) -> SumLeaf:
    return SumLeaf(
        key=bytes.fromhex(leaf["key"]),
        ref=bytes.fromhex(leaf["ref"]),
        values=tuple(leaf["vals"]),
    )


def nodes(name: str) -> list[SumNode]:
    return [
        leaf_node(
            tree_name=name,
            index=leaf["i"],
            salt=leaf_salt(SECRET, name, leaf["i"]),
            leaf=leaf_of(leaf),
        )
        for leaf in SECTIONS[name]["leaves"]
    ]


@pytest.mark.parametrize("name", SECTIONS)
def test_salts_leaves_and_roots_of_the_worked_example(name: str) -> None:
    for leaf, node in zip(SECTIONS[name]["leaves"], nodes(name), strict=True):
        assert leaf_salt(SECRET, name, leaf["i"]).hex() == leaf["salt"]
        assert node.hash.hex() == leaf["h"]
    root = sum_root(name, SECRET, map(leaf_of, SECTIONS[name]["leaves"]))
    assert root == node_of(SECTIONS[name]["root"])
    section = sha256(b"tdl/audit/section/v1\0" + prefixed(name.encode()) + root.encode())
    assert section.hexdigest() == SECTIONS[name]["section_hash"]


def test_the_audit_root_of_the_worked_example() -> None:
    context = sha256(
        b"tdl/audit/context/v1\0"
        + prefixed(b"example-lab")
        + prefixed(b"Example-1")
        + (1).to_bytes(8)
        + (12).to_bytes(8)
    ).digest()
    assert context.hex() == EXAMPLE["context"]
    measures = b"".join(prefixed(name.encode()) for name in EXAMPLE["measures"])
    hashes = b"".join(bytes.fromhex(SECTIONS[name]["section_hash"]) for name in sorted(SECTIONS))
    root = sha256(
        b"tdl/audit/root/v1\0"
        + context
        + bytes([len(EXAMPLE["measures"])])
        + measures
        + len(SECTIONS).to_bytes(2)
        + hashes
    )
    assert root.hexdigest() == EXAMPLE["audit_root"]


def test_the_inner_nodes_of_the_worked_example() -> None:
    crawled = nodes("crawled")
    first = join(crawled[0], crawled[1])
    second = join(crawled[2], crawled[3])
    inner = EXAMPLE["inner"]
    assert first == node_of(inner["crawled[0,2)"])
    assert second == node_of(inner["crawled[2,4)"])
    assert join(first, second) == node_of(inner["crawled[0,4)"])
    preimage = bytes.fromhex(EXAMPLE["preimage node crawled[0,2)"])
    assert preimage == b"\x01tdl/audit/node/v1\0" + crawled[0].encode() + crawled[1].encode()
    assert sha256(preimage).digest() == first.hash
    leaf = bytes.fromhex(EXAMPLE["preimage leaf crawled[0]"])
    assert sha256(leaf).digest() == crawled[0].hash


def test_the_path_of_the_worked_example_leads_to_its_root() -> None:
    fourth = nodes("crawled")[3]
    left, first_two, last = (node_of(tree) for tree in EXAMPLE["path crawled[3]"])
    root = join(join(first_two, join(left, fourth)), last)
    assert root == node_of(SECTIONS["crawled"]["root"])


def test_leaves_of_the_worked_example_are_opened_and_drawn() -> None:
    tree = SumTree.build("crawled", SECRET, map(leaf_of, SECTIONS["crawled"]["leaves"]))
    opening = tree.open(3)
    assert opening.path == tuple(node_of(node) for node in EXAMPLE["path crawled[3]"])
    assert opening.salt.hex() == SECTIONS["crawled"]["leaves"][3]["salt"]
    assert tree.node(0, 4) == node_of(EXAMPLE["inner"]["crawled[0,4)"])
    for draw in EXAMPLE["draws"]["pps crawled bytes"]:
        place = tree.at(draw["t"])
        assert place == draw["leaf"]
        before = check_opening(tree.open(place), tree_name="crawled", root=tree.root)
        assert list(before) == draw["prefix"]


def test_the_name_and_rank_trees_of_the_worked_example() -> None:
    names = [
        SumLeaf(key=bytes.fromhex(pseudonym), ref=bytes(32))
        for _, pseudonym in EXAMPLE["names"]["order"]
    ]
    assert sum_root("crawled.names", SECRET, names) == node_of(EXAMPLE["names"]["root"])
    ranks = [
        SumLeaf(key=bytes.fromhex(key), ref=bytes(32), values=(size,))
        for _, size, key in EXAMPLE["rank"]["order"]
    ]
    assert sum_root("crawled.rank", SECRET, ranks) == node_of(EXAMPLE["rank"]["root"])


def recursive(found: Sequence[SumNode]) -> SumNode:
    if len(found) == 1:
        return found[0]
    middle = split(len(found))
    return join(recursive(found[:middle]), recursive(found[middle:]))


def test_streaming_equals_the_recursion_for_every_size() -> None:
    assert sum_root("t", SECRET, []) is None
    leaves = [
        SumLeaf(key=number.to_bytes(12), ref=bytes(32), values=(number, 3)) for number in range(130)
    ]
    found = [
        leaf_node(tree_name="t", index=at, salt=leaf_salt(SECRET, "t", at), leaf=leaf)
        for at, leaf in enumerate(leaves)
    ]
    for size in range(1, 131):
        root = sum_root("t", SECRET, iter(leaves[:size]))
        assert root == recursive(found[:size])
        assert root.count == size
        assert root.sums == (sum(range(size)), 3 * size)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=12))
def test_keys_that_do_not_ascend_are_malformed(keys: list[int]) -> None:
    leaves = [SumLeaf(key=bytes([key]), ref=bytes(32)) for key in keys]
    if keys == sorted(set(keys)):
        assert sum_root("t", SECRET, leaves) is not None
    else:
        with pytest.raises(MalformedError, match="does not come after"):
            sum_root("t", SECRET, leaves)


def test_a_node_binds_both_children_whole() -> None:
    left, right = nodes("crawled")[:2]
    parent = join(left, right)
    for changed in (
        replace(right, count=2, hi=b"\x7f" * 12),
        replace(right, sums=(8193, 20)),
        replace(right, hash=left.hash),
        replace(right, lo=right.hi[:-1] + b"\x01", hi=right.hi[:-1] + b"\x01"),
    ):
        assert join(left, changed).hash != parent.hash
    # The same total, moved from one side to the other: the root must not be the same.
    moved = join(replace(left, sums=(0, 0)), replace(right, sums=parent.sums))
    assert moved.sums == parent.sums
    assert moved.hash != parent.hash


def test_the_salt_depends_on_secret_name_and_index() -> None:
    salts = {
        leaf_salt(secret, name, index)
        for secret in (SECRET, bytes(32))
        for name in ("a", "b")
        for index in (0, 1, 256)
    }
    assert len(salts) == 12


KEY = bytes(12)
HASH = Hash(bytes(32))


@pytest.mark.parametrize(
    "arguments",
    [
        (0, KEY, KEY, (), HASH),
        (MAX_LEAVES + 1, KEY, KEY, (), HASH),
        (2, b"\1" * 12, KEY, (), HASH),
        (2, KEY, bytes(13), (), HASH),
        (1, KEY, b"\1" * 12, (), HASH),
        (1, KEY, KEY, (0,) * 17, HASH),
        (1, KEY, KEY, (-1,), HASH),
        (1, KEY, KEY, (2**128,), HASH),
    ],
)
def test_no_such_node(arguments: Any) -> None:
    with pytest.raises(MalformedError):
        SumNode(*arguments)


@pytest.mark.parametrize(
    ("salt", "leaf"),
    [
        (bytes(31), SumLeaf(key=KEY, ref=bytes(32))),
        (bytes(32), SumLeaf(key=KEY, ref=bytes(33))),
        (bytes(32), SumLeaf(key=KEY, ref=bytes(32), values=(MAX_VALUE + 1,))),
        (bytes(32), SumLeaf(key=KEY, ref=bytes(32), values=(-1,))),
        (bytes(32), SumLeaf(key=KEY, ref=bytes(32), values=(0,) * 17)),
        (bytes(32), SumLeaf(key=bytes(65_536), ref=bytes(32))),
    ],
)
def test_no_such_leaf(salt: bytes, leaf: SumLeaf) -> None:
    with pytest.raises(MalformedError):
        leaf_node(tree_name="t", index=0, salt=salt, leaf=leaf)


def test_nodes_of_different_measures_or_key_lengths_do_not_join() -> None:
    left = SumNode(1, b"\0", b"\0", (1,), HASH)
    with pytest.raises(MalformedError, match="same measures"):
        join(left, SumNode(1, b"\1", b"\1", (1, 2), HASH))
    with pytest.raises(MalformedError):
        join(left, SumNode(1, b"\1\1", b"\1\1", (1,), HASH))
