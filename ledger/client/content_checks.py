"""Which shards an audit counts again, and what that does to its report: step 6 of the protocol.

A challenge says of how many draws of each kind the bytes are looked at. Their records are shown by
the answer; `recounting` counts their files. A file that is not as stated is misreported; one that
was not handed over is unavailable, since refusing must never be better than failing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.client.recounting import MISREPORTED, Recount, Recounting, Stated
from ledger.content.domains import Tally
from ledger.errors import CannotTellError
from ledger.query.draw_checks import Drawn
from ledger.query.report import Failure, Outcome, Report
from ledger.query.sample import TRAINING
from ledger.query.sections import ERASED, REPLACED
from ledger.query.shown import NEEDED
from ledger.record.leaf import RecordId
from ledger.summary.audit_check import CheckedAnswer

_STEP = 6
_REASON = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A shard that is to be counted again, and the draws that ask for it."""

    record: RecordId
    """The record that was drawn."""
    stated: Stated
    draws: tuple[Drawn, ...]


def wanted_contents(checked: CheckedAnswer) -> tuple[Wanted, ...]:
    """Return the shards of the draws whose bytes are looked at, by their records' places.

    Draws that failed before are failures already; erased and replaced records have no bytes that
    were counted.
    """
    most = checked.report.challenge.contents
    found: dict[RecordId, list[Drawn]] = {}
    for one in checked.draws:
        is_asked = one.number < most and one.tree not in (TRAINING, ERASED, REPLACED)
        if is_asked and one.fault is None and one.record is not None:
            found.setdefault(one.record, []).append(one)
    return tuple(
        Wanted(record=record, stated=_stated(checked, record), draws=tuple(draws))
        for record, draws in sorted(found.items())
    )


def _stated(checked: CheckedAnswer, record: RecordId) -> Stated:
    shown = checked.read.shown
    newest = shown.corrections(checked.read.commitment.size).newest(record)
    fields = shown.records[newest].stated(NEEDED)
    if "content" not in fields:
        raise CannotTellError(f"record {newest} does not show its content")
    return Stated(
        record=str(newest),
        fields=fields,
        tally=_tally(checked, fields.get("domains")),
    )


def _tally(checked: CheckedAnswer, domains: object) -> Tally | None:
    if not isinstance(domains, dict):
        return None
    return checked.read.answer.tallies.get(str(domains["digest"]))


def with_contents(report: Report, wanted: Sequence[Wanted], counted: Recounting) -> Report:
    """Return the report with what counting again came to.

    Args:
        report: As steps 1 to 5 left it.
        wanted: The shards that were to be counted again.
        counted: What became of them.
    """
    recounts = {one.record: one for one in counted.recounts}
    failures = [*report.failures]
    contents: dict[str, tuple[int, int]] = {}
    notes = [*report.notes]
    for one in wanted:
        recount = recounts.get(one.stated.record)
        reason = _reason(recount)
        for draw in one.draws:
            done, failed = contents.get(draw.tree, (0, 0))
            contents[draw.tree] = done + (recount is not None), failed + bool(reason)
            if reason:
                failures.append(_failure(draw, recount, reason))
        if recount is not None:
            notes += [
                f"record {one.stated.record}: {what} was not counted again: {why}"
                for what, why in recount.open
            ]
    return replace(
        report,
        failures=sorted(failures, key=lambda one: one.place),
        contents=contents,
        notes=tuple(text[:_REASON] for text in dict.fromkeys(notes)),
    )


def _reason(recount: Recount | None) -> str:
    """Return why a shard fails; empty if it is as stated, as far as it was counted."""
    if recount is None:
        return "its bytes were not handed over"
    if recount.outcome != MISREPORTED:
        return ""
    parts = [f"{what} is {found}, stated was {said}" for what, said, found in recount.differences]
    return f"counted again: {'; '.join(parts)}"[:_REASON]


def _failure(draw: Drawn, recount: Recount | None, reason: str) -> Failure:
    return Failure(
        section=draw.tree,
        kind=draw.kind,
        number=draw.number,
        outcome=Outcome.UNAVAILABLE if recount is None else Outcome.MISREPORTED,
        step=_STEP,
        reason=reason,
        index=draw.index,
        record=str(draw.record),
    )
