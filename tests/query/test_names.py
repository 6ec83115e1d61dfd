"""Names in a statement: against the worked example, and what is not a name."""

import hmac

import pytest

from ledger.errors import MalformedError
from ledger.query.names import (
    canonical_name,
    check_rank_leaf,
    generator_code,
    key_commit,
    name_leaf,
    pseudonym,
    rank_key,
    rank_leaf,
    split_rank_key,
)
from ledger.tree.sums import SumLeaf, SumTree, check_absence, check_opening, check_prefix
from tests.tree.sum_samples import read_node
from tests.vectors import load

EXAMPLE = load("audit/worked-example.json")
SECRET = bytes.fromhex(EXAMPLE["audit_secret"])
NAMES, RANKS = EXAMPLE["names"], EXAMPLE["rank"]
KEY = bytes.fromhex(NAMES["name_key"])


def test_the_pseudonyms_of_the_worked_example() -> None:
    assert key_commit(KEY).hex() == NAMES["key_commit"]
    assert [[name, pseudonym(KEY, name).hex()] for name, _ in NAMES["order"]] == NAMES["order"]
    absent = NAMES["absent"]
    assert pseudonym(KEY, absent["domain"]).hex() == absent["pseudonym"]


def test_the_ranks_of_the_worked_example() -> None:
    keys = [
        [name, size, rank_key(size, pseudonym(KEY, name)).hex()] for name, size, _ in RANKS["order"]
    ]
    assert keys == RANKS["order"]
    assert sorted(keys, key=lambda row: str(row[2])) == keys


def test_presence_and_absence_in_the_worked_example() -> None:
    leaves = [name_leaf(pseudonym(KEY, name)) for name, _ in NAMES["order"]]
    tree = SumTree.build("crawled.names", SECRET, leaves)
    assert tree.root == read_node(NAMES["root"])
    for place, (name, _) in enumerate(NAMES["order"]):
        assert tree.find(pseudonym(KEY, name)) == place
        assert check_opening(tree.open(place), tree_name="crawled.names", root=tree.root) == ()
    absent = bytes.fromhex(NAMES["absent"]["pseudonym"])
    proof = tree.open_absence(absent)
    assert proof.before is not None
    assert proof.after is not None
    assert [proof.before.index, proof.after.index] == NAMES["absent"]["between"]
    check_absence(proof, key=absent, root=tree.root)


def test_the_top_list_of_the_worked_example() -> None:
    leaves = [rank_leaf(size, pseudonym(KEY, name)) for name, size, _ in RANKS["order"]]
    tree = SumTree.build("crawled.rank", SECRET, leaves)
    assert tree.root == read_node(RANKS["root"])
    proof = tree.open_prefix(RANKS["listed"])
    assert list(proof.rest) == [read_node(node) for node in RANKS["prefix_proof"]]
    (covered,) = check_prefix(proof, tree_name="crawled.rank", root=tree.root)
    assert f"{covered}/{tree.root.sums[0]}" == RANKS["share_of_bytes"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("example.org", "example.org"),
        ("Example.ORG", "example.org"),
        ("example.org.", "example.org"),
        ("xn--strae-oqa.de", "xn--strae-oqa.de"),
        ("(none)", "(none)"),
    ],
)
def test_a_name_is_spelled_in_one_way(written: str, name: str) -> None:
    assert canonical_name(written) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "org", "example..org", "example.org..", "straße.de", "192.0.2.7", "(NONE)"),
        *("a b.org", "https://example.org", "exam\u212ale.org", "a" * 250 + ".org"),
    ],
)
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(MalformedError, match="is no domain"):
        canonical_name(text)


def test_a_pseudonym_is_of_the_one_spelling() -> None:
    with pytest.raises(MalformedError, match=r"is spelled 'example\.org' in a tree"):
        pseudonym(KEY, "Example.org")
    assert pseudonym(KEY, "(none)") != pseudonym(KEY, "none.example")
    assert pseudonym(bytes(32), "example.org") != pseudonym(KEY, "example.org")


def test_a_name_key_has_32_bytes() -> None:
    with pytest.raises(MalformedError, match="a name key has 32 bytes, not 31"):
        key_commit(KEY[:31])
    with pytest.raises(MalformedError, match="a name key has 32 bytes, not 33"):
        pseudonym(KEY + b"\0", "example.org")


@pytest.mark.parametrize("size", [0, 1, 2**63, 2**64 - 1])
def test_a_rank_key_says_its_bytes(size: int) -> None:
    name = pseudonym(KEY, "example.org")
    assert split_rank_key(rank_key(size, name)) == (size, name)
    assert check_rank_leaf(rank_leaf(size, name)) == (size, name)


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        (SumLeaf(key=rank_key(7, KEY), ref=bytes(32), values=(8,)), "ranked by 7 bytes"),
        (SumLeaf(key=rank_key(7, KEY), ref=bytes(32), values=(7, 7)), r"counted with \[7, 7\]"),
        (SumLeaf(key=rank_key(7, KEY), ref=KEY, values=(7,)), "refers to no record"),
        (SumLeaf(key=KEY, ref=bytes(32), values=(7,)), "has 40 bytes, not 32"),
    ],
)
def test_a_domain_is_ranked_by_what_it_is_counted_with(leaf: SumLeaf, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        check_rank_leaf(leaf)


def test_there_is_no_such_rank() -> None:
    for size in (-1, 2**64):
        with pytest.raises(MalformedError, match=f"cannot have {size} bytes"):
            rank_key(size, KEY)
    with pytest.raises(MalformedError, match="a pseudonym has 32 bytes, not 3"):
        rank_key(7, KEY[:3])


def test_a_generator_is_eight_bytes_of_a_hash_under_the_name_key() -> None:
    message = b"tdl/audit/generator/v1\0\x00\x06OpenAI\x00\x05gpt-x"
    assert generator_code(KEY, "OpenAI", "gpt-x") == hmac.digest(KEY, message, "sha256")[:8].hex()
    # Where one text ends and the other begins is part of it.
    assert generator_code(KEY, "OpenA", "Igpt-x") != generator_code(KEY, "OpenAI", "gpt-x")
