"""T35. Some thousands of changed files of each kind; `make soak ARGS=fuzz` has 100,000."""

from collections import Counter

import pytest

from tests.fuzz.judged import JUDGED, Judged


@pytest.mark.parametrize("name", JUDGED)
def test_t35_a_changed_file_is_refused_or_means_the_same(name: str) -> None:
    judged = JUDGED[name]
    assert judged.meaning == judged.judge(judged.good)
    found = Counter(judged.outcome(number) for number in range(300))
    assert found["refused"] > 200
    assert found.keys() <= {"refused", "same meaning", "unchanged"}


@pytest.mark.parametrize("name", JUDGED)
def test_a_change_is_made_again_from_its_number(name: str) -> None:
    judged = JUDGED[name]
    assert [judged.changed(n) for n in range(9)] == [judged.changed(n) for n in range(9)]
    assert len({judged.changed(n) for n in range(50)}) > 40


def test_a_file_that_means_something_else_is_caught() -> None:
    """The test can fail: a judge that believes everything is found out."""
    credulous = Judged(b"one\ntwo\n", lambda data: data, JUDGED["signed batch"].changes)
    with pytest.raises(AssertionError, match="means something else"):
        list(map(credulous.outcome, range(50)))
