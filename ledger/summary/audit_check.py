"""Checking a lab's answer to a challenge, as an auditor does it: offline, in numbered steps.

    1 Package     the files are those that were signed, and they are an answer
    2 Challenge   it answers the auditor's own challenge, which nobody could foresee
    3 Evidence    every part holds under the challenge's checkpoint, and a key of the lab signed
    4 Statement   the table of trees is what the summary committed to; its figures follow from it
    5 Log         no correction, release or version is passed over, if the log was asked
    6 Openings    every draw is answered by a record that says what was counted; at level 2 every
                  tree is built again, and every leaf counts as drawn

The first four stop at what does not hold: then there is nothing that could be judged. In the last,
each draw has its own outcome, and the report says what they show together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, cast

from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.errors import CannotTellError, MalformedError, VerificationError
from ledger.proof.audit_answer import KIND, Answer
from ledger.proof.package import Package, check_package_signer, read_package
from ledger.proof.verify import Step, Walk, unwitnessed
from ledger.query.challenge import Challenge
from ledger.query.commitment import Commitment, check_commitment
from ledger.query.draw_checks import DrawChecks, Drawn
from ledger.query.record_checks import BROKEN, UNAVAILABLE, Fault, Judged, RecordChecks
from ledger.query.report import Failure, Outcome, Report
from ledger.query.sample import TRAINING, Sample, SectionSample, draw_sample
from ledger.query.shown import ShownRecords, verify_parts
from ledger.query.whole_checks import check_domains, rebuild_all
from ledger.record.corrections import Corrections
from ledger.record.leaf import RecordId
from ledger.signing.keys import VerifierKey
from ledger.summary.section_figures import check_section_figures

_REASON: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWord:
    """What a log's entries say of a summary. Each that is None could not be told."""

    size: int
    corrections: Corrections | None
    """All corrections before the summary's size."""
    is_first: bool | None
    """Whether no smaller witnessed checkpoint covers the summary."""
    newer: tuple[str, ...] | None
    """Later versions of the summary, in words."""
    newest_release: RecordId | None
    """The newest record of the release before the summary's size."""
    untold: tuple[str, ...] = ()
    """Why what is None could not be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswer:
    """An answer whose package, evidence and statement hold; its openings were not looked at."""

    digest: str
    """`sha256:<hex>` of the file."""
    challenge: Challenge
    answer: Answer
    checkpoint: VerifiedCheckpoint
    shown: ShownRecords
    commitment: Commitment
    signer: VerifierKey
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedAnswer:
    """What came of an answer."""

    read: ReadAnswer
    report: Report
    draws: tuple[Drawn, ...]
    records: tuple[Judged, ...]
    """Every record that was judged, by its place in the log."""
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = field(default=())


def read_answer(data: bytes, challenge: bytes, trust: Trust) -> ReadAnswer:
    """Return an answer that is one to this challenge; steps 1 to 4.

    Args:
        data: The answer's file.
        challenge: The auditor's own copy of the challenge.
        trust: Whose logs and witnesses are believed.

    Raises:
        MalformedError: The challenge is none.
        StepFailedError: A step showed that the answer is false.
        StepUnclearError: A step could not be done.
    """
    asked = Challenge.from_bytes(challenge)
    walk = Walk()
    with walk.step("Package") as outcome:
        package, answer = _unpacked(data)
        outcome.computed = f"{len(package.members)} files, each with the digest that was signed"
        outcome.means = "nothing was changed, added or left out since it was signed"
    with walk.step("Challenge") as outcome:
        checkpoint = _check_challenge(answer, challenge, asked, trust)
        outcome.computed = f"the challenge in it is ours, drawn at {asked.drawn_at}"
        outcome.means = "the draws follow from what the lab could not foresee"
    with walk.step("Evidence") as outcome:
        shown = _shown(answer, asked, trust)
        signer = _signer(package, trust, shown)
        outcome.computed = f"{len(shown.records)} records proved; signed by {signer.label}"
        outcome.means = "these records are in the log, signed by keys that were valid then"
    with walk.step("Statement") as outcome:
        commitment = check_commitment(asked, answer.statement, shown, answer.names)
        _check_figures(commitment)
        outcome.computed = (
            f"{len(commitment.statement.sections)} trees lead to {asked.audit_root.hex()[:16]}…, "
            f"and count {commitment.training.count:,} records"
        )
        outcome.means = (
            f"summary {commitment.summary} committed to these totals, its figures follow from "
            "them, and they count as many records as the release was trained on"
        )
    return ReadAnswer(
        digest=f"sha256:{sha256(data).hexdigest()}",
        challenge=asked,
        answer=answer,
        checkpoint=checkpoint,
        shown=shown,
        commitment=commitment,
        signer=signer,
        steps=tuple(walk.done),
    )


def check_answer(
    read: ReadAnswer, *, checked_at: str, log: LogWord | None = None, received: str | None = None
) -> CheckedAnswer:
    """Return what came of every draw, with the report; steps 5 and 6.

    Args:
        read: The answer.
        checked_at: Now, `YYYY-MM-DDTHH:MM:SSZ`.
        log: What the log says, if it was asked.
        received: When the answer came, if that is to be held against the deadline.

    Raises:
        StepFailedError: The log contradicts the summary, or the answer opens what was not drawn.
    """
    walk = Walk(list(read.steps))
    level = 1 if read.answer.secrets is None else 2
    with walk.step("Log") as outcome:
        untold, notes = _check_log(read, log)
        outcome.computed = "not asked" if log is None else f"{log.size:,} entries read"
        outcome.means = (
            "whether something was passed over was not looked into"
            if log is None
            else "what was passed over, as far as the log shows its records"
        )
    with walk.step("Openings") as outcome:
        checks = _record_checks(read, log)
        draws = _drawn(read, checks, level)
        if _is_late(read.challenge, received):
            draws = tuple(map(_late, draws))
        judged = _judged(read, checks, draws)
        failures = tuple(_failure(one) for one in draws if one.fault is not None)
        outcome.computed = f"{len(draws):,} draws, {len(failures):,} of them failed"
        outcome.means = f"{len(judged):,} records were held against what was counted"
    notes = [*notes, *(text for one in judged for text in one.notes)]
    report = Report(
        challenge=read.challenge,
        statement=read.commitment.statement,
        training=read.commitment.training.count,
        answer=read.digest,
        checked_at=checked_at,
        failures=sorted(failures, key=lambda one: one.place),
        notes=tuple(text[:_REASON] for text in dict.fromkeys(notes)),
        untold=tuple(text[:_REASON] for text in dict.fromkeys(untold)),
        level=level,
    )
    return CheckedAnswer(
        read=read,
        report=report,
        draws=draws,
        records=judged,
        steps=tuple(walk.done),
        warnings=tuple(dict.fromkeys((*unwitnessed(read.checkpoint), *untold))),
    )


def _unpacked(data: bytes) -> tuple[Package, Answer]:
    package = read_package(data)
    if package.kind != KIND:
        raise VerificationError(f"this is a package of kind {package.kind}, and no answer")
    return package, Answer.of(package.members)


def _check_challenge(
    answer: Answer, challenge: bytes, asked: Challenge, trust: Trust
) -> VerifiedCheckpoint:
    if answer.challenge != challenge:
        raise VerificationError(f"it answers another challenge than ours{_other(answer, asked)}")
    return asked.check(trust)


def _other(answer: Answer, asked: Challenge) -> str:
    """Return in what the challenge that was answered differs, in words."""
    try:
        found = Challenge.from_bytes(answer.challenge)
    except MalformedError as error:
        return f": {error}"
    if found.summary != asked.summary:
        return f": for summary {found.summary}, and ours is for {asked.summary}"
    if found.audit_root != asked.audit_root:
        return ": for another statement of the summary"
    if found.rand != asked.rand:
        return ": with other randomness"
    return ""


def _shown(answer: Answer, asked: Challenge, trust: Trust) -> ShownRecords:
    for number, part in enumerate(answer.evidence, 1):
        if part.checkpoint != asked.checkpoint:
            raise VerificationError(
                f"evidence-{number}.json rests on another checkpoint than the challenge"
            )
    return verify_parts(answer.evidence, trust)


def _signer(package: Package, trust: Trust, shown: ShownRecords) -> VerifierKey:
    """Return the key that signed the package: one that some part of the evidence knows."""
    unknown: CannotTellError | None = None
    for part in shown.parts:
        try:
            return check_package_signer(package, trust, part)
        except CannotTellError as error:
            unknown = error
    assert unknown is not None  # there is a part, and none knew the key
    raise unknown


def _check_figures(commitment: Commitment) -> None:
    """Check that the figures of the summary record follow from the totals."""
    figures = commitment.fields.get("figures")
    if not isinstance(figures, Mapping):
        raise CannotTellError("the summary record has no figures that could follow from totals")
    found = check_section_figures(cast(Mapping[str, Any], figures), commitment.statement.sections)
    if found:
        one = found[0]
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise VerificationError(
            f"the figures of the summary do not follow from the totals: {one.field} is "
            f"{one.shown}, and the totals say {one.expected}{more}"
        )


def _check_log(read: ReadAnswer, log: LogWord | None) -> tuple[list[str], list[str]]:
    """Return what could not be told, and what is worth knowing; raise what contradicts."""
    challenge, commitment = read.challenge, read.commitment
    first = challenge.summary_index + 1 == read.checkpoint.checkpoint.size or (
        log.is_first if log is not None else None
    )
    untold = [*(log.untold if log is not None else ())]
    notes: list[str] = []
    between = commitment.summary.index - commitment.size
    if between:
        entries = "1 entry" if between == 1 else f"{between:,} entries"
        notes.append(
            f"{entries} of the log lie between what is summarised and the summary: corrections "
            "among them did not count"
        )
    if log is None:
        untold.append(
            "the log was not asked, so corrections, releases or versions that the answer does not "
            "show may have been passed over"
        )
    if read.answer.names.generators and read.answer.names.name_key is None:
        untold.append(
            "which models the codes of generators stand for is the lab's word: it did not hand "
            "over the key of names"
        )
    if first is None:
        untold.append("not confirmed: that no earlier witnessed checkpoint covers the summary")
    if first is False:
        raise VerificationError(
            "the challenge was not drawn at the first witnessed checkpoint that covers the summary"
        )
    if log is None:
        return untold, notes
    if log.corrections is None or log.newest_release is None:
        # An honest log shows them, and an honest answer does: whoever hides one must not pass.
        what = "corrections" if log.corrections is None else "release records"
        raise CannotTellError(
            f"the log has {what} from before the summary that neither it nor the answer shows: "
            + "; ".join(log.untold),
            hint="ask the lab for those records, or --log with the address that serves them",
        )
    if log.newest_release != commitment.release:
        raise VerificationError(
            f"the summary is of release record {commitment.release}, and before it the log holds a "
            f"newer one of the same release: {log.newest_release}"
        )
    if log.newer:
        notes.append(f"the log holds newer versions of this summary: {', '.join(log.newer)}")
    return untold, notes


def _record_checks(read: ReadAnswer, log: LogWord | None) -> RecordChecks:
    answer, commitment = read.answer, read.commitment
    is_whole = answer.secrets is not None
    names = answer.names
    if answer.secrets is not None and names.name_key != answer.secrets.name_key:
        raise VerificationError("names.json and secrets.json hold two keys of names")
    return RecordChecks(
        roots=commitment.roots,
        size=commitment.size,
        shown=read.shown,
        names=names,
        opened=rebuild_all(answer, commitment) if is_whole else answer.opened,
        absent=answer.absent,
        tallies=answer.tallies,
        complete=log.corrections if log is not None else None,
        is_whole=is_whole,
    )


def _drawn(read: ReadAnswer, checks: RecordChecks, level: int) -> tuple[Drawn, ...]:
    challenge, commitment = read.challenge, read.commitment
    if level == 2:
        names = check_domains(read.answer, read.shown, read.shown.corrections(commitment.size))
        sample = Sample(
            {
                name: SectionSample(name, tuple(range(root.count)))
                for name, root in commitment.roots.items()
            }
        )
    else:
        names = {}
        sample = draw_sample(
            challenge.seed(),
            commitment.statement.sections,
            training=commitment.training.count,
            draws=challenge.draws,
            contents=challenge.contents,
        )
    return DrawChecks(sample, checks.opened, checks, read.answer.refused, names).run()


def _judged(read: ReadAnswer, checks: RecordChecks, draws: Sequence[Drawn]) -> tuple[Judged, ...]:
    """Return the records that draws led to; check that nothing else was opened."""
    keys = {one.record.key for one in draws if one.record is not None}
    drawn = {(one.tree, one.index) for one in draws}
    for place, fault in checks.faults.items():
        if place not in drawn and checks.key_at(place) not in keys:
            raise VerificationError(f"what was not drawn is opened, and falsely: {fault.reason}")
    if checks.faults:
        return tuple(checks.judge(key) for key in sorted(keys))  # whose leaves are whose is open
    for one in read.answer.opened:
        if one.tree != TRAINING and one.opening.leaf.key not in keys:
            raise VerificationError(
                f"the answer opens leaf {one.opening.index} of {one.tree}, which was not drawn"
            )
    return tuple(checks.judge(key) for key in sorted(keys))


def _is_late(challenge: Challenge, received: str | None) -> bool:
    deadline = challenge.deadline
    return received is not None and deadline is not None and received > deadline


def _late(one: Drawn) -> Drawn:
    """Return a draw whose answer came too late: as one that was not answered."""
    if one.fault is not None and one.fault.outcome == BROKEN:
        return one
    return replace(one, fault=Fault(UNAVAILABLE, 1, "the answer came after the deadline"))


def _failure(one: Drawn) -> Failure:
    fault = one.fault
    assert fault is not None  # those that passed are no failures
    return Failure(
        section=one.tree,
        kind=one.kind,
        number=one.number,
        outcome=Outcome(fault.outcome),
        step=fault.step,
        reason=fault.reason[:_REASON],
        index=one.index,
        record=None if one.record is None else str(one.record),
    )
