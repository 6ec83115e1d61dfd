"""Sentences and lists that a part of the facts gives, in the order that the form suggests."""

from collections.abc import Iterable, Iterator

from ledger.summary.document import Item, Labelled, Row
from ledger.summary.facts import SIZE_MEASURE, Facts
from ledger.summary.languages import names
from ledger.summary.wording import byte_size, counted, hours, listed, number, period

NOT_KNOWN = "not known"


def few(words: Iterable[str], limit: int = 24) -> str:
    """Return a list in words; past the limit the rest is counted, never hidden."""
    every = list(words)
    if len(every) <= limit:
        return listed(every)
    return listed([*every[:limit], f"{number(len(every) - limit)} more"])


def described(facts: Facts) -> Labelled:
    """Return what the form asks of a general description: modality, nature, language, period."""
    rows = [
        Row("Modalities", listed(facts.modalities) or NOT_KNOWN),
        Row("Nature of the content", _nature(facts)),
        Row("Languages", few(names(facts.languages), 60) or NOT_KNOWN),
        Row("Collected", collected(facts)),
    ]
    if licences := facts.statements("rights.licence"):
        rows.append(Row("Licences", few(licences)))
    if places := facts.statements("source.geography"):
        rows.append(Row("Geography", few(places)))
    if texts := facts.statements("source.characteristics"):
        rows.append(Row("Characteristics", " ".join(texts)))
    return Labelled(tuple(rows))


def collected(facts: Facts) -> str:
    """Return the period of collection as far as stated, and for how many records it is not."""
    start, end = facts.period
    text = period(start, end)
    silent = facts.records - facts.stating("source.period")
    if text == NOT_KNOWN or not silent:
        return text
    return f"{text}; not known for {number(silent)} of {counted(facts.records, 'record')}"


def _nature(facts: Facts) -> str:
    said = few(facts.statements("source.content_types")) or NOT_KNOWN
    generated = sum(1 for group in facts.groups if group.fields.get("generator"))
    return f"{said}; partly machine generated" if generated else said


def dataset(name: str, facts: Facts, *, figures: bool) -> Item:
    """Return one dataset with what the form asks of it."""
    links = list(facts.statements("source.link"))
    return Item(name, links[0] if links else "", tuple(_details(facts, links, figures=figures)))


def _details(facts: Facts, links: list[str], *, figures: bool) -> Iterator[Row]:
    if versions := facts.statements("dataset.version"):
        yield Row("Version", few(versions))
    if links[1:]:
        yield Row("Further links", few(links[1:]))
    yield Row("Modalities", listed(facts.modalities))
    if descriptions := facts.statements("source.description"):
        yield Row("Description", " ".join(descriptions))
    if facts.stating("source.period") or not links:
        yield Row("Collected", collected(facts))
    if selections := facts.statements("source.selection"):
        yield Row("Selection", " ".join(selections))
    if licences := facts.statements("rights.licence"):
        yield Row("Licence", few(licences))
    if figures:
        yield Row("Size", listed(sizes(facts)))


def sizes(facts: Facts) -> list[str]:
    """Return the size per modality in its own unit, exactly, with what is not counted."""
    return [size(facts.modality(name), name) for name in facts.modalities]


def size(facts: Facts, modality: str) -> str:
    """Return how much of a modality these records hold: `1 234 567 tokens`."""
    total = facts.size(SIZE_MEASURE[modality])
    if total.missing == total.records:
        total = facts.size("bytes")
        text = f"{byte_size(total.sum)} of {modality}"
    elif modality in ("audio", "video"):
        text = f"{hours(total.sum)} of {modality}"
    elif modality == "other":
        text = f"{byte_size(total.sum)} of other data"
    else:
        text = counted(total.sum, SIZE_MEASURE[modality].removesuffix("s"))
    if total.missing:
        return f"{text}, not counted in {counted(total.missing, 'record')}"
    return text
