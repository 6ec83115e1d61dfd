"""Reports: verdicts and sentences follow from draws and failures, and from nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import MalformedError, VerificationError
from ledger.query.randomness import Mode
from ledger.query.report import Failure, Outcome, Report, Verdict
from ledger.record.canonical import decode_object, encode
from tests.query.reports import (
    CHALLENGE,
    EXAMPLE_REPORT,
    LARGE,
    failure,
    large_report,
)


def sentence(report: Report, section: str) -> str:
    return next(one.sentence for one in report.sections if one.name == section)


def test_without_a_failure_the_sentence_is_the_protocol_s() -> None:
    report = large_report()
    assert report.verdict == Verdict.VERIFIED
    assert sentence(report, "crawled.text") == (
        "With 99 % confidence fewer than 0.99 % of the records in crawled.text are misreported, and"
        " misreported records hold fewer than 1.0 % of its booked bytes (459 + 459 draws, 0"
        " failures, first challenge)."
    )
    assert sentence(report, "user.text") == (
        "All 40 records in user.text were opened, and none is misreported (40 + 459 draws, 0"
        " failures, first challenge)."
    )
    assert report.coverage.sentence.startswith(
        "With 99 % confidence fewer than 0.99 % of the records of the training set are left out"
    )


@pytest.mark.parametrize("outcome", [Outcome.MISREPORTED, Outcome.UNAVAILABLE])
def test_one_failure_is_too_many_for_459_draws_and_not_for_more(outcome: Outcome) -> None:
    failed = [failure(outcome=outcome)]
    report = large_report(failed)
    assert report.verdict == Verdict.MISREPORTED
    assert "fewer than 1.5 % of the records in crawled.text" in sentence(report, "crawled.text")
    assert "(459 + 459 draws, 1 failure, first" in sentence(report, "crawled.text")
    assert large_report(failed, draws=662).verdict == Verdict.VERIFIED


def test_a_broken_commitment_is_void_however_few_draws_show_it() -> None:
    failed = [failure("user.text", outcome=Outcome.BROKEN)]
    assert large_report(failed, draws=100_000).verdict == Verdict.BROKEN
    general = replace(failed[0], kind=0)  # that no draw found
    assert large_report([general]).verdict == Verdict.BROKEN


def test_by_size_alone_a_failure_counts_for_bytes_alone() -> None:
    report = large_report([failure(by_size=True)])
    (crawled, *_) = report.sections
    assert (crawled.records.failures, crawled.sizes.failures) == (0, 1)
    assert crawled.record_bound == large_report().sections[0].record_bound
    assert report.verdict == Verdict.MISREPORTED


def test_a_failure_in_the_training_set_is_a_failure() -> None:
    report = large_report([failure("training")])
    assert report.verdict == Verdict.MISREPORTED
    assert report.coverage.failures == 1


def test_later_challenges_and_claims_at_once_are_said() -> None:
    report = large_report(attempt=3, claims=7, draws=652)
    said = sentence(report, "crawled.text")
    assert said.startswith("With 99 % confidence for all 7 claims of this report at once fewer")
    assert "third challenge: the error may be 3 times as large" in said


def test_who_draws_for_himself_is_told_no_confidence() -> None:
    report = large_report(mode=Mode.NOBODY, rand=b"", draws=8_828)
    for one in (*report.sections, report.coverage):
        assert one.sentence.startswith("A check by the lab itself, and no audit, of ")
        assert "confidence" not in one.sentence


def test_all_records_that_fail_leave_nothing_to_say() -> None:
    every = [failure("user.text", number=number) for number in range(40)]
    every += [failure("user.text", number=number, by_size=True) for number in range(459)]
    said = sentence(large_report(every), "user.text")
    assert said.startswith("Of all 40 records in user.text 40 are misreported; with 99 %")
    assert "misreported records hold any number of its booked bytes" in said


def test_at_level_2_every_leaf_counts_as_drawn() -> None:
    report = replace(EXAMPLE_REPORT, level=2)
    assert [one.records.draws for one in report.sections] == [5, 3]
    assert report.sections[0].sizes.draws == 0
    assert report.coverage.sentence.startswith("All 8 records of the training set are in one")
    wrong = replace(report, failures=[failure("crawled", number=2)])
    assert wrong.verdict == Verdict.MISREPORTED
    assert "Of all 5 records in crawled 1 is misreported" in wrong.sections[0].sentence


FULL = replace(
    large_report([failure(), failure("user.text", by_size=True, outcome=Outcome.UNAVAILABLE)]),
    contents={"crawled.text": (5, 1)},
    notes=("record 3.4 was withdrawn by 9.0",),
    untold=("the log was not asked",),
)


def test_a_report_is_read_back() -> None:
    for report in (FULL, EXAMPLE_REPORT, large_report()):
        assert Report.from_bytes(report.to_bytes()).to_bytes() == report.to_bytes()


@pytest.mark.parametrize(
    ("member", "value"),
    [("verdict", "verified"), ("seed", "0" * 64), ("sections", []), ("coverage", {})],
)
def test_what_follows_cannot_be_said_otherwise(member: str, value: Any) -> None:
    stated = decode_object(FULL.to_bytes()[:-1], "a report")
    stated[member] = value
    with pytest.raises(MalformedError, match=f"'{member}' does not follow"):
        Report.from_bytes(encode(stated) + b"\n")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", "tdl/audit-report/v2"),
        ("level", 3),
        ("answer", "sha256:00"),
        ("checked_at", "today"),
        ("notes", [""]),
        ("contents", {"crawled.text": [1]}),
        ("failures", [{}]),
        ("more", 1),
    ],
)
def test_a_file_that_states_something_else_is_refused(member: str, value: Any) -> None:
    stated = decode_object(FULL.to_bytes()[:-1], "a report")
    stated[member] = value
    with pytest.raises(MalformedError):
        Report.from_bytes(encode(stated) + b"\n")
    with pytest.raises(MalformedError, match="cut off"):
        Report.from_bytes(FULL.to_bytes()[:-1])


@pytest.mark.parametrize(
    "wrong",
    [
        {"section": "synthetic.text"},
        {"kind": 3},
        {"step": 7},
        {"record": "3"},
        {"reason": ""},
        {"reason": "x" * 2_001},
    ],
)
def test_a_failure_is_of_a_draw_that_there_is(wrong: dict[str, Any]) -> None:
    one: Failure = replace(failure(), **wrong)
    with pytest.raises(MalformedError):
        large_report([one])


def test_a_report_on_another_statement_than_was_challenged_is_none() -> None:
    with pytest.raises(VerificationError, match="the summary commits to"):
        replace(EXAMPLE_REPORT, statement=LARGE)
    assert EXAMPLE_REPORT.challenge == CHALLENGE
