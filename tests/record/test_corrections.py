"""Corrections as values: which decides, where a chain ends, what a reader is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.record.corrections import Correction, Corrections
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from tests.makers import CLAIMED_AT, shard

A, B, C, D = (RecordId(index, 0) for index in (1, 2, 3, 4))


def said(
    place: int, record: RecordId, action: str, replacement: RecordId | None = None
) -> Correction:
    return Correction(
        id=RecordId(place, 0),
        record=record,
        action=action,
        reason=f"because {place}",
        replacement=replacement,
        claimed_at=CLAIMED_AT,
    )


def stated(**correction: str) -> Record:
    return Record.parse(
        "correction",
        {
            "correction": dict(correction),
            "basis": {"correction": "declared"},
            "claimed_at": CLAIMED_AT,
        },
    )


def test_a_record_that_nobody_corrects_stands() -> None:
    none = Corrections()
    assert (none.newest(A), none.is_current(A), none.verdict(A)) == (A, True, None)
    assert (none.forward(A), none.chain(A), list(none)) == ([], [A], [])


def test_a_chain_leads_to_the_newest_from_each_of_its_records() -> None:
    found = Corrections([said(10, A, "replace", B), said(11, B, "replace", C)])
    for one in (A, B, C):
        assert found.newest(one) == C
        assert found.chain(one) == [A, B, C]
        assert found.is_current(one)
    assert found.replaced_by(C) == (B,)
    assert found.verdict(A) == "record 1.0 is superseded by 3.0: because 11 (correction 11.0)"
    assert found.verdict(C) is None


def test_the_newest_of_two_corrections_decides_whatever_their_order_in_the_file() -> None:
    two = [said(10, A, "replace", B), said(11, A, "replace", C)]
    for found in (Corrections(two), Corrections(two[::-1])):
        assert found.newest(A) == C
        assert found.replaced_by(B) == ()
        assert [one.id.index for one in found.of(A)] == [10, 11]


def test_a_withdrawn_record_may_be_replaced_later_and_the_other_way_round() -> None:
    back = Corrections([said(10, A, "withdraw"), said(11, A, "replace", B)])
    assert (back.newest(A), back.is_current(A)) == (B, True)
    gone = Corrections([said(10, A, "replace", B), said(11, A, "withdraw")])
    assert (gone.newest(A), gone.is_current(A)) == (A, False)
    assert gone.verdict(A) == "record 1.0 was withdrawn: because 11 (correction 11.0)"


def test_an_erasure_decides_only_where_nothing_else_does() -> None:
    found = Corrections([said(10, A, "replace", B), said(11, A, "erase"), said(12, B, "erase")])
    assert found.newest(A) == B
    erasure = found.erasure(A)
    assert erasure is not None
    assert erasure.id == RecordId(11, 0)
    assert not found.is_current(A)
    assert found.verdict(B) == "record 2.0 was erased: because 12 (correction 12.0)"
    assert found.verdict(A) == (
        "record 1.0 is superseded by 2.0: because 10 (correction 10.0), and that was "
        "erased: because 12 (correction 12.0)"
    )


def test_a_correction_of_what_is_not_yet_in_the_log_says_nothing() -> None:
    found = Corrections([said(3, C, "withdraw"), said(3, D, "withdraw"), said(3, A, "replace", C)])
    assert list(found) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from(["replace", "withdraw", "erase"])),
        max_size=8,
    )
)
def test_every_chain_ends_and_all_its_records_agree_on_the_end(
    steps: list[tuple[int, str]],
) -> None:
    made = []
    for place, (record, action) in enumerate(steps, start=10):
        replacement = RecordId(place - 1, 1) if action == "replace" else None
        made.append(said(place, RecordId(record, 0), action, replacement))
    found = Corrections(made)
    for one in {correction.record for correction in made}:
        newest = found.newest(one)
        assert found.newest(newest) == newest
        assert newest in found.chain(one)
        assert found.verdict(one) is not None
        for replacement in found.chain(one):
            assert replacement <= max(found.chain(one))


def test_what_a_record_says_is_read_from_its_one_field() -> None:
    record = stated(record="1.2", action="replace", reason="wrong licence", replacement="4.0")
    read = Correction.of(RecordId(5, 0), record)
    assert (str(read.record), str(read.replacement), read.reason) == ("1.2", "4.0", "wrong licence")
    assert str(read) == "replaced by 4.0: wrong licence (correction 5.0)"
    with pytest.raises(MalformedError, match="kind shard corrects nothing"):
        Correction.of(RecordId(5, 0), Record.parse("shard", shard()))


@pytest.mark.parametrize(
    ("correction", "message"),
    [
        ({"record": "1.2", "action": "replace", "reason": "r"}, "names its replacement"),
        (
            {"record": "1.2", "action": "erase", "reason": "r", "replacement": "2.0"},
            "has no replacement",
        ),
        (
            {"record": "1.2", "action": "replace", "reason": "r", "replacement": "1.1"},
            "1.1 is not newer than 1.2",
        ),
        (
            {"record": "10.0", "action": "replace", "reason": "r", "replacement": "9.0"},
            "9.0 is not newer than 10.0",
        ),
    ],
)
def test_a_replacement_is_named_where_there_is_one_and_is_newer(
    correction: dict[str, str], message: str
) -> None:
    with pytest.raises(MalformedError, match=message):
        stated(**correction)
