"""Sentences and lists that a part of the facts gives, for a reader who knows no field of a record.

What a description holds is what the form suggests: modalities, types and nature of the content
(personal, protected by copyright, machine generated), languages, period, places. What nobody stated
is said to be not known, never left out.
"""

from collections.abc import Iterable, Iterator, Mapping

from ledger.query.sections import WRITING
from ledger.summary import wording
from ledger.summary.document import Item, Labelled, Row
from ledger.summary.facts import SIZE_MEASURE, Facts, Group, Size
from ledger.summary.languages import names
from ledger.summary.profile import is_link
from ledger.summary.wording import (
    byte_size,
    counted,
    hours,
    listed,
    modality_word,
    number,
    period,
    sentence,
)

NOT_KNOWN = wording.NOT_KNOWN

MANY = 60
"""Names that a list shows before it counts the rest."""
MANY_VERSIONS = 500
"""The form wants the snapshots of Common Crawl by name, and there are more than a hundred."""
MANY_TEXTS = 12
"""Sentences of records that a text repeats before it counts the rest."""


def few(words: Iterable[str], limit: int = 24) -> str:
    """Return a list in words; past the limit the rest is counted, never hidden."""
    every = list(words)
    if len(every) <= limit:
        return listed(every)
    return listed([*every[:limit], f"{number(len(every) - limit)} more"])


def most_said(texts: Mapping[str, int], limit: int = MANY_TEXTS) -> list[str]:
    """Return what most records say, a sentence each; past the limit the rest is counted."""
    order = sorted(texts, key=lambda text: (-texts[text], text))
    shown = [sentence(" ".join(text.split())) for text in order[:limit]]
    if len(order) > limit:
        shown.append(f"On record besides: {counted(len(order) - limit, 'further statement')}.")
    return shown


def described(facts: Facts, *, nature_is_told: bool = False, nameless: bool = False) -> Labelled:
    """Return what the form asks of a general description, a sentence or two for each matter.

    Args:
        facts: The part that is described.
        nature_is_told: The provider describes the nature of the content itself, so what the records
            leave open about it is not repeated.
        nameless: The data must not be known by whose it is: notices of copyright and names of
            contracts stay out.
    """
    rows = [
        Row("Modalities", sentence(listed(map(modality_word, facts.modalities)) or NOT_KNOWN)),
        Row("Types of content", _partly(facts, "source.content_types", MANY)),
        *_nature(facts, nature_is_told, nameless),
        Row("Languages", spoken(facts)),
        Row("Period of collection", sentence(collected(facts))),
    ]
    if places := facts.statements("source.geography"):
        rows.append(Row("Geography", sentence(few(places, MANY))))
    if texts := facts.statements("source.characteristics"):
        rows.append(Row("Other characteristics", " ".join(most_said(texts))))
    return Labelled(tuple(rows))


def _partly(facts: Facts, path: str, limit: int) -> str:
    """Return the texts at a path as a sentence, and for how many records there is none."""
    said = facts.statements(path)
    if not said:
        return sentence(NOT_KNOWN)
    return f"{_started(few(said, limit))}{unknown_for(facts, facts.stating(path))}."


def _started(text: str) -> str:
    return sentence(text).removesuffix(".")


def unknown_for(facts: Facts, known: int) -> str:
    """Return `; not known for 3 of 10 records`, or nothing when it is known for all."""
    if not (silent := facts.records - known):
        return ""
    return f"; {NOT_KNOWN} for {number(silent)} of {counted(facts.records, 'record')}"


def speaking(facts: Facts) -> Facts:
    """Return the records that may have a language: those with text, audio or video."""
    return Facts(tuple(g for g in facts.groups if {"text", "audio", "video"} & set(g.modality)))


def spoken(facts: Facts) -> str:
    """Return the languages as a sentence; images alone have none."""
    if facts.languages:
        said = few(names(facts.languages), MANY)
        part = speaking(facts)
        return f"{said}{unknown_for(part, part.stating('languages'))}."
    if facts.modalities and not speaking(facts).records:
        return "Not applicable: no text, speech or video."
    return sentence(NOT_KNOWN)


def _nature(facts: Facts, is_told: bool, nameless: bool) -> Iterator[Row]:
    """Yield what is known of the three kinds of content that the form names."""
    personal = facts.statements("processing.personal_data")
    rows = {
        "Copyright in the content": _copyright(facts, nameless),
        "Personal data in the content": " ".join(most_said(personal)),
        "Machine-generated content": machine_made(facts),
    }
    for label, text in rows.items():
        if text or not is_told:
            yield Row(label, text or sentence(NOT_KNOWN))


_NO_LICENCE = ("NOASSERTION", "NONE")
_CONTRACT = "LicenseRef-"


def _copyright(facts: Facts, nameless: bool) -> str:
    licences = [one for one in facts.statements("rights.licence") if one not in _NO_LICENCE]
    shown = [one for one in licences if not (nameless and _CONTRACT in one)]
    texts = [] if nameless else most_said(facts.statements("rights.copyright"))
    if len(shown) < len(licences):
        texts.insert(0, "Under agreements with third parties.")
    if shown:
        open_ = unknown_for(facts, facts.stating("rights.licence"))
        texts.insert(0, f"Licensed under {few(shown)}{open_}.")
    return " ".join(texts)


def machine_made(facts: Facts) -> str:
    """Return in how many records models made the content; nothing if no record says so."""
    made = Facts(tuple(group for group in facts.groups if _is_machine_made(group))).records
    if not made:
        return ""
    if made == facts.records:
        return f"Models generated, rewrote or translated content in all {counted(made, 'record')}."
    of = f"{number(made)} of {counted(facts.records, 'record')}"
    return f"Models generated, rewrote or translated content in {of}; {NOT_KNOWN} for the others."


def _is_machine_made(group: Group) -> bool:
    if group.whole is not None and group.source.get("category") != "synthetic":
        return False  # which part of a merged record a model made is not on record
    return group.fields.get("generator") == "unknown" or any(
        one.get("role") in WRITING for one in group.generators
    )


def collected(facts: Facts) -> str:
    """Return the period of collection as far as stated, and for how many records it is not."""
    start, end = facts.period
    text = period(start, end)
    if text == NOT_KNOWN:
        return text
    return f"{text}{unknown_for(facts, facts.stating('source.period'))}"


def dataset(name: str, facts: Facts, more: Iterable[Row] = (), *, version: str = "Version") -> Item:
    """Return one dataset with what the form asks of it, and further rows."""
    links = addresses(facts.statements("source.link"))
    rows = (*_details(facts, links, version), *more)
    return Item(name, links[0] if links else "", rows)


def addresses(links: Iterable[str]) -> list[str]:
    """Return links in order, those first that a reader can follow."""
    return sorted(links, key=lambda link: (not is_link(link), link))


def _details(facts: Facts, links: list[str], version: str) -> Iterator[Row]:
    if versions := facts.statements("dataset.version"):
        yield Row(version if len(versions) == 1 else f"{version}s", few(versions, MANY_VERSIONS))
    if links[1:]:
        yield Row("Further links", few(links[1:]))
    if facts.modalities:
        yield Row("Modalities", listed(map(modality_word, facts.modalities)))
    if descriptions := facts.statements("source.description"):
        yield Row("Description", " ".join(most_said(descriptions)))
    yield Row("Collected", collected(facts))
    if selections := facts.statements("source.selection"):
        yield Row("Selection", " ".join(most_said(selections)))
    if licences := facts.statements("rights.licence"):
        yield Row("Licence", few(licences))


def sizes(facts: Facts) -> list[str]:
    """Return the size per modality in its own unit, exactly, with what is not counted."""
    return [size(facts.modality(name), name) for name in facts.modalities]


def size(facts: Facts, modality: str) -> str:
    """Return how much of a modality these records hold: `1 234 567 tokens`."""
    total = facts.size(SIZE_MEASURE[modality])
    if total.missing == total.records:
        return _in_bytes(facts, modality)
    if modality in ("audio", "video"):
        text = f"{hours(total.sum)} of {modality}"
    elif modality == "other":
        text = f"{byte_size(total.sum)} of other data"
    else:
        text = counted(total.sum, SIZE_MEASURE[modality].removesuffix("s"))
    return f"{text}{_uncounted(total)}"


def _in_bytes(facts: Facts, modality: str) -> str:
    """Return a size in bytes; none when other modalities are in the same bytes."""
    total = facts.size("bytes")
    mixed = any(len(group.modality) > 1 for group in facts.groups)
    if mixed or total.missing == total.records:
        return f"{modality_word(modality)}, not counted"
    return f"{byte_size(total.sum)} of {modality_word(modality)}{_uncounted(total)}"


def _uncounted(total: Size) -> str:
    return f", not counted in {counted(total.missing, 'record')}" if total.missing else ""
