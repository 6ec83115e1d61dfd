"""How often draws find what they are to find: a share of the 4,000 audits of `make soak`."""

from tests.soak.audits import (
    detects_by_records,
    detects_by_size,
    detects_the_large,
    finds_the_large,
    miss_rate,
)

AUDITS = 500


def test_who_lies_in_one_per_cent_is_hardly_missed() -> None:
    # Of 500, 12 and more would be missed with a chance of 0.5 %, were the rate 1 %.
    assert 0 < miss_rate(AUDITS, detects_by_records) < 0.024
    assert 0 < miss_rate(AUDITS, detects_by_size) < 0.024


def test_few_large_records_are_found_by_size_and_not_by_records() -> None:
    assert miss_rate(AUDITS, detects_the_large) < 0.024
    assert miss_rate(AUDITS, finds_the_large) > 0.94
