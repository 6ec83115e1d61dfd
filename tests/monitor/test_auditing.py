"""What an auditor learns from the log itself: corrections, releases and versions not shown."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.client.client import Ledger
from ledger.client.key_events import revoke_key
from ledger.client.opening import answer_challenge, pack_answer
from ledger.errors import CannotTellError, StorageError, VerificationError
from ledger.monitor.auditing import Audited, ask_log, open_place
from ledger.proof.audit_answer import Answer
from ledger.proof.evidence import Evidence
from ledger.proof.verify import StepFailedError, StepUnclearError
from ledger.query.report import Verdict
from ledger.record.batch import parse_batch
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.summary.audit_check import LogWord, ReadAnswer, check_answer, read_answer
from tests.client.audited import NOW, RELEASE, challenge_of, record_all, trust_of


class Case:
    """A ledger with a challenged summary and its answer."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger.create(folder, origin="lab.example/asked")
        self.summary = record_all(self.ledger, folder / "data")
        self.challenge = challenge_of(self.ledger, self.summary)
        self.trust = trust_of(self.ledger)
        self.answer = answer_challenge(self.ledger, self.challenge.to_bytes())
        self.read = self.reread(self.answer)

    def reread(self, answer: Answer) -> ReadAnswer:
        """Return an answer as an auditor reads it."""
        packed = pack_answer(self.ledger, answer)
        return read_answer(packed, self.challenge.to_bytes(), self.trust)

    def ask(
        self,
        known: Mapping[RecordId, Record] | None = None,
        *,
        checkpoint: Checkpoint | None = None,
    ) -> LogWord:
        """Ask the log in its folder."""
        log = open_place(str(self.ledger.home.public), self.trust, origin=self.ledger.origin)
        shown = {
            place: one.record
            for place, one in self.read.shown.records.items()
            if one.record is not None
        }
        audited = Audited(
            checkpoint=checkpoint or self.read.checkpoint.checkpoint,
            seen_at=None,
            summary=self.summary,
            stated=self.read.commitment.stated,
            known=shown if known is None else known,
            entries={
                entry.index: entry.note for part in self.answer.evidence for entry in part.entries
            },
        )
        return ask_log(log, audited)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """One for all; what is added to the log is a later version of the summary."""
    made = Case(tmp_path_factory.mktemp("asked"))
    yield made
    made.ledger.close()


def test_the_log_confirms_what_an_honest_answer_shows(case: Case) -> None:
    word = case.ask()
    assert word.corrections is not None
    assert len(list(word.corrections)) == 6
    assert (word.is_first, word.newer, word.untold) == (True, (), ())
    assert word.newest_release == case.read.commitment.release
    found = check_answer(case.read, checked_at=NOW, log=word)
    assert found.report.verdict == Verdict.VERIFIED
    assert not any("log was not asked" in text for text in found.warnings)


def test_a_correction_that_the_answer_leaves_out_is_found(case: Case) -> None:
    parts = tuple(
        Evidence(
            part.checkpoint,
            tuple(
                entry for entry in part.entries if parse_batch(entry.note)[0].kind != "correction"
            ),
        )
        for part in case.answer.evidence
    )
    read = case.reread(replace(case.answer, evidence=parts))
    found = check_answer(read, checked_at=NOW, log=case.ask())
    assert found.report.verdict == Verdict.BROKEN
    assert any("which passes over that" in str(one.fault) for one in found.draws)


def test_a_correction_that_nobody_shows_lets_nothing_pass(case: Case) -> None:
    word = case.ask(known={})
    assert (word.corrections, word.newest_release) == (None, None)
    assert any("of kind correction is not shown" in text for text in word.untold)
    with pytest.raises(StepUnclearError, match=r"step 5, Log.*neither it nor the answer shows"):
        check_answer(case.read, checked_at=NOW, log=word)


def test_an_older_release_record_is_not_enough(case: Case) -> None:
    word = replace(case.ask(), newest_release=RecordId(9, 0))
    with pytest.raises(StepFailedError, match=r"step 5, Log.*newer one of the same release: 9\.0"):
        check_answer(case.read, checked_at=NOW, log=word)


def test_an_earlier_checkpoint_is_not_passed_over(case: Case) -> None:
    later = Ledger.open(case.ledger.home.folder)
    with later:
        summary = later.summary(RELEASE, folder=case.ledger.home.folder).id
        larger = challenge_of(later, summary).checkpoint
    challenge = replace(case.challenge, checkpoint=larger)
    answer = answer_challenge(case.ledger, challenge.to_bytes())
    packed = pack_answer(case.ledger, answer)
    read = read_answer(packed, challenge.to_bytes(), case.trust)
    alone = check_answer(read, checked_at=NOW)
    assert any("not confirmed: that no earlier" in text for text in alone.report.untold)
    with pytest.raises(StepFailedError, match="not drawn at the first witnessed checkpoint"):
        check_answer(read, checked_at=NOW, log=replace(case.ask(), is_first=False))
    word = case.ask()
    assert word.newer is None
    assert any(f"record {summary} of kind summary is not shown" in text for text in word.untold)
    shown = {summary: case.ledger.show(summary).record}
    assert case.ask(shown).newer == (f"version 2 (record {summary})",)


def test_a_log_that_is_behind_or_another_is_told_apart(case: Case) -> None:
    tree = case.read.checkpoint.checkpoint
    with pytest.raises(CannotTellError, match="the challenge was drawn at 99999"):
        case.ask(checkpoint=replace(tree, size=99_999))
    with pytest.raises(VerificationError, match="shows another tree"):
        case.ask(checkpoint=replace(tree, root=type(tree.root)(bytes(32))))
    with pytest.raises(StorageError, match="no folder"):
        open_place("/no/such/place", case.trust, origin=case.ledger.origin)


def test_a_key_that_was_revoked_backwards_is_found(tmp_path: Path) -> None:
    """Whoever had stolen it could have signed any of these entries; evidence does not say so."""
    case = Case(tmp_path)
    with case.ledger:
        label = case.ledger.producer.key.label
    home = case.ledger.home
    revoke_key(home, label, since=1, reason="a laptop was stolen")
    shown = {place: one.record for place, one in case.read.shown.records.items() if one.record}
    with Ledger.open(tmp_path) as ledger:
        revocations = {one.id: one.record for one in ledger.store.open_records("key")}
    assert check_answer(case.read, checked_at=NOW).report.verdict == Verdict.VERIFIED
    with pytest.raises(VerificationError, match="revoke"):
        case.ask({**shown, **revocations})
