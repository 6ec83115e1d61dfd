"""When a summary, or an update of it, is due: the template's rules, and our reading of "material".

    R-PUB-1  point 32  no later than the placement on the Union market
    R-LEG-1  point 33  placed before 2 August 2025: by 2 August 2027
    R-UPD-1  point 29  trained further so that content changes: every six months, or sooner on a
                       materially significant change; published with the modified model
    R-UPD-2  point 29  no further training, no periodic duty

The template does not say what is materially significant. We take it to be a new kind of source, a
new modality, a modality in another size range, a further generator on the market, or more than a
tenth more data of a modality; `Due` says so where it counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.summary.changes import NOTHING, changes
from ledger.summary.document import Choices, Document, Items, Ranges, Value, YesNo
from ledger.summary.facts import SIZE_MEASURE, Facts
from ledger.summary.filing import Filing
from ledger.summary.wording import counted, listed, long_date, modality_word

DUTY_BEGAN = "2025-08-02"
LEGACY_END = "2027-08-02"
MONTHS = 6
PERCENT = 10
"""Growth of a modality above this is material, by our reading."""

OUR_READING = "what counts as material is our reading; the template does not define it"

KINDS: Mapping[str, str] = {
    "2.1.a": "publicly available datasets",
    "2.2.1.a": "licensed datasets",
    "2.2.2.a": "private datasets of other third parties",
    "2.3.a": "crawled data",
    "2.4.a": "data of users of the model",
    "2.4.b": "data of users of other services",
    "2.5.a": "synthetic data",
    "2.6.a": "other sources",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The newest published version of a summary."""

    version: int
    last_update: str
    """`YYYY-MM-DD`."""
    form: Document | None
    """What it said; None when that is not kept."""
    facts: Facts | None
    """Facts of the training set that it spoke of; None when that is the set of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Whether something must be published, by when, and why."""

    what: str
    """`first`: the first summary. `update`: a further version. `nothing`."""
    by: str
    """`YYYY-MM-DD`; empty when no date follows."""
    now: bool
    """Whether that day has come."""
    sentence: str
    reasons: tuple[str, ...] = ()
    """The material changes, where there are any."""


def due(filing: Filing, draft: Document, published: Published | None, today: str) -> Due:
    """Return what is due for a release.

    Args:
        filing: What today's summary is filled from.
        draft: That summary.
        published: The newest version that was published.
        today: `YYYY-MM-DD`.
    """
    if published is None:
        return _first(filing, today)
    if published.facts is None:
        return _unchanged(filing, draft, published)
    return _trained_further(filing, draft, published, published.facts, today)


def _first(filing: Filing, today: str) -> Due:
    common = str(filing.stated.get("market_date", ""))
    dates = [str(one.get("market_date") or common) for one in filing.models]
    placed = min(filter(None, dates), default="")
    if not placed:
        text = (
            "The first summary is due no later than the placement on the Union market (point 32); "
            "no date of placement is stated."
        )
        return Due(what="first", by="", now=False, sentence=text)
    on = f"placed on the Union market on {long_date(placed)}"
    if placed < DUTY_BEGAN:
        verb, by = "is" if today < LEGACY_END else "was", LEGACY_END
        text = f"The first summary {verb} due by {long_date(by)}: {on} (point 33)."
    else:
        verb, by = "is" if today <= placed else "was", placed
        text = f"The first summary {verb} due by {long_date(by)}: {on} (point 32)."
    return Due(what="first", by=by, now=today >= by, sentence=text)


def _unchanged(filing: Filing, draft: Document, published: Published) -> Due:
    """Return that nothing is due: no further training, no periodic duty."""
    text = (
        f"No update is due: the training set is that of version {published.version} of "
        f"{long_date(published.last_update)} (point 29)."
    )
    if filing.stated.get("continues_training"):
        text += " The release says that training goes on: freeze what was added by a new release."
    if published.form is not None and changes(published.form, draft) != (NOTHING,):
        text += " Answers have changed since; a new version would say so."
    return Due(what="nothing", by="", now=False, sentence=text)


def _trained_further(
    filing: Filing, draft: Document, published: Published, before: Facts, today: str
) -> Due:
    since = f"version {published.version} of {long_date(published.last_update)}"
    reasons = tuple(_material(published.form, draft, before, filing.facts))
    if reasons:
        text = (
            f"An update is due now, with the model: since {since} there is "
            f"{listed(reasons)} (point 29; {OUR_READING})."
        )
        return Due(what="update", by=today, now=True, sentence=text, reasons=reasons)
    by = _months_later(published.last_update)
    verb = "is" if today < by else "was"
    text = (
        f"An update {verb} due by {long_date(by)}, six months after {since}: the training set has "
        f"changed since, not materially (point 29; {OUR_READING})."
    )
    return Due(what="update", by=by, now=today >= by, sentence=text)


def _months_later(day: str) -> str:
    start = date.fromisoformat(day)
    years, month = divmod(start.month - 1 + MONTHS, 12)
    year, month = start.year + years, month + 1
    for last in range(start.day, 27, -1):
        try:
            return date(year, month, last).isoformat()
        except ValueError:
            continue  # the month has no such day
    return date(year, month, start.day).isoformat()


def _material(was: Document | None, now: Document, before: Facts, after: Facts) -> Iterator[str]:
    if was is not None:
        yield from _kinds(was, now)
        new = [name for name in _ticked(now, "1.3.a") if name not in _ticked(was, "1.3.a")]
        yield from (f"a new modality, {name.lower()}" for name in new)
        yield from _ranges(was, now)
        known = _names(was, "2.5.c")
        made = [name for name in _names(now, "2.5.c") if name not in known]
        if made:
            yield f"data of further generators on the market, {listed(made)}"
    yield from _growth(before, after)


def _kinds(was: Document, now: Document) -> Iterator[str]:
    for field_id, kind in KINDS.items():
        if YesNo(True) in _values(now, field_id) and YesNo(True) not in _values(was, field_id):
            yield f"a new kind of source, {kind}"


def _ranges(was: Document, now: Document) -> Iterator[str]:
    old, new = _sizes(was), _sizes(now)
    for modality, label in new.items():
        if modality in old and old[modality] != label:
            yield f"{modality.lower()} in another size range"


def _growth(before: Facts, after: Facts) -> Iterator[str]:
    """Yield modalities of which there is more by a tenth, in their measure, else in records."""
    for name in after.modalities:
        old, new = before.modality(name), after.modality(name)
        if not old.records:
            continue
        measure = SIZE_MEASURE[name]
        counted_ = not old.size(measure).missing and not new.size(measure).missing
        was = old.size(measure).sum if counted_ else old.records
        is_ = new.size(measure).sum if counted_ else new.records
        if (is_ - was) * 100 > was * PERCENT:
            by = "" if counted_ else f", by records ({counted(new.records, 'record')})"
            yield f"more than {PERCENT} % more {modality_word(name)}{by}"


def _values(document: Document, field_id: str) -> tuple[Value, ...]:
    for field in document.fields():
        if field.id == field_id:
            return field.values
    return ()


def _ticked(document: Document, field_id: str) -> list[str]:
    return [
        box.label
        for value in _values(document, field_id)
        if isinstance(value, Choices)
        for box in value.options
        if box.ticked
    ]


def _names(document: Document, field_id: str) -> list[str]:
    return [
        item.name
        for value in _values(document, field_id)
        if isinstance(value, Items)
        for item in value.items
    ]


def _sizes(document: Document) -> dict[str, str]:
    return {
        row.modality: box.label
        for value in _values(document, "1.3.b")
        if isinstance(value, Ranges)
        for row in value.rows
        for box in row.options
        if box.ticked
    }
