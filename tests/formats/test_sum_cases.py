"""The cases of vectors/audit.json: each gets its verdict, and each rule is broken by some."""

import json
from typing import Any

import pytest

from ledger.proof.sum_json import decode_node, decode_opening
from ledger.tree.sums import check_opening
from tests.formats import raw_sums
from tests.formats.make_vectors import VECTORS
from tests.formats.sum_cases import ROOT, SECRET, verdict
from tests.tree.sum_samples import NAME, some_tree

KEPT: dict[str, Any] = json.loads((VECTORS / "audit.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = KEPT["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_part_of_a_tree_gets_the_verdict_that_the_vector_says(case: dict[str, Any]) -> None:
    asked = {name: part for name, part in case.items() if name not in ("verdict", "message")}
    found, detail = verdict(asked)
    assert found == case["verdict"], detail
    assert detail == (case.get("sums") if found == "verified" else case["message"])


def test_every_rule_is_broken_by_some_case_and_only_good_cases_verify() -> None:
    assert {case["rule"] for case in CASES} == set(range(7))
    for case in CASES:
        assert (case["verdict"] == "verified") == (case["rule"] == 0), case["name"]
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)


def test_what_is_wrong_in_another_way_is_said_in_other_words() -> None:
    said = {case["name"]: case["message"] for case in CASES if case["rule"]}
    told_apart = [
        *("value-negative", "lab-books-2-to-the-64", "lab-hides-2-to-the-64-in-the-sibling"),
        *("sum-of-sibling", "hash-of-sibling", "measure-left-out", "count-of-2-to-the-40"),
        *("range-descends", "single-leaf-with-two-keys", "key-of-another-length"),
        *("lab-files-a-record-twice", "sibling-left-out", "sibling-with-another-count"),
        *("place-beyond-the-end", "root-with-another-smallest-key", "root-with-another-sums"),
        *("root-with-another-largest-key", "prefix-of-nothing", "prefix-rest-left-out"),
        *("absent-but-is-the-neighbour", "absent-but-elsewhere", "absent-nothing-shown"),
        *("absent-neighbours-not-adjacent", "absent-neighbours-swapped"),
    ]
    assert len({said[name] for name in told_apart}) == len(told_apart)


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 8, 21])
def test_a_tree_made_of_the_page_alone_is_the_same(count: int) -> None:
    tree = some_tree(count)
    leaves = [
        {
            "key": leaf.key.hex(),
            "ref": leaf.ref.hex(),
            "values": [str(value) for value in leaf.values],
        }
        for leaf in map(tree.leaf, range(count))
    ]
    root, openings = raw_sums.opened(SECRET, NAME, leaves)
    assert decode_node(root) == tree.root
    assert [decode_opening(one) for one in openings] == [tree.open(at) for at in range(count)]


def test_the_shown_opening_yields_the_shown_sums() -> None:
    shown = KEPT["shown"]
    opening = decode_opening(shown["opening"])
    sums = check_opening(opening, tree_name=shown["tree_name"], root=decode_node(shown["root"]))
    assert [str(total) for total in sums] == shown["prefix_sums"]
    assert shown["root"] == ROOT
