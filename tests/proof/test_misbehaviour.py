"""Proofs that a log misbehaved: what convinces a stranger, and what does not."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.checkpoint.cosignature import MLDSA44Cosigner
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, LedgerError, MalformedError
from ledger.proof.misbehaviour import MAX_SIZE, START, Misbehaviour, signed_tree
from ledger.signing.base64 import encode_base64
from ledger.signing.note import Note, sign_note
from tests.formats.examples import LOG
from tests.formats.misbehaviour_cases import (
    all_cases,
    example_fork,
    large_fork,
    misbehaviour_vector,
    verdict,
    witnesses_of_both,
)

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
    places = [range(time, time + 20), *_cosignatures(data, example_fork())]
    assert [at for at in accepted if not any(at in place for place in places)] == []


def _cosignatures(data: bytes, fork: Misbehaviour) -> Iterator[range]:
    """Yield where in the file the cosignature lines are: the last of each note."""
    for note in (fork.first, fork.second or b""):
        start, encoded = data.index(encode_base64(note).encode()), len(encode_base64(note))
        line = note.rstrip(b"\n").rindex(b"\n")
        yield range(start + line * 4 // 3, start + encoded)


@pytest.mark.parametrize("case", VECTOR["guilty"], ids=lambda case: str(case["trust"]))
def test_t06_a_witness_with_two_keys_is_one_witness(case: Any) -> None:
    assert (
        witnesses_of_both(case["claim"], VECTOR["trust"][case["trust"]])
        == {
            "one URL": [["w1", "other"]],
            "one group": [],
            "one name": [["w1", "w1-old"]],
            "witnessed": [],
        }[case["trust"]]
    )


def test_the_largest_notes_have_room_in_a_claim() -> None:
    data = large_fork().to_bytes()
    assert len(data) <= MAX_SIZE
    trust = Trust.parse(VECTOR["trust"]["witnessed"].encode())
    assert Misbehaviour.from_bytes(data).check(trust).witnesses == (("w1",),)


def test_t16_a_log_line_that_cannot_be_checked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    log = MLDSA44Cosigner(LOG.key.name, bytes(32), lambda: 0)
    text = Note.from_bytes(example_fork().first).text
    trust = Trust.parse(f"log {log.key}\nlog {LOG.key}\nquorum none\n".encode())

    def verify(**_: object) -> None:
        raise CannotTellError("this machine does not know ML-DSA-44", hint="another library")

    monkeypatch.setattr("ledger.checkpoint.cosignature.verify_ml_dsa_44", verify)
    assert signed_tree(sign_note(text, [log, LOG]), trust).log == LOG.key
    with pytest.raises(CannotTellError, match="does not know ML-DSA-44") as caught:
        signed_tree(sign_note(text, [log]), trust)
    assert caught.value.hint == "another library"


def test_a_huge_claim_is_not_parsed() -> None:
    with pytest.raises(MalformedError, match="at most 3000000 bytes"):
        Misbehaviour.from_bytes(b" " * (MAX_SIZE + 1))
