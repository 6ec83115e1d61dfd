"""What an audit shows, in one plain sentence a section.

    With 99 % confidence fewer than 1.0 % of the records in crawled.text are misreported, and
    misreported records hold fewer than 1.0 % of its booked bytes (459 + 459 draws, 0 failures,
    first challenge).

A record that was not opened in time counts as misreported. Nothing here says that a summary is
true: what was never recorded, no draw can find.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.query.bounds import Bound
from ledger.query.challenge import Challenge

LIMIT: Final = (
    "An audit checks what was recorded. Data that was used in training and never recorded cannot be"
    " found by it."
)
"""What every report says."""

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many draws there were, and how many of them failed."""

    draws: int
    failures: int


def section_sentence(
    name: str,
    counts: Sequence[Counts],
    count: int,
    bounds: tuple[Bound, Bound | None],
    challenge: Challenge,
) -> str:
    """Return what the draws of one section show.

    Args:
        name: The section's.
        counts: By records and by size.
        count: How many records it has.
        bounds: Of the share of records, and of what they hold; None if it books nothing.
        challenge: The challenge that drew.
    """
    records, sizes = counts
    if not challenge.is_an_audit:
        return _self_check(name, records, sizes)
    by_records, by_size = bounds
    basis = f"({_drawn(counts)}, {attempt(challenge)})"
    if by_records.is_exact and not (records.failures or sizes.failures):
        every = "The one record" if count == 1 else f"All {count:,} records"
        were, none = ("was", "it is not") if count == 1 else ("were", "none is")
        return f"{every} in {name} {were} opened, and {none} misreported {basis}."
    parts = [_of_records(name, by_records, records, count)]
    if by_size is not None:
        held = f"misreported records hold {_fewer(by_size)} of its booked bytes"
        parts.append(held)
    return f"{_joined(challenge, parts, by_records)} {basis}."


def coverage_sentence(counts: Counts, count: int, bound: Bound, challenge: Challenge) -> str:
    """Return what the draws from the training set show: whether records are left out.

    Args:
        counts: The draws.
        count: How many records the release was trained on.
        bound: Of the share of records that are left out.
        challenge: The challenge that drew.
    """
    if not challenge.is_an_audit:
        return _self_check("the training set", counts)
    basis = f"({_drawn([counts])}, {attempt(challenge)})"
    if bound.is_exact and not counts.failures:
        records = "The one record" if count == 1 else f"All {count:,} records"
        are = "is" if count == 1 else "are"
        return f"{records} of the training set {are} in one section each {basis}."
    if bound.is_exact:
        are = "is" if counts.failures == 1 else "are"
        return (
            f"Of all {count:,} records of the training set {counts.failures:,} {are} left out,"
            f" counted twice, or counted otherwise than their record says {basis}."
        )
    return (
        f"{_confidence(challenge)} {_fewer(bound)} of the records of the training"
        f" set are left out, counted twice, or counted otherwise than their record says {basis}."
    )


def attempt(challenge: Challenge) -> str:
    """Return which challenge this was: `first challenge`, and what later ones mean."""
    number = challenge.attempt
    if number == 1:
        return "first challenge"
    named = _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"{number}th"
    return f"{named} challenge: the error may be {number} times as large"


def _joined(challenge: Challenge, parts: Sequence[str], by_records: Bound) -> str:
    confidence = _confidence(challenge)
    first, *more = parts
    if by_records.is_exact:  # what was counted needs no confidence
        return first + "".join(f"; {confidence.lower()} {part}" for part in more)
    return f"{confidence} {', and '.join(parts)}"


def _of_records(name: str, bound: Bound, counts: Counts, count: int) -> str:
    if bound.is_exact:
        are = "is" if counts.failures == 1 else "are"
        return f"Of all {count:,} records in {name} {counts.failures:,} {are} misreported"
    return f"{_fewer(bound)} of the records in {name} are misreported"


def _fewer(bound: Bound) -> str:
    return f"fewer than {bound.percent()} %" if bound.below < 1 else "any number"


def _confidence(challenge: Challenge) -> str:
    together = ""
    if challenge.claims > 1:
        together = f" for all {challenge.claims} claims of this report at once"
    return f"With {challenge.confidence} % confidence{together}"


def _drawn(counts: Sequence[Counts]) -> str:
    failures = sum(one.failures for one in counts)
    draws = " + ".join(f"{one.draws:,}" for one in counts if one.draws)
    single = draws == "1"
    return (
        f"{draws} draw{'' if single else 's'}, {failures:,} failure{'' if failures == 1 else 's'}"
    )


def _self_check(name: str, *counts: Counts) -> str:
    return f"A check by the lab itself, and no audit, of {name} ({_drawn(counts)})."
