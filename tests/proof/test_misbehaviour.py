"""Proofs that a log misbehaved: what convinces a stranger, and what does not."""

from typing import Any

import pytest

from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError, MalformedError
from ledger.proof.misbehaviour import MAX_SIZE, START, Misbehaviour
from tests.formats.misbehaviour_cases import all_cases, example_fork, misbehaviour_vector, verdict

VECTOR: dict[str, Any] = misbehaviour_vector()
CASES = list(all_cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_a_claim_gets_the_verdict_that_the_vector_says(case: Any) -> None:
    assert verdict(case.claim, VECTOR["trust"][case.trust]) == case.verdict


def test_no_claim_stands_twice_among_the_cases() -> None:
    assert len({(case.claim, case.trust) for case in CASES}) == len(CASES)


def test_a_claim_has_one_spelling() -> None:
    data = example_fork().to_bytes()
    assert data.startswith(START)
    assert Misbehaviour.from_bytes(data) == example_fork()


def test_no_changed_byte_makes_another_true_claim() -> None:
    data = example_fork().to_bytes()
    trust = Trust.parse(VECTOR["trust"]["witnessed"].encode())
    expected = example_fork().check(trust)
    accepted = []
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        try:
            found = Misbehaviour.from_bytes(bytes(changed)).check(trust)
        except LedgerError:
            continue
        # What nobody signed may change: when it was noted, and lines that then fail.
        assert (found.first.tree, found.second.tree) == (expected.first.tree, expected.second.tree)
        accepted.append(at)
    time = data.index(b'"noted_at":"') + len(b'"noted_at":"')
    lines = [data.index(b"witness.example/w1") - 4, data.rindex(b"witness.example/w1") - 4]
    places = [range(time, time + 20), *(range(at, at + 160) for at in lines)]
    assert [at for at in accepted if not any(at in place for place in places)] == []


def test_a_huge_claim_is_not_parsed() -> None:
    with pytest.raises(MalformedError, match="at most 3000000 bytes"):
        Misbehaviour.from_bytes(b" " * (MAX_SIZE + 1))
