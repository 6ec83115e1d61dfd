"""What the pages of an audit's report say, in their order; HTML and PDF set the same texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Final

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.query.challenge import share
from ledger.query.randomness import Mode
from ledger.query.report import Failure, Outcome, Report, SectionResult, Verdict
from ledger.query.report_words import LIMIT, attempt
from ledger.query.sample import BY_RECORDS
from ledger.summary.furniture import moment
from ledger.summary.wording import counted, listed, number

MOST: Final = 200
"""Failed draws that the pages list; the file has all of them."""
TRAINING_SET: Final = "the training set"

_MODES: Final = {
    Mode.REGULATOR: "32 bytes that the auditor drew after the checkpoint was there (mode 1)",
    Mode.WITNESSES: "the signatures of all listed witnesses on the checkpoint (mode 2)",
    Mode.NOBODY: "nobody: the draws follow from the summary itself (mode 4)",
}
_OUTCOMES: Final = {
    Outcome.BROKEN: "Broken",
    Outcome.MISREPORTED: "Misreported",
    Outcome.UNAVAILABLE: "Not opened",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the head. `is_code` if it is compared, not read."""

    label: str
    text: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A row of the table of sections; a cell is empty where there is nothing to say."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A row of the table of failed draws."""

    draw: str
    record: str
    outcome: str
    reason: str


COLUMNS: Final = (
    "Section",
    "Records",
    "Bytes",
    "Drawn by records",
    "Failed",
    "Drawn by size",
    "Failed",
    "Bad records below",
    "Bad bytes below",
)
FAILURE_COLUMNS: Final = ("Draw", "Record", "Outcome", "Why")


@dataclass(frozen=True, slots=True)
class ReportPage:
    """All texts of the pages."""

    title: str
    basis: str
    verdict: str
    """One word: `Verified`, `Misreported`, `Void`, `Self-check`."""
    standing: str
    """What the verdict means, in a sentence or two."""
    is_good: bool
    facts: tuple[Fact, ...]
    sentences: tuple[str, ...]
    figures: tuple[Figures, ...]
    failures: tuple[Found, ...]
    left_out: str
    """How many failed draws the pages do not list."""
    untold: tuple[str, ...]
    notes: tuple[str, ...]
    meaning: tuple[str, ...]
    """What all this shows, and what it does not."""
    command: str
    provider: str


def report_page(report: Report) -> ReportPage:
    """Return what the pages of a report say."""
    context = report.statement.context
    results = (*report.sections, report.coverage)
    word, standing = _verdict(report)
    more = len(report.failures) - MOST
    return ReportPage(
        title=f"Audit of the summary of {context.release}",
        basis=f"Audit report · level {report.level} · docs/formats/audit.md",
        verdict=word,
        standing=_together(standing),
        is_good=report.verdict == Verdict.VERIFIED and report.challenge.is_an_audit,
        facts=tuple(_facts(report)),
        sentences=tuple(_together(one.sentence) for one in results),
        figures=tuple(_figures(one, report) for one in results),
        failures=tuple(_found(one) for one in report.failures[:MOST]),
        left_out=f"and {counted(more, 'failed draw')} more, listed in the file" if more > 0 else "",
        untold=tuple(report.untold),
        notes=tuple(report.notes),
        meaning=tuple(map(_together, _meaning(report))),
        command="ledger audit check ANSWER --challenge CHALLENGE --trust TRUST",
        provider=context.provider,
    )


def _together(sentence: str) -> str:
    """Return a sentence in which no line ends before a percent sign."""
    return sentence.replace(" %", "\N{NO-BREAK SPACE}%")


def _verdict(report: Report) -> tuple[str, str]:
    challenge = report.challenge
    if not challenge.is_an_audit:
        return "Self-check", (
            "The lab drew for itself, and may have made its summary again until the draw suited"
            " it. This is no audit, and shows nobody else anything."
        )
    if report.verdict == Verdict.BROKEN:
        return "Void", (
            "What the summary commits to does not hold, whatever its other numbers are. The draws"
            " that show it are listed below."
        )
    if report.verdict == Verdict.MISREPORTED:
        failing = [
            _named(one)
            for one in (*report.sections, report.coverage)
            if not one.is_within(challenge)
        ]
        return "Misreported", (
            f"Too many draws failed in {listed(failing)}: that {challenge.precision} % or more are"
            f" misreported cannot be excluded with {challenge.confidence} % confidence."
        )
    if report.level == 2:
        return "Verified", (
            "Everything was handed over: every tree was built again and every record was checked."
        )
    return "Verified", (
        f"In every section it is excluded, with {challenge.confidence} % confidence, that"
        f" {challenge.precision} % or more are misreported."
    )


def _facts(report: Report) -> Iterator[Fact]:
    challenge, context = report.challenge, report.statement.context
    tree = Checkpoint.from_text(challenge.note.text)
    yield Fact("Provider", context.provider)
    yield Fact("Release", context.release)
    yield Fact("Summary", f"version {number(context.version)}, record {challenge.summary}")
    yield Fact("Log", f"{tree.origin}, entries before {number(context.size)} are summarised")
    yield Fact("Trained on", counted(report.training, "record"))
    yield Fact("Fixed by", f"checkpoint of {counted(tree.size, 'entry', 'entries')}")
    yield Fact("Drawn from", _source(report))
    yield Fact("Challenge", f"{attempt(challenge)}, drawn {moment(challenge.drawn_at)}")
    if challenge.deadline is not None:
        yield Fact("To answer by", moment(challenge.deadline))
    yield Fact("Checked", moment(report.checked_at))
    yield Fact("Seed", challenge.seed().hex(), is_code=True)
    yield Fact("Audit root", challenge.audit_root.hex(), is_code=True)
    yield Fact("Answer", report.answer, is_code=True)
    yield Fact("Report file", f"sha256:{sha256(report.to_bytes()).hexdigest()}", is_code=True)


def _source(report: Report) -> str:
    pulse = report.challenge.pulse
    if pulse is not None:
        return f"round {number(pulse.round)} of the beacon {pulse.name} (mode 3)"
    return _MODES[report.challenge.mode]


def _named(result: SectionResult) -> str:
    return TRAINING_SET if result.name == "training" else result.name


def _figures(result: SectionResult, report: Report) -> Figures:
    root = report.statement.sections.get(result.name)
    booked = number(root.sums[0]) if root is not None and root.sums else ""
    has_sizes = result.size_bound is not None
    all_good = result.record_bound.is_exact and not result.failures
    cells = (
        number(report.training if root is None else root.count),
        booked,
        number(result.records.draws),
        number(result.records.failures),
        number(result.sizes.draws) if has_sizes else "",
        number(result.sizes.failures) if has_sizes else "",
        _bound(result.record_bound.percent(), result.record_bound.is_exact),
        (_bound("0", True) if all_good else _bound(result.size_bound.percent(), False))
        if result.size_bound
        else "",
    )
    return Figures(_named(result), cells if report.challenge.is_an_audit else (*cells[:6], "", ""))


def _bound(percent: str, is_exact: bool) -> str:
    return f"{percent} % (counted)" if is_exact else f"{percent} %"


def _found(failure: Failure) -> Found:
    how = {BY_RECORDS: "by records", 2: "by size"}.get(failure.kind, "")
    where = TRAINING_SET if failure.section == "training" else failure.section
    leaf = "" if failure.index is None else f", leaf {number(failure.index)}"
    draw = f"{where}, {how} {number(failure.number)}{leaf}" if how else where
    return Found(
        draw,
        failure.record or "",
        f"{_OUTCOMES[failure.outcome]}, step {failure.step}",
        failure.reason,
    )


def _meaning(report: Report) -> Iterator[str]:
    challenge = report.challenge
    yield LIMIT
    if not challenge.is_an_audit:
        return
    if report.level == 1:
        claims = 2 * len(report.sections) + 1
        each = challenge.alpha * challenge.attempt
        yield (
            f"Each claim is wrong with a probability of at most {_percent(each)} %; any of the"
            f" {claims}, with at most {_percent(min(Fraction(1), each * claims))} %."
        )
        yield (
            "Draws by size find records that are booked too large, and hardly ones that are"
            " booked too small; those are found by draws by records alone."
        )
    yield (
        "Misreported means: the record that the log holds says something else than the summary"
        " counts, or it was not opened in time. Whether a record tells the truth about its data is"
        f" seen from its bytes: {_contents(report)}."
    )
    if share(challenge.precision) >= Fraction(1, 20):
        yield f"A share of {challenge.precision} % is a coarse measure; 1 % is usual."


def _contents(report: Report) -> str:
    checked = sum(pair[0] for pair in report.contents.values())
    failed = sum(pair[1] for pair in report.contents.values())
    if not checked:
        return "none were counted again in this audit"
    return f"those of {counted(checked, 'draw')} were counted again, and {number(failed)} differed"


def _percent(value: Fraction) -> str:
    return f"{float(value) * 100:.3g}"
