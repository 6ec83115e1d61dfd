"""Threats T03, T04 and T13 in short: the soak programme does a thousand of each."""

from tests.soak.forks import edits, forks


def test_t03_t13_a_second_head_gets_no_cosignature_and_is_proved() -> None:
    found = forks(12)
    assert (found.cosigned, found.proofs, found.accepted) == (0, 12, 12)


def test_t04_a_changed_past_is_caught_by_the_kept_checkpoint() -> None:
    found = edits(30)
    assert (found.trials, found.caught) == (30, 30)
