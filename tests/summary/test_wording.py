"""Numbers, dates and lists, spelt one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.summary import wording

SPACE, NARROW = wording.NO_BREAK_SPACE, wording.NARROW_SPACE


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (1234, "1.23 kB"),
        (12_345, "12.3 kB"),
        (123_456, "123 kB"),
        (999_999, "999 kB"),
        (1_050_000, "1.05 MB"),
        (2_500_000_000, "2.5 GB"),
        (7 * 10**12, "7 TB"),
        (123_456 * 10**15, f"123{NARROW}456 PB"),
    ],
)
def test_sizes_in_bytes_are_rounded_down(value: int, expected: str) -> None:
    assert wording.byte_size(value) == expected.replace(" ", SPACE)


@given(st.integers(min_value=0, max_value=10**20))
def test_a_number_is_its_digits_in_threes(value: int) -> None:
    text = wording.number(value)
    assert text.replace(NARROW, "") == str(value)
    assert all(len(part) == 3 for part in text.split(NARROW)[1:])


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [(0, "0 hours"), (1, "less than 1 hour"), (3_600_000, "1 hour"), (7_199_999, "1 hour")],
)
def test_hours(milliseconds: int, expected: str) -> None:
    assert wording.hours(milliseconds).replace(SPACE, " ") == expected


@pytest.mark.parametrize(
    ("words", "expected"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")]
)
def test_lists(words: list[str], expected: str) -> None:
    assert wording.listed(words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("no record", "No record."),
        ("m-1 is open", "m-1 is open."),
        ("Done!", "Done!"),
        ("2 records", "2 records."),
    ],
)
def test_sentences_leave_names_alone(text: str, expected: str) -> None:
    assert wording.sentence(text) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("", "", "not known"),
        ("2024-03", "", "03/2024 to not known"),
        ("", "2025-06", "not known to 06/2025"),
        ("2024-03", "2025-06", "03/2024 to 06/2025"),
    ],
)
def test_periods(start: str, end: str, expected: str) -> None:
    assert wording.period(start, end) == expected
