r"""The report of an audit: what was drawn, what came of it, and what that shows.

    {"answer": "sha256:...", "challenge": {...}, "checked_at": "...", "contents": {...},
     "failures": [{"section": ..., "kind": 1, "number": 0, "outcome": "misreported", ...}...],
     "level": 1, "notes": [...], "seed": hex, "sections": [{"name": ..., "sentence": ...}...],
     "statement": {...}, "training": 8, "type": "tdl/audit-report/v1", "untold": [...],
     "verdict": "verified"}

Whatever follows from the rest (seed, draws, bounds, sentences, verdict) is computed again when a
report is read, and has to be the same byte for byte. docs/formats/audit.md, "The report", is
normative.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final, Self

from ledger.errors import MalformedError
from ledger.proof.json_members import list_of, members, number_of, text_of
from ledger.query.bounds import Bound, upper_bound, upper_bound_of
from ledger.query.challenge import Challenge, share
from ledger.query.report_words import Counts, coverage_sentence, section_sentence
from ledger.query.sample import (
    BY_RECORDS,
    BY_SIZE,
    TRAINING,
    Sample,
    SectionSample,
    draw_sample,
)
from ledger.query.statement import Statement
from ledger.record.canonical import JSON, check_text, decode_object, encode
from ledger.record.patterns import RECORD_ID, SHA256, TIME

TYPE: Final = "tdl/audit-report/v1"
MAX_SIZE: Final = 64 * 2**20
"""Bytes of a report's file."""
MAX_LISTED: Final = 10_000
"""Draws of a kind that a report lists; more follow from the seed as well."""
MAX_REASON: Final = 2_000
"""Characters of a reason or a note."""


class Outcome(StrEnum):
    """What is wrong with a draw that did not pass."""

    BROKEN = "broken"
    """The commitment itself does not hold: the summary is void."""
    MISREPORTED = "misreported"
    """The record, or its bytes, say otherwise than the summary counts."""
    UNAVAILABLE = "unavailable"
    """It was not opened in time."""


class Verdict(StrEnum):
    """What a whole audit came to."""

    VERIFIED = "verified"
    """In every section the share that was to be excluded is excluded."""
    MISREPORTED = "misreported"
    """Too many draws failed for that."""
    BROKEN = "broken"
    """The summary is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A draw that did not pass. A record that was drawn several times fails several times."""

    section: str
    kind: int
    """1 by records, 2 by size; 0 for what no draw found, such as sections that count too few."""
    number: int
    """Which draw of the kind, from 0 on."""
    outcome: Outcome
    step: int
    """Of the protocol's steps for an opened leaf, 1 to 6."""
    reason: str
    index: int | None = None
    """The leaf, if it is known."""
    record: str | None = None

    def check(self, sections: Collection[str]) -> None:
        """Check that this may stand in a report on these sections.

        Raises:
            MalformedError: It names no such section, kind, step or record.
        """
        if self.section not in sections or self.kind not in (0, BY_RECORDS, BY_SIZE):
            raise MalformedError(f"there are no draws {self.kind} of {self.section[:80]!r}")
        if not 1 <= self.step <= 6:
            raise MalformedError(f"an opened leaf is checked in steps 1 to 6, not {self.step}")
        if self.record is not None:
            RECORD_ID.check(self.record, "record")

    @property
    def place(self) -> tuple[str, int, int]:
        """What failures are sorted by."""
        return self.section, self.kind, self.number

    def to_json(self) -> JSON:
        """Return the failure as its JSON value."""
        value: dict[str, JSON] = {
            "kind": self.kind,
            "number": self.number,
            "outcome": str(self.outcome),
            "reason": self.reason,
            "section": self.section,
            "step": self.step,
        }
        if self.index is not None:
            value["index"] = self.index
        if self.record is not None:
            value["record"] = self.record
        return value


@dataclass(frozen=True, slots=True)
class SectionResult:
    """What came of one section, or of the training set."""

    name: str
    records: Counts
    """By records, and how many there are."""
    sizes: Counts
    """By size: no draws if nothing is booked."""
    contents: Counts
    """Of both, those whose bytes were counted again."""
    record_bound: Bound
    size_bound: Bound | None
    sentence: str

    @property
    def failures(self) -> int:
        """How many draws failed."""
        return self.records.failures + self.sizes.failures

    def is_within(self, challenge: Challenge) -> bool:
        """Answer whether the share that was to be excluded is excluded."""
        bounds = [self.record_bound, *([self.size_bound] if self.size_bound else [])]
        return all(bound.is_within(share(challenge.precision)) for bound in bounds)


@dataclass(frozen=True, kw_only=True)
class Report:
    """An audit and its result. It proves nothing by itself: challenge and answer do."""

    challenge: Challenge
    statement: Statement
    training: int
    """How many records the release was trained on."""
    answer: str
    """`sha256:<hex>` of the answer that was checked."""
    checked_at: str
    failures: Sequence[Failure] = ()
    contents: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By section: how many draws of either kind had their bytes counted again."""
    level: int = 1
    """2 if everything was handed over: then every leaf counts as drawn."""
    notes: Sequence[str] = ()
    """What is no failure, and worth knowing."""
    untold: Sequence[str] = ()
    """What could not be told, such as whether the log holds a newer version."""

    def __post_init__(self) -> None:
        self.statement.check(self.challenge.audit_root)
        TIME.check(self.checked_at, "checked_at")
        SHA256.check(self.answer, "answer")
        if self.level not in (1, 2):
            raise MalformedError(f"a report is of level 1 or 2, not {self.level}")
        names = {TRAINING, *self.statement.sections}
        for one in self.failures:
            one.check(names)
        if list(self.failures) != sorted(self.failures, key=lambda one: one.place):
            raise MalformedError("failures are sorted by section, kind and number")
        for text in (*self.notes, *self.untold, *(one.reason for one in self.failures)):
            check_text(text, "a reason")
            if not 1 <= len(text) <= MAX_REASON:
                raise MalformedError(f"a reason or note has 1 to {MAX_REASON} characters")

    @cached_property
    def sample(self) -> Sample:
        """What the challenge draws; at level 2 every leaf, and none by size."""
        sections = self.statement.sections
        draws, contents = self.challenge.draws, self.challenge.contents
        if self.level == 1:
            return draw_sample(
                self.challenge.seed(),
                sections,
                training=self.training,
                draws=draws,
                contents=contents,
            )
        counts = {name: root.count for name, root in sections.items()} | {TRAINING: self.training}
        return Sample(
            {name: SectionSample(name, tuple(range(count))) for name, count in counts.items()}
        )

    @cached_property
    def sections(self) -> tuple[SectionResult, ...]:
        """What came of every section that is drawn, in the order of names."""
        return tuple(self._result(one) for one in self.sample if one.name != TRAINING)

    @cached_property
    def coverage(self) -> SectionResult:
        """What came of the training set."""
        return self._result(self.sample.sections[TRAINING])

    @property
    def verdict(self) -> Verdict:
        """What the audit came to."""
        if any(one.outcome == Outcome.BROKEN for one in self.failures):
            return Verdict.BROKEN
        results = (*self.sections, self.coverage)
        if all(one.is_within(self.challenge) for one in results):
            return Verdict.VERIFIED
        return Verdict.MISREPORTED

    def _result(self, drawn: SectionSample) -> SectionResult:
        root = self.statement.sections.get(drawn.name)
        count = self.training if root is None else root.count
        failed = [one for one in self.failures if one.section == drawn.name]
        records = Counts(len(drawn.records), sum(one.kind == BY_RECORDS for one in failed))
        sizes = Counts(len(drawn.sizes), sum(one.kind == BY_SIZE for one in failed))
        contents = Counts(*self.contents.get(drawn.name, (0, 0)))
        alpha = self.challenge.alpha
        record_bound = upper_bound_of(records.failures, records.draws, count, alpha)
        bound = upper_bound(sizes.failures, sizes.draws, alpha) if sizes.draws else None
        if drawn.name == TRAINING:
            sentence = coverage_sentence(records, count, record_bound, self.challenge)
        else:
            sentence = section_sentence(
                drawn.name, (records, sizes), count, (record_bound, bound), self.challenge
            )
        return SectionResult(drawn.name, records, sizes, contents, record_bound, bound, sentence)

    def to_json(self) -> dict[str, JSON]:
        """Return the report as its JSON value."""
        return {
            "answer": self.answer,
            "challenge": self.challenge.to_json(),
            "checked_at": self.checked_at,
            "contents": {name: list(pair) for name, pair in self.contents.items()},
            "coverage": _result_json(self.coverage, self.sample.sections[TRAINING]),
            "failures": [one.to_json() for one in self.failures],
            "level": self.level,
            "notes": list(self.notes),
            "sections": [
                _result_json(one, self.sample.sections[one.name]) for one in self.sections
            ],
            "seed": self.challenge.seed().hex(),
            "statement": self.statement.to_json(),
            "training": self.training,
            "type": TYPE,
            "untold": list(self.untold),
            "verdict": str(self.verdict),
        }

    def to_bytes(self) -> bytes:
        """Return the report's file."""
        return encode(self.to_json()) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the report whose `to_bytes` is exactly `data`.

        Raises:
            MalformedError: `data` is truncated, too large, of another version, or no report; or it
                says something that does not follow from its own draws and failures.
            VerificationError: Its statement is not the one that was challenged.
        """
        if len(data) > MAX_SIZE:
            raise MalformedError(f"a report has at most {MAX_SIZE} bytes, not {len(data)}")
        if not data.endswith(b"\n"):
            raise MalformedError("a report ends with a line feed; this file is cut off")
        report = cls._from_json(decode_object(data[:-1], "a report"))
        if report.to_bytes() != data:
            said = decode_object(data[:-1], "a report")
            found = report.to_json()
            where = next(name for name in sorted(found) if said[name] != found[name])
            raise MalformedError(
                f"what the report says in {where!r} does not follow from its draws and failures"
            )
        return report

    @classmethod
    def _from_json(cls, value: JSON) -> Self:
        given = ("answer", "challenge", "checked_at", "contents", "failures", "level", "notes")
        rest = ("coverage", "sections", "seed", "verdict")  # what follows from the others
        answer, challenge, checked_at, contents, failures, level, notes, *more = members(
            value, "a report", *given, "statement", "training", "untold", "type", *rest
        )
        statement, training, untold, kind = more[:4]
        if kind != TYPE:
            raise MalformedError(f"this is {str(kind)[:60]!r}, and we read {TYPE!r}")
        return cls(
            challenge=Challenge.from_json(challenge),
            statement=Statement.from_json(statement),
            training=number_of(training, "training"),
            answer=text_of(answer, "answer"),
            checked_at=text_of(checked_at, "checked_at"),
            failures=tuple(_failure(one) for one in list_of(failures, "failures")),
            contents=_contents(contents),
            level=number_of(level, "level"),
            notes=_texts(notes, "notes"),
            untold=_texts(untold, "untold"),
        )


def _result_json(result: SectionResult, drawn: SectionSample) -> JSON:
    value: dict[str, JSON] = {
        "name": result.name,
        "records": {
            "below": result.record_bound.percent(),
            "draws": result.records.draws,
            "failures": result.records.failures,
        },
        "sentence": result.sentence,
    }
    if result.size_bound is not None:
        value["sizes"] = {
            "below": result.size_bound.percent(),
            "draws": result.sizes.draws,
            "failures": result.sizes.failures,
        }
    if len(drawn.records) < MAX_LISTED:
        value["drawn"] = {
            "records": list(drawn.records),
            "sizes": [str(point) for point in drawn.sizes],
        }
    return value


def _failure(value: JSON) -> Failure:
    section, kind, number, outcome, step, reason = members(
        value,
        "a failure",
        *("section", "kind", "number", "outcome", "step", "reason"),
        optional=("index", "record"),
    )
    found = value if isinstance(value, dict) else {}
    said = text_of(outcome, "outcome")
    if said not in set(Outcome):
        raise MalformedError(f"{said[:40]!r} is no outcome of a draw")
    return Failure(
        section=text_of(section, "section"),
        kind=number_of(kind, "kind"),
        number=number_of(number, "number"),
        outcome=Outcome(said),
        step=number_of(step, "step"),
        reason=text_of(reason, "reason"),
        index=number_of(found["index"], "index") if "index" in found else None,
        record=text_of(found["record"], "record") if "record" in found else None,
    )


def _contents(value: JSON) -> dict[str, tuple[int, int]]:
    if not isinstance(value, dict):
        raise MalformedError("contents is an object: two numbers for each section")
    found = {}
    for name, pair in value.items():
        checked, failed = (number_of(one, "contents") for one in _pair(pair))
        found[name] = (checked, failed)
    return found


def _pair(value: JSON) -> list[JSON]:
    pair = list_of(value, "contents of a section")
    if len(pair) != 2:
        raise MalformedError("contents of a section are two numbers: counted again, and failed")
    return pair


def _texts(value: JSON, what: str) -> tuple[str, ...]:
    return tuple(text_of(one, what) for one in list_of(value, what))
