"""A check, what can be said about it, and the one sentence that says why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ledger.summary.criteria.reading import Reading

Dimension = Literal[
    "Clarity", "Completeness", "Consistency", "Correctness", "Accessibility", "Comprehension"
]

TRANSPARENCY: tuple[Dimension, ...] = ("Clarity", "Completeness", "Consistency", "Correctness")
USEFULNESS: tuple[Dimension, ...] = ("Accessibility", "Comprehension")

MetBy = Literal["renderer", "ledger", "profile", "hosting", "truth"]
"""Which part can satisfy a check; this classification is ours, not the researchers'.

`renderer`: the form of the output. `ledger`: records. `profile`: the provider's or the release's
statements. `hosting`: where and how the document is published. `truth`: whether the inputs are.
"""

Verdict = Literal[
    "met", "partly", "missed", "not applicable", "depends on host", "depends on truth"
]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, why, and what would raise the grade; the last is empty when nothing would."""

    verdict: Verdict
    reason: str
    remedy: str = ""


Judge: TypeAlias = Callable[[Reading, str], Judgement]
"""Looks at a document (and what it was filled from) with one field of the form in mind."""


@dataclass(frozen=True, slots=True)
class Check:
    """One of the researchers' checks with our evaluator.

    `field` is a field of the form, a section of it, or `document`; `weight` is from 1 to 25.
    """

    id: str
    field: str
    dimension: Dimension
    weight: int
    met_by: MetBy
    text: str
    judge: Judge


@dataclass(frozen=True, slots=True)
class CheckSection:
    """The checks of one section of the assessment, in the researchers' order."""

    id: str
    name: str
    checks: tuple[Check, ...]


def met(reason: str) -> Judgement:
    """Return the verdict of a check that the document satisfies."""
    return Judgement("met", reason)


def partly(reason: str, remedy: str = "") -> Judgement:
    """Return the verdict of a check that is satisfied in part; it counts half."""
    return Judgement("partly", reason, remedy)


def missed(reason: str, remedy: str = "") -> Judgement:
    """Return the verdict of a check that the document does not satisfy."""
    return Judgement("missed", reason, remedy)


def skipped(reason: str) -> Judgement:
    """Return the verdict of a check that does not apply; it is left out of the score."""
    return Judgement("not applicable", reason)


def of_all(good: int, total: int, what: str, remedy: str) -> Judgement:
    """Return met when all of several things are good, missed when none is, else partly.

    `what` reads on after a number: `3 of 4 datasets have a link`.
    """
    said = f"{good} of {total} {what}"
    if good == total:
        return met(said)
    return partly(said, remedy) if good else missed(said, remedy)
