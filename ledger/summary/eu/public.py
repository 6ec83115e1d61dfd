"""Section 2.1: publicly available datasets, and which of them are large."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    Piece,
    advice,
    commented,
    missing,
    not_applicable,
    on_records,
    on_rule,
    own_piece,
    own_rows,
    pieced,
)
from ledger.summary.charts import shares
from ledger.summary.document import Gap, Item, Items, Labelled, Row, Text
from ledger.summary.eu.answer import by_category, modalities_of, source_answer, state
from ledger.summary.eu.describe import MANY, dataset, described, few, sizes, speaking
from ledger.summary.facts import MODALITIES, Facts, derived
from ledger.summary.filing import Filing
from ledger.summary.parties import crawlers
from ledger.summary.profile import is_link
from ledger.summary.wording import counted, listed, modality_word, percent

PERCENT = 3
"""R-DS-4: large is more than 3 % of all public data of a modality, strictly."""

MEASURES: Mapping[str, tuple[str, ...]] = {
    "text": ("tokens", "documents", "bytes"),
    "image": ("images", "bytes"),
    "audio": ("audio_milliseconds", "bytes"),
    "video": ("video_milliseconds", "bytes"),
    "other": ("bytes",),
}
"""What a dataset's size may be measured in, the best first."""

_WORDS = {"audio_milliseconds": "duration", "video_milliseconds": "duration"}

COMMON_CRAWL = re.compile(r"common[\s_-]?crawl|\bcc-main\b|\bccbot\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The large public datasets, and by which measure each modality was compared.

    A modality with no measure that every record states cannot be compared; `unmeasured` names it,
    and all of its datasets are listed as if they were large, since leaving one out might be wrong.
    """

    large: tuple[str, ...]
    measures: Mapping[str, str]
    unmeasured: tuple[str, ...]


@derived
def rank(facts: Facts) -> Ranking:
    """Return which of the public datasets are large, per modality, never splitting a dataset."""
    large: set[str] = set()
    measures: dict[str, str] = {}
    for modality in facts.modalities:
        part = facts.modality(modality)
        measure = _measure(modality, part)
        if not measure:
            large |= set(part.by_name)
            continue
        measures[modality] = measure
        total = part.size(measure).sum
        large |= {n for n, one in part.by_name.items() if is_large(one.size(measure).sum, total)}
    unmeasured = tuple(name for name in facts.modalities if name not in measures)
    return Ranking(tuple(sorted(large)), measures, unmeasured)


def is_large(size: int, total: int) -> bool:
    """Answer whether a dataset is more than 3 % of a total; at exactly 3 % it is not."""
    return size * 100 > total * PERCENT


def _measure(modality: str, part: Facts) -> str:
    mixed = any(len(group.modality) > 1 for group in part.groups)
    for measure in MEASURES[modality]:
        # The bytes of a record with several modalities cannot be told apart.
        if part.size(measure).missing == 0 and not (mixed and measure == "bytes"):
            return measure
    return ""


def large_datasets(filing: Filing) -> Answer:
    """2.1.c: name, version, link or description, and how a part was selected."""
    facts = filing.facts.category("public_dataset")
    if not facts.records:
        remedy = remedies.set_record("source.category", "public_dataset")
        return missing("2.1.c", "no record of a publicly available dataset", remedy)
    ranking = rank(facts)
    if not ranking.large:
        return not_applicable("None is large: no dataset is more than 3 % of any modality")
    parts = {name: facts.by_name[name] for name in ranking.large}
    amounts = _amounts(filing, facts, ranking)
    items = tuple(_item(name, part, amounts.get(name, [])) for name, part in parts.items())
    shown = Facts(tuple(group for part in parts.values() for group in part.groups))
    pieces = [
        *own_rows(filing, {"describe.selection": "How parts of datasets were selected"}),
        Piece(Items(items), (on_records(shown, "source"),)),
    ]
    return pieced(pieces, _large_gaps(filing, facts, ranking, parts))


def _item(name: str, part: Facts, amounts: list[Row]) -> Item:
    is_crawl = COMMON_CRAWL.search(name) is not None
    return dataset(name, part, amounts, version="Snapshot" if is_crawl else "Version")


def _amounts(filing: Filing, facts: Facts, ranking: Ranking) -> Mapping[str, list[Row]]:
    """Return for each large dataset its share of each modality, and its size, as far as shown."""
    rows: dict[str, list[Row]] = {name: [] for name in ranking.large}
    if filing.shows_shares:
        for modality, measure in ranking.measures.items():
            for name, part in shared(facts, modality, measure).items():
                if name in rows:
                    label = f"Share of all public {modality_word(modality)}"
                    rows[name].append(Row(label, f"{percent(part)}, by {_word(measure)}"))
    if filing.shows_figures:
        for name in ranking.large:
            rows[name].append(Row("Size", listed(sizes(facts.by_name[name]))))
    return rows


def shared(facts: Facts, modality: str, measure: str) -> Mapping[str, int]:
    """Return the thousandths that each dataset by name has of a modality."""
    part = facts.modality(modality)
    return shares({name: one.size(measure).sum for name, one in part.by_name.items()})


def _word(measure: str) -> str:
    return _WORDS.get(measure, measure)


def _large_gaps(
    filing: Filing, facts: Facts, ranking: Ranking, parts: Mapping[str, Facts]
) -> Iterator[Gap]:
    for name, part in parts.items():
        yield from _dataset_gaps(name, part)
    for modality in ranking.unmeasured:
        what = f"public {modality} data has no measure that all records state; all of it is listed"
        remedy = state(facts.modality(modality), f"measures.{MEASURES[modality][0]}", "N")
        yield advice("2.1.c", what, remedy)
    yield from _reported_twice(filing, facts)
    yield from _own_crawls(filing, facts)


def _own_crawls(filing: Filing, facts: Facts) -> Iterator[Gap]:
    """Yield a gap for each crawler of the provider itself whose data is recorded as public."""
    provider = filing.profile.text("provider.name")
    for one in crawlers(facts):
        if provider and provider in one.operators:
            what = f"{one.name} is a crawler of the provider; the form wants what it took in 2.3"
            yield advice("2.1.c", what, state(one.facts, "source.category", "crawled", stated=True))


ONCE = ("private_licensed", "private_third_party", "crawled", "other")


def _reported_twice(filing: Filing, facts: Facts) -> Iterator[Gap]:
    """Yield a gap for each public dataset that is recorded in another category too (R-DS-2)."""
    elsewhere = {name for kind in ONCE for name in filing.facts.category(kind).by_name}
    for name in sorted(elsewhere & set(facts.by_name) - {""}):
        what = f"{name} is recorded as public and in another category; the form reports it once"
        yield advice(
            "2.1.c",
            what,
            state(facts.by_name[name], "source.category", "public_dataset", stated=True),
        )


SNAPSHOT = re.compile(r"CC-MAIN-\d{4}(?:-\d{2})?|CC-NEWS|\d{4}-\d{2}", re.IGNORECASE)
"""How Common Crawl names what it publishes: CC-MAIN-2025-18."""


def _dataset_gaps(name: str, part: Facts) -> Iterator[Gap]:
    if not part.stating("source.link") and not part.stating("source.description"):
        what = f"neither a link nor a description of {name} is stated"
        yield Gap("2.1.c", "missing", what, state(part, "source.link", "URL"))
    links = part.statements("source.link")
    if links and not any(map(is_link, links)):
        what = f"what is stated as the link of {name} is no web address"
        yield advice("2.1.c", what, state(part, "source.link", "URL", stated=True))
    versions = part.statements("dataset.version")
    if COMMON_CRAWL.search(name):
        if not any(map(SNAPSHOT.search, versions)):
            what = f"which snapshots of {name} were used is not stated"
            yield Gap("2.1.c", "missing", what, state(part, "dataset.version", "CC-MAIN-YYYY-WW"))
    elif not versions:
        what = f"no version of {name} is stated"
        yield advice("2.1.c", what, state(part, "dataset.version", "VERSION"))
    if not part.stating("source.period"):
        what = f"when {name} was collected is not stated"
        yield advice("2.1.c", what, state(part, "source.period.end", "YYYY-MM"))
    if not part.stating("source.selection"):
        what = f"how the part of {name} that was used was selected is not stated"
        remedy = state(part, "source.selection", "TEXT")
        if COMMON_CRAWL.search(name):
            yield Gap("2.1.c", "missing", what, remedy)
        else:
            yield advice("2.1.c", f"{what}, if it was not used whole", remedy)


@derived
def smaller(facts: Facts) -> Facts:
    """Return the public datasets that are not large."""
    large = set(rank(facts).large)
    return Facts(tuple(group for group in facts.groups if group.source_name not in large))


def other_datasets(filing: Filing) -> Answer:
    """2.1.d: what the public datasets that are not large have in common."""
    others = smaller(filing.facts.category("public_dataset"))
    if not others.records:
        return not_applicable("Not applicable: every publicly available dataset is listed above")
    nature = "describe.public_nature"
    count = counted(len(others.by_name), "further publicly available dataset")
    rows = [Row("Number", f"{count} in all.")]
    if filing.shows_shares:
        rows.append(Row("Datasets", f"{few(others.by_name, MANY)}."))
    told = described(others, nature_is_told=bool(filing.said(nature)))
    pieces = [
        *own_piece(filing, "describe.other_public_datasets"),
        *own_rows(filing, {nature: "Nature of the content"}),
        Piece(Labelled((*rows, *told.rows)), (on_records(others, "source"),)),
    ]
    return pieced(pieces, unknowns("2.1.d", others, nature if not filing.said(nature) else ""))


def unknowns(field_id: str, facts: Facts, nature: str) -> Iterator[Gap]:
    """Yield what a general description leaves open; `nature` is the key that may describe it."""
    asked = {
        "source.content_types": ("types of content", "TYPE"),
        "languages": ("languages", "en,fr"),
        "source.period.end": ("period of collection", "YYYY-MM"),
    }
    for path, (what, example) in asked.items():
        part = speaking(facts) if path == "languages" and facts.modalities else facts
        if silent := part.records - part.stating(path):
            lacking = counted(silent, "record")
            yield advice(field_id, f"{what} not stated in {lacking}", state(part, path, example))
    if nature and not facts.stating("processing.personal_data"):
        what = "nothing says whether the content is personal, copyrighted or machine generated"
        yield advice(field_id, what, remedies.set_profile(nature))


def public_comments(filing: Filing) -> Answer:
    """2.1.e: the rule applied, by which measure, amounts as far as shown, digests of datasets."""
    facts = filing.facts.category("public_dataset")
    if not facts.records:
        return commented(filing, "2.1.e", ())
    ranking = rank(facts)
    rule = "Large means more than 3 % of all publicly available data of a modality, for any of them"
    measured = [Piece(Text((f"{rule}; a dataset is never split.",)), (on_rule("R-DS-4"),))]
    if by := [f"{modality_word(m)} by {_word(one)}" for m, one in ranking.measures.items()]:
        texts = [f"Sizes were compared after pre-processing: {listed(by)}."]
        texts += _totals(filing, facts, ranking)
        measured.append(Piece(Text(tuple(texts)), (on_records(facts, "measures"),)))
    named = {name: facts.by_name[name] for name in ranking.large}
    return commented(filing, "2.1.e", [*measured, *digests(filing, named)])


def _totals(filing: Filing, facts: Facts, ranking: Ranking) -> Iterator[str]:
    if filing.shows_figures:
        yield f"All publicly available datasets together: {listed(sizes(facts))}."
    if not filing.shows_shares:
        return
    for modality in (one for one in MODALITIES if one in ranking.measures):
        every = shared(facts, modality, ranking.measures[modality])
        if set(every) <= set(ranking.large):
            continue
        small = sum(part for name, part in every.items() if name not in ranking.large)
        yield (
            f"The datasets that are not listed hold {percent(small)} of all public "
            f"{modality_word(modality)}, by {_word(ranking.measures[modality])}."
        )


DIGESTS = (
    "A digest stands for all files of a dataset that were used: the SHA-256 of their BLAKE3 "
    "digests, sorted, a line each. Whoever holds the same files gets the same digest."
)


def digests(filing: Filing, parts: Mapping[str, Facts]) -> list[Piece]:
    """Return a digest for each dataset that is named, over its files on record: voluntary."""
    rows = [
        Row(name, f"{counted(part.records, 'file')}, {filing.facts.digests[name]}")
        for name, part in parts.items()
        if name in filing.facts.digests
    ]
    if not rows:
        return []
    shown = Facts(tuple(group for part in parts.values() for group in part.groups))
    support = (on_records(shown, "content.digest"),)
    return [Piece(Text((DIGESTS,)), support), Piece(Labelled(tuple(rows)), support)]


ANSWERS: Mapping[str, Answerer] = {
    "2.1.a": source_answer("2.1.a", "public_dataset"),
    "2.1.b": modalities_of("2.1.b", by_category("public_dataset")),
    "2.1.c": large_datasets,
    "2.1.d": other_datasets,
    "2.1.e": public_comments,
}
