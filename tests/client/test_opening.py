"""A lab answers a challenge, and an auditor who trusts nothing checks the answer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ledger.checkpoint.trust import Trust
from ledger.client.client import Ledger
from ledger.client.key_events import rotate_key
from ledger.client.opening import answer_challenge, open_challenge, pack_answer
from ledger.errors import InputError, LedgerError, VerificationError
from ledger.proof.audit_answer import KIND, Answer
from ledger.proof.package import read_package, write_package
from ledger.proof.verify import StepFailedError, StepUnclearError
from ledger.query.challenge import Challenge
from ledger.query.report import Verdict
from ledger.record.canonical import JSON, decode, encode
from ledger.record.leaf import RecordId
from ledger.summary.audit_check import CheckedAnswer, check_answer, read_answer
from tests.client.audited import NOW, challenge_of, field_of, record_all, trust_of


class Case:
    """A ledger with a challenged summary, and the honest answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger.create(folder, origin="lab.example/audited")
        self.summary = record_all(self.ledger, folder / "data")
        self.challenge = challenge_of(self.ledger, self.summary)
        self.trust = trust_of(self.ledger)
        self.answer = answer_challenge(self.ledger, self.challenge.to_bytes())

    def check(self, answer: Answer, challenge: Challenge | None = None) -> CheckedAnswer:
        """Return what an auditor finds of an answer that the lab signed."""
        return checked(pack_answer(self.ledger, answer), challenge or self.challenge, self.trust)


def checked(packed: bytes, challenge: Challenge, trust: Trust) -> CheckedAnswer:
    """Return what an auditor finds."""
    read = read_answer(packed, challenge.to_bytes(), trust)
    return check_answer(read, checked_at=NOW)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """One for all tests here: none of them writes to it."""
    made = Case(tmp_path_factory.mktemp("audited"))
    yield made
    made.ledger.close()


def test_an_honest_answer_passes_in_every_draw(case: Case) -> None:
    found = case.check(case.answer)
    assert [one.fault for one in found.draws if one.fault] == []
    assert found.report.verdict == Verdict.VERIFIED
    trees = {one.tree for one in found.draws}
    assert {
        "erased",
        "replaced",
        "merged.text",
        "crawled.text.part",
        "private-licensed.text.part",
        "crawled.text",
        "synthetic.text",
        "public-dataset.text",
        "training",
    } <= trees
    assert trees >= set(_list(field_of(case.ledger, case.summary, "sections"))) - {
        "crawled.names",
        "crawled.rank",
    }


def _list(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(one) for one in value]


def test_the_answer_is_read_back_as_it_was_made(case: Case) -> None:
    package = read_package(pack_answer(case.ledger, case.answer))
    assert Answer.of(package.members) == case.answer


def test_a_withdrawn_record_stays_and_is_noted(case: Case) -> None:
    found = case.check(case.answer)
    assert any("withdrawn" in note for note in found.report.notes)


def test_with_the_name_key_labels_are_proved(case: Case) -> None:
    packed = open_challenge(case.ledger, case.challenge.to_bytes(), name_key=True)
    assert checked(packed, case.challenge, case.trust).report.verdict == Verdict.VERIFIED


def test_a_refused_record_counts_as_a_failure_with_its_reason(case: Case) -> None:
    record = _drawn(case)
    answer = answer_challenge(
        case.ledger, case.challenge.to_bytes(), refused={record: "it is a secret"}
    )
    found = case.check(answer)
    failed = [one for one in found.draws if one.fault]
    assert failed
    assert {one.fault.outcome for one in failed if one.fault} == {"unavailable"}
    assert all("it is a secret" in one.fault.reason for one in failed if one.fault)
    assert found.report.verdict == Verdict.MISREPORTED


def _drawn(case: Case) -> RecordId:
    """Return a record of the crawl that every draw of few records hits."""
    one = next(one for one in case.answer.opened if one.tree == "crawled.text")
    return RecordId.of_key(one.opening.leaf.key)


def test_leaving_out_openings_is_no_better_than_refusing(case: Case) -> None:
    opened = tuple(one for one in case.answer.opened if one.tree != "synthetic.text")
    found = case.check(replace(case.answer, opened=opened))
    assert found.report.verdict == Verdict.MISREPORTED
    reasons = {one.fault.reason for one in found.draws if one.fault}
    assert any("not opened" in reason for reason in reasons)


def test_a_leaf_missing_in_one_tree_fails_in_all(case: Case) -> None:
    opened = tuple(one for one in case.answer.opened if one.tree != "crawled.text.part")
    found = case.check(replace(case.answer, opened=opened))
    failed = [one for one in found.draws if one.tree == "merged.text" and one.fault]
    assert failed
    assert "crawled.text.part" in str(failed[0].fault)


def test_a_hidden_correction_is_seen_by_the_evidence_that_is_missing(case: Case) -> None:
    absent = case.answer.absent
    assert absent
    found = case.check(replace(case.answer, absent=()))
    assert any("of the training set too is not shown" in str(one.fault) for one in found.draws)


def test_another_challenge_is_not_answered(case: Case) -> None:
    other = replace(case.challenge, rand=b"\x43" * 32)
    with pytest.raises(StepFailedError, match=r"step 2, Challenge.*other randomness"):
        case.check(case.answer, other)


def test_a_challenge_of_another_statement_is_refused(case: Case) -> None:
    other = replace(case.challenge, audit_root=case.challenge.seed())
    with pytest.raises(InputError, match="another version"):
        open_challenge(case.ledger, other.to_bytes())


def test_a_challenge_of_a_record_that_is_no_summary_is_refused(case: Case) -> None:
    with pytest.raises(InputError, match="no summary"):
        open_challenge(case.ledger, replace(case.challenge, summary="0.0").to_bytes())
    with pytest.raises(InputError, match="there is none"):
        open_challenge(case.ledger, replace(case.challenge, summary="1.999").to_bytes())


def test_a_challenge_of_another_log_is_refused(case: Case, tmp_path: Path) -> None:
    with (
        Ledger.create(tmp_path, origin="lab.example/other") as other,
        pytest.raises(InputError, match=r"for the log 'lab\.example/audited'"),
    ):
        open_challenge(other, case.challenge.to_bytes())


def test_an_answer_of_another_lab_is_not_verified(case: Case, tmp_path: Path) -> None:
    with Ledger.create(tmp_path, origin="lab.example/other") as other:
        packed = pack_answer(other, case.answer)
        with pytest.raises(StepFailedError, match="is for the log"):
            checked(packed, case.challenge, case.trust)
        with pytest.raises((StepFailedError, StepUnclearError)):
            checked(pack_answer(case.ledger, case.answer), case.challenge, trust_of(other))


@pytest.mark.parametrize("end", [0, 40, 2_000, -30, -1])
def test_a_truncated_answer_is_not_verified(case: Case, end: int) -> None:
    packed = pack_answer(case.ledger, case.answer)
    with pytest.raises(LedgerError):
        checked(packed[:end], case.challenge, case.trust)


def test_every_changed_byte_of_an_answer_is_noticed(case: Case) -> None:
    packed = pack_answer(case.ledger, case.answer)
    step = len(packed) // 40
    for at in range(step // 2, len(packed), step):
        changed = packed[:at] + bytes([packed[at] ^ 1]) + packed[at + 1 :]
        with pytest.raises(LedgerError):
            checked(changed, case.challenge, case.trust)


def test_a_leaf_that_was_not_drawn_is_not_taken(case: Case) -> None:
    fewer = replace(case.challenge, draws=44, precision="10", confidence="99")
    answer = answer_challenge(case.ledger, fewer.to_bytes())
    assert case.check(answer, fewer).report.verdict == Verdict.VERIFIED


def test_what_is_late_was_not_opened(case: Case) -> None:
    packed = pack_answer(case.ledger, case.answer)
    read = read_answer(packed, case.challenge.to_bytes(), case.trust)
    late = check_answer(read, checked_at=NOW, received="2030-01-02T00:00:01Z")
    assert late.report.verdict == Verdict.MISREPORTED
    intime = check_answer(read, checked_at=NOW, received="2030-01-01T23:59:59Z")
    assert intime.report.verdict == Verdict.VERIFIED


def test_a_corrected_record_after_the_summary_changes_nothing(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, origin="lab.example/later") as ledger:
        summary = record_all(ledger, tmp_path / "data")
        challenge = challenge_of(ledger, summary)
        web = [one.id for one in ledger.find(dataset="web")]
        ledger.correct(web[0], reason="later", set=["rights.licence=MIT"])
        ledger.erase(web[1], reason="later")
        packed = open_challenge(ledger, challenge.to_bytes())
        found = checked(packed, challenge, trust_of(ledger))
    failed = {str(one.record or one.refused) for one in found.draws if one.fault}
    assert {one.fault.outcome for one in found.draws if one.fault} == {"unavailable"}
    assert len(failed) == 1  # only what was erased cannot be shown any more
    assert "erased" in failed.pop()


def test_a_challenge_before_its_checkpoint_is_refused(case: Case) -> None:
    early = replace(case.challenge, summary=f"{10**6}.0")
    with pytest.raises((VerificationError, InputError)):
        open_challenge(case.ledger, early.to_bytes())


def _everything(case: Case) -> Answer:
    return answer_challenge(case.ledger, case.challenge.to_bytes(), everything=True)


def test_when_everything_is_handed_over_every_leaf_is_checked(case: Case) -> None:
    answer = _everything(case)
    package = read_package(pack_answer(case.ledger, answer))
    assert Answer.of(package.members).files() == answer.files()
    found = case.check(answer)
    assert [one.fault for one in found.draws if one.fault] == []
    assert found.report.verdict == Verdict.VERIFIED
    assert found.report.level == 2
    assert len(found.draws) == sum(map(len, answer.leaves.values()))


def test_the_secret_of_another_statement_builds_no_tree(case: Case) -> None:
    answer = _everything(case)
    assert answer.secrets is not None
    wrong = replace(answer.secrets, audit_secret=bytes(32))
    with pytest.raises(StepFailedError, match="the secret of another statement"):
        case.check(replace(answer, secrets=wrong))


def test_a_leaf_that_is_held_back_is_missed(case: Case) -> None:
    answer = _everything(case)
    fewer = {**answer.leaves, "crawled.text": list(answer.leaves["crawled.text"])[1:]}
    with pytest.raises(StepFailedError, match=r"5 leaves of crawled\.text came, and it has 6"):
        case.check(replace(answer, leaves=fewer))


def test_a_tally_that_is_held_back_is_missed(case: Case) -> None:
    answer = _everything(case)
    assert answer.tallies
    found = case.check(replace(answer, tallies={}))
    failed = {one.tree for one in found.draws if one.fault}
    assert {"crawled.text", "crawled.rank", "crawled.names"} <= failed


def test_a_producer_key_that_is_newer_than_the_checkpoint_does_not_stand_in_the_way(
    tmp_path: Path,
) -> None:
    with Ledger.create(tmp_path, origin="lab.example/rotated") as ledger:
        summary = record_all(ledger, tmp_path / "data")
        challenge, home = challenge_of(ledger, summary), ledger.home
    rotate_key(home, home.keys / "producer.key")
    with Ledger.open(tmp_path) as ledger:
        packed = open_challenge(ledger, challenge.to_bytes())
        found = checked(packed, challenge, trust_of(ledger))
    assert found.report.verdict == Verdict.VERIFIED
    assert found.read.signer.name == "lab.example/rotated"


def _changes(value: JSON, rng: Random) -> JSON:
    """Return a JSON value with one of its values changed, or one of its members gone."""
    changed: JSON = json.loads(json.dumps(value))
    holders = [one for one in _holders(changed) if one]
    holder = rng.choice(holders)
    place = rng.choice(sorted(holder) if isinstance(holder, dict) else range(len(holder)))
    old = holder[place]
    if isinstance(old, str) and old and rng.random() < 0.9:
        at = rng.randrange(len(old))
        holder[place] = old[:at] + ("1" if old[at] != "1" else "2") + old[at + 1 :]
    elif isinstance(old, int) and not isinstance(old, bool):
        holder[place] = old + 1
    else:
        del holder[place]
    return changed


def _holders(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for one in value.values() if isinstance(value, dict) else value:
            yield from _holders(one)


@pytest.mark.parametrize("level", [1, 2])
def test_no_change_of_an_answer_passes(case: Case, level: int) -> None:
    """Each file is changed in what it says, and signed again by the lab itself."""
    answer = _everything(case) if level == 2 else case.answer
    files, rng = answer.files(), Random(level)
    tried = 0
    for name in [one for one in files if files[one] and one != "names.json"] * 4:
        lines = files[name][:-1].split(b"\n")
        at = rng.randrange(len(lines))
        lines[at] = encode(_changes(decode(lines[at]), rng))
        changed = b"\n".join(lines) + b"\n"
        if changed == files[name]:
            continue
        packed = write_package(
            KIND, case.ledger.origin, {**files, name: changed}, case.ledger.producer
        )
        try:
            found = checked(packed, case.challenge, case.trust)
        except LedgerError:
            pass
        else:
            assert any(one.fault for one in found.draws), (name, lines[at])
        tried += 1
    assert tried > 20
