"""Draws: those of the worked example, and that they are fair, distinct and repeatable."""

from collections import Counter

import pytest

from ledger.errors import MalformedError
from ledger.query.sample import (
    BY_RECORDS,
    draw,
    draw_documents,
    draw_records,
    draw_sample,
    draw_sizes,
)
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumNode
from tests.query.worked_example import EXAMPLE, STATEMENT, TRAINING, tree

SEED = Hash(bytes.fromhex(EXAMPLE["seed"]))


def test_the_worked_example_s_draws() -> None:
    draws = EXAMPLE["draws"]
    assert list(draw_records(SEED, "crawled", draws=3, count=5)) == draws["uniform crawled m=3"]
    assert list(draw_records(SEED, "licensed", draws=2, count=3)) == draws["uniform licensed m=2"]
    crawled = tree("crawled")
    for expected in draws["pps crawled bytes"]:
        total = crawled.root.sums[0]
        point = draw_sizes(SEED, "crawled", draws=3, total=total)[expected["j"]]
        assert (point, crawled.at(point)) == (expected["t"], expected["leaf"])


def test_draws_by_records_are_different_and_all_if_there_are_few() -> None:
    some = draw_records(SEED, "a", draws=90, count=100)
    assert len(set(some)) == 90
    assert set(some) <= set(range(100))
    assert some[:40] == draw_records(SEED, "a", draws=40, count=100)  # more draws go on from there
    assert draw_records(SEED, "a", draws=5, count=5) == (0, 1, 2, 3, 4)
    assert draw_records(SEED, "a", draws=9, count=5) == (0, 1, 2, 3, 4)


def test_draws_by_size_may_repeat_and_there_are_none_of_nothing() -> None:
    points = draw_sizes(SEED, "a", draws=50, total=3)
    assert len(points) == 50
    assert set(points) == {0, 1, 2}
    assert draw_sizes(SEED, "a", draws=50, total=0) == ()
    assert draw_documents(SEED, "a", count=0) == ()
    assert len(draw_documents(SEED, "a", count=1_000)) == 5


def test_draws_of_sections_kinds_and_numbers_are_their_own() -> None:
    found = {
        draw(SEED, section, kind, number, 2**200)
        for section in ("a", "b")
        for kind in (1, 2, 3)
        for number in range(4)
    }
    assert len(found) == 24


def test_every_index_is_drawn_about_as_often() -> None:
    counts = Counter(draw(SEED, "a", BY_RECORDS, number, 10) for number in range(20_000))
    # Chi-square of 9 degrees of freedom: above 27.9 with a chance of 0.1 %; the seed is fixed.
    assert sum((count - 2_000) ** 2 / 2_000 for count in counts.values()) < 27.9


def test_trees_of_names_are_not_drawn_and_the_training_set_is() -> None:
    named = SumNode(5, bytes(32), b"\xff" * 32, (), Hash(bytes(32)))
    ranked = SumNode(5, bytes(40), b"\xff" * 40, (9,), Hash(bytes(32)))
    sections = {**STATEMENT.sections, "crawled.names": named, "crawled.rank": ranked}
    sample = draw_sample(SEED, sections, training=TRAINING, draws=3, contents=1)
    assert [one.name for one in sample] == ["crawled", "licensed", "training"]
    crawled, _, training = sample
    assert (crawled.records, len(crawled.sizes), crawled.contents) == ((3, 0, 1), 3, 1)
    assert (len(training.records), training.sizes) == (3, ())


def test_nothing_is_drawn_from_nothing() -> None:
    with pytest.raises(MalformedError, match="nothing can be drawn"):
        draw(SEED, "a", 1, 0, 0)
