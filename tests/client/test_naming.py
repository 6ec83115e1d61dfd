"""The trees of names of a training set: who was crawled, and how much came from each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.client.naming import name_leaves
from ledger.content.domains import NO_DOMAIN, Tally
from ledger.errors import NotFoundError
from ledger.query.names import check_rank_leaf, pseudonym
from ledger.record.canonical import JSON
from ledger.store.rows import RecordRange
from ledger.store.store import Store
from ledger.tree.hashing import Hash
from ledger.tree.sums import sum_root
from tests.databases import new_url
from tests.makers import ORIGIN, PRODUCER, batch, keys_batch, shard
from tests.store.ledgers import open_log

LIST = f"sha256:{'5a' * 32}"
ONE = Tally.of(LIST, {"a.example": (500, 5), "b.example": (900, 2), NO_DOMAIN: (7, 1)})
TWO = Tally.of(LIST, {"a.example": (500, 1), "c.example": (1_800, 4)})
ROOT = Hash(bytes(range(32)))
KEY = bytes([7]) * 32
SIZES = {"c.example": 1_800, "b.example": 1_800, "a.example": 1_500, NO_DOMAIN: 14}
"""ONE counts twice, TWO once."""


def crawled(number: int, tally: Tally | None, category: str = "crawled") -> dict[str, JSON]:
    fields = shard(number, source={"category": category})
    if tally is None:
        return fields
    basis = fields["basis"]
    assert isinstance(basis, dict)
    domains: JSON = {"digest": tally.digest, "count": tally.count}
    return {**fields, "domains": domains, "basis": {**basis, "domains": "observed"}}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(new_url("sqlite", tmp_path), origin=ORIGIN) as opened:
        yield opened


@pytest.fixture
def tallied(store: Store) -> Store:
    store.tallies.keep([ONE, TWO])
    fields = [crawled(0, ONE), crawled(1, ONE), crawled(2, TWO), crawled(3, None)]
    fields.append(crawled(4, TWO, "public_dataset"))
    log = open_log(store)
    log.append([keys_batch()])
    log.append([batch(PRODUCER, "shard", fields)])
    store.training.freeze(ROOT, [RecordRange(1, 0, 5)], bytes(32))
    return store


def test_names_stand_in_the_order_of_their_pseudonyms(tallied: Store) -> None:
    leaves = name_leaves(tallied, ROOT, KEY)
    assert leaves.count == 4
    assert [one.key for one in leaves.names()] == sorted(pseudonym(KEY, name) for name in SIZES)
    assert {one.values for one in leaves.names()} == {()}


def test_the_largest_stand_first_and_equal_ones_by_pseudonym(tallied: Store) -> None:
    ranked = [check_rank_leaf(one) for one in name_leaves(tallied, ROOT, KEY).rank()]
    assert ranked == sorted(
        ((size, pseudonym(KEY, name)) for name, size in SIZES.items()),
        key=lambda one: (-one[0], one[1]),
    )
    assert sum(size for size, _ in ranked) == 5_114


def test_both_make_trees_and_another_key_makes_others(tallied: Store) -> None:
    def roots(key: bytes) -> list[object]:
        leaves = name_leaves(tallied, ROOT, key)
        trees = {"crawled.names": leaves.names(), "crawled.rank": leaves.rank()}
        return [sum_root(name, bytes(32), found) for name, found in trees.items()]

    assert roots(KEY) == roots(KEY)
    assert not set(roots(KEY)) & set(roots(bytes([8]) * 32))


def test_a_set_without_tallies_has_no_names(store: Store) -> None:
    log = open_log(store)
    log.append([keys_batch()])
    log.append([batch(PRODUCER, "shard", [crawled(0, None)])])
    store.training.freeze(ROOT, [RecordRange(1, 0, 1)], bytes(32))
    assert name_leaves(store, ROOT, KEY).count == 0


def test_no_set_no_names(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no training set"):
        name_leaves(store, ROOT, KEY)
