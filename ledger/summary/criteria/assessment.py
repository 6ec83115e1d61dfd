"""From checks to scores: what was found, how it adds up, and the letter it would get.

A score here is over what a document can decide. Checks that depend on the host or on the truth of
the inputs are in neither numerator nor maximum; they are listed with their weight instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.summary.criteria.check import (
    TRANSPARENCY,
    USEFULNESS,
    Check,
    CheckSection,
    Dimension,
    Judgement,
    Verdict,
)

GRADES = (
    (950, "A+"),
    (900, "A"),
    (800, "B+"),
    (750, "B"),
    (600, "C+"),
    (500, "C"),
    (400, "D+"),
    (250, "D"),
    (0, "F"),
)
"""Lower bounds in thousandths of the maximum, as the researchers give them in percent."""

HALVES = {"met": 2, "partly": 1, "missed": 0}
"""What a verdict counts, in halves; the other verdicts are left out of the score."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A check with what was found."""

    check: Check
    judgement: Judgement

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        return self.judgement.verdict

    @property
    def is_decided(self) -> bool:
        """Whether the document decides it."""
        return self.verdict in HALVES


@dataclass(frozen=True, slots=True)
class Score:
    """Points reached in halves, out of `maximum` whole ones, over what a document can decide."""

    halves: int
    maximum: int

    @property
    def permille(self) -> int | None:
        """Thousandths of the maximum, to the nearest; None when nothing can be decided."""
        if not self.maximum:
            return None
        return (1000 * self.halves + self.maximum) // (2 * self.maximum)

    @property
    def grade(self) -> str:
        """The letter that the researchers' bounds would give this, empty when there is none."""
        reached = self.permille
        if reached is None:
            return ""
        return next(letter for bound, letter in GRADES if reached >= bound)


@dataclass(frozen=True, slots=True)
class SectionFindings:
    """What was found in one section of the assessment."""

    section: CheckSection
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Our own reading of a document by the researchers' criteria; never their score."""

    sections: tuple[SectionFindings, ...]

    def findings(self) -> Iterator[Finding]:
        """Yield every finding in the researchers' order."""
        for section in self.sections:
            yield from section.findings

    def with_verdict(self, *verdicts: Verdict) -> tuple[Finding, ...]:
        """Return the findings with these verdicts, the heaviest first."""
        found = [one for one in self.findings() if one.verdict in verdicts]
        return tuple(sorted(found, key=lambda one: -one.check.weight))

    @property
    def transparency(self) -> Score:
        """The score over Clarity, Completeness, Consistency and Correctness."""
        return score(self.findings(), TRANSPARENCY)

    @property
    def usefulness(self) -> Score:
        """The score over Accessibility and Comprehension."""
        return score(self.findings(), USEFULNESS)


def score(findings: "Iterator[Finding] | tuple[Finding, ...]", of: tuple[Dimension, ...]) -> Score:
    """Return the points over the dimensions in `of`."""
    counted = [one for one in findings if one.is_decided and one.check.dimension in of]
    halves = sum(HALVES[one.verdict] * one.check.weight for one in counted)
    return Score(halves, sum(one.check.weight for one in counted))
