"""How many draws are enough, and what they show: the protocol's table, and brute force."""

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import InputError
from ledger.query.bounds import (
    Bound,
    at_most,
    at_most_of,
    sample_size,
    upper_bound,
    upper_bound_of,
)

PRECISIONS = (Fraction(1, 10), Fraction(1, 20), Fraction(1, 100), Fraction(1, 1000))
P99 = Fraction(99, 100)
ONE = Fraction(1, 100)


@pytest.mark.parametrize(
    ("confidence", "sizes"),
    [
        (Fraction(95, 100), (29, 59, 299, 2_995)),
        (P99, (44, 90, 459, 4_603)),
        (Fraction(999, 1000), (66, 135, 688, 6_905)),
        (1 - Fraction(1, 2**80), (527, 1_082, 5_518, 55_425)),
        (1 - Fraction(1, 2**128), (843, 1_730, 8_828, 88_679)),
    ],
)
def test_the_protocol_s_table_of_sample_sizes(confidence: Fraction, sizes: tuple[int, ...]) -> None:
    found = tuple(sample_size(confidence=confidence, precision=one) for one in PRECISIONS)
    assert found == sizes


def test_failures_claims_and_few_records_change_how_many_draws_it_takes() -> None:
    def size(**more: int) -> int:
        return sample_size(confidence=P99, precision=ONE, **more)

    assert [size(failures=k) for k in range(6)] == [459, 662, 838, 1_001, 1_157, 1_307]
    five = [sample_size(confidence=P99, precision=Fraction(1, 20), failures=k) for k in range(4)]
    assert five == [90, 130, 165, 198]
    assert size(claims=6) == 637
    assert [size(population=n) for n in (1_000, 10_000)] == [368, 448]
    assert [size(population=n) for n in (1, 7)] == [1, 7]


def test_one_draw_fewer_would_not_be_enough() -> None:
    assert at_most(0, 459, ONE) <= ONE < at_most(0, 458, ONE)
    assert at_most_of(0, 368, 10, 1_000) <= ONE < at_most_of(0, 367, 10, 1_000)


@pytest.mark.parametrize("share", [Fraction(0), Fraction(1), Fraction(3, 2)])
def test_a_share_of_nothing_or_all_is_no_precision(share: Fraction) -> None:
    with pytest.raises(InputError, match="above 0 % and below 100 %"):
        sample_size(confidence=P99, precision=share)
    with pytest.raises(InputError, match="above 0 % and below 100 %"):
        sample_size(confidence=share, precision=ONE)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_chances_equal_those_of_all_choices(data: st.DataObject) -> None:
    population = data.draw(st.integers(1, 9))
    bad = data.draw(st.integers(0, population))
    draws = data.draw(st.integers(0, population))
    failures = data.draw(st.integers(0, draws))
    chosen = list(combinations(range(population), draws))
    hits = sum(sum(one < bad for one in choice) <= failures for choice in chosen)
    found = at_most_of(failures, draws, bad, population)
    assert abs(float(found) - hits / len(chosen)) < 1e-12


@given(st.integers(1, 40), st.integers(0, 40), st.integers(1, 99))
def test_binomial_chances_equal_their_sum(draws: int, failures: int, percent: int) -> None:
    share = Fraction(percent, 100)
    exact = sum(
        comb(draws, hits) * share**hits * (1 - share) ** (draws - hits)
        for hits in range(min(failures, draws) + 1)
    )
    assert abs(float(at_most(failures, draws, share)) - float(exact)) < 1e-12


def test_upper_bounds_are_clopper_and_pearson_s() -> None:
    # The standard's own closed form, for no failure: 1 - alpha^(1/m).
    assert float(upper_bound(0, 459, ONE).below) == pytest.approx(1 - 0.01 ** (1 / 459), abs=1e-12)
    # Published one-sided values for alpha = 0.05: 3 of 10, and 1 of 20.
    assert float(upper_bound(3, 10, Fraction(1, 20)).below) == pytest.approx(0.6066, abs=5e-5)
    assert float(upper_bound(1, 20, Fraction(1, 20)).below) == pytest.approx(0.2161, abs=5e-5)
    assert upper_bound(5, 5, ONE).below == upper_bound(0, 0, ONE).below == 1


def test_a_bound_of_few_records_is_a_number_of_them() -> None:
    assert upper_bound_of(0, 368, 1_000, ONE) == Bound(Fraction(10, 1_000), Fraction(9, 1_000))
    assert upper_bound_of(1, 5, 5, ONE) == Bound(Fraction(1, 5), Fraction(1, 5), is_exact=True)
    assert upper_bound_of(0, 0, 5, ONE).below == 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_larger_number_of_bad_records_is_possible(data: st.DataObject) -> None:
    population = data.draw(st.integers(2, 60))
    draws = data.draw(st.integers(1, population - 1))
    failures = data.draw(st.integers(0, draws))
    bound = upper_bound_of(failures, draws, population, ONE)
    possible = [
        bad
        for bad in range(failures, population)
        if at_most_of(failures, draws, bad, population) > ONE
    ]
    assert bound.at_most == Fraction(max(possible, default=failures), population)


@pytest.mark.parametrize(
    ("bound", "percent"),
    [
        (upper_bound(0, 459, ONE), "1.0"),
        (upper_bound(2, 459, ONE), "1.9"),
        (upper_bound(0, 4_603, ONE), "0.10"),
        (upper_bound(0, 29, Fraction(1, 20)), "9.9"),
        (upper_bound(0, 20, ONE), "21"),
        (upper_bound(5, 5, ONE), "100"),
        (Bound(Fraction(1, 460), Fraction(0)), "0.22"),
        (Bound(Fraction(5, 460), Fraction(4, 460)), "0.87"),
        (Bound(Fraction(0), Fraction(0), is_exact=True), "0"),
    ],
)
def test_percentages_are_rounded_up(bound: Bound, percent: str) -> None:
    assert bound.percent() == percent
    assert bound.is_exact or Fraction(percent) / 100 > bound.at_most or bound.below == 1


def test_what_a_bound_excludes() -> None:
    assert upper_bound(0, 459, ONE).is_within(ONE)
    assert not upper_bound(0, 458, ONE).is_within(ONE)
    assert Bound(Fraction(5, 460), Fraction(4, 460)).is_within(ONE)
    assert not Bound(Fraction(1, 100), Fraction(1, 100), is_exact=True).is_within(ONE)
