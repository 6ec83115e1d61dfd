"""Keys come back sorted, whatever their order, however small the runs are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.client.sorting import SortedKeys


@given(st.lists(st.binary(min_size=4, max_size=4), max_size=60), st.integers(1, 9))
def test_keys_come_back_sorted_as_often_as_they_were_added(keys: list[bytes], run: int) -> None:
    found = SortedKeys(4, run=run)
    for key in keys:
        found.add(key)
    assert list(found) == sorted(keys)


def test_they_can_be_read_again_and_by_two_at_once() -> None:
    found = SortedKeys(2, run=3)
    for number in range(1_000, 0, -1):
        found.add(number.to_bytes(2))
    one, two = iter(found), iter(found)
    assert list(zip(one, two, strict=True)) == [(n.to_bytes(2),) * 2 for n in range(1, 1_001)]


def test_a_key_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="4 bytes, not 5"):
        SortedKeys(4).add(b"12345")
