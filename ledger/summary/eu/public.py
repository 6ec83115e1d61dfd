"""Section 2.1: publicly available datasets, and which of them are large."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    advice,
    missing,
    not_applicable,
    on_profile,
    on_records,
    prose,
    with_comment,
)
from ledger.summary.document import Gap, Items, Text
from ledger.summary.eu.answer import by_category, modalities_of, source_answer
from ledger.summary.eu.describe import dataset, described, sizes
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.wording import counted, listed

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

COMMON_CRAWL = re.compile(r"common[\s_-]?crawl|\bcc-main\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The large public datasets, and by which measure each modality was compared.

    A modality with no measure that every record states cannot be compared; `unmeasured` names it,
    and all of its datasets are listed as if they were large, since leaving one out might be wrong.
    """

    large: tuple[str, ...]
    measures: Mapping[str, str]
    unmeasured: tuple[str, ...]


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
    figures = filing.shows_figures
    parts = {name: facts.by_name[name] for name in ranking.large}
    items = tuple(dataset(name, part, figures=figures) for name, part in parts.items())
    gaps = [gap for name, part in parts.items() for gap in _dataset_gaps(name, part)]
    for modality in ranking.unmeasured:
        what = f"public {modality} data has no measure that all records state; all of it is listed"
        remedy = remedies.set_record(f"measures.{MEASURES[modality][0]}", "N")
        gaps.append(advice("2.1.c", what, remedy))
    listed_facts = Facts(tuple(group for part in parts.values() for group in part.groups))
    return Answer((Items(items),), (on_records(listed_facts, "source"),), tuple(gaps))


def _dataset_gaps(name: str, part: Facts) -> list[Gap]:
    gaps = []
    if not part.stating("source.link") and not part.stating("source.description"):
        what = f"neither a link nor a description of {name} is stated"
        remedy = remedies.set_record("source.link", "URL")
        gaps.append(Gap("2.1.c", "missing", what, remedy))
    if not part.stating("dataset.version"):
        what = f"no version of {name} is stated"
        gaps.append(advice("2.1.c", what, remedies.set_record("dataset.version", "VERSION")))
    if COMMON_CRAWL.search(name) and not part.stating("source.selection"):
        what = f"how the part of {name} that was used was selected is not stated"
        remedy = remedies.set_record("source.selection", "TEXT")
        gaps.append(Gap("2.1.c", "missing", what, remedy))
    return gaps


def other_datasets(filing: Filing) -> Answer:
    """2.1.d: what the public datasets that are not large have in common."""
    facts = filing.facts.category("public_dataset")
    large = set(rank(facts).large)
    others = Facts(tuple(group for group in facts.groups if group.source_name not in large))
    path = "describe.other_public_datasets"
    own = filing.profile.text(path)
    if not others.records:
        return not_applicable("Not applicable: every publicly available dataset is listed above")
    text = prose(own).paragraphs if own else ()
    intro = f"{counted(len(others.by_name), 'further publicly available dataset')} in all."
    supports = ((on_profile(path),) if own else ()) + (on_records(others, "source"),)
    return Answer((Text((*text, intro)), described(others)), supports)


def public_comments(filing: Filing) -> Answer:
    """2.1.e: the rule applied, by which measure, and the sizes where the provider shows them."""
    facts = filing.facts.category("public_dataset")
    if not facts.records:
        return with_comment(filing, "2.1.e", (), ())
    ranking = rank(facts)
    by = [f"{modality} by {_WORDS.get(m, m)}" for modality, m in ranking.measures.items()]
    rule = "Large means more than 3 % of all publicly available data of a modality"
    measured = f", measured after pre-processing: {listed(by)}." if by else "."
    texts = [rule + measured]
    if filing.shows_figures:
        texts.append(f"All publicly available datasets together: {listed(sizes(facts))}.")
    return with_comment(filing, "2.1.e", (Text(tuple(texts)),), (on_records(facts, "measures"),))


ANSWERS: Mapping[str, Answerer] = {
    "2.1.a": source_answer("2.1.a", "public_dataset"),
    "2.1.b": modalities_of("2.1.b", by_category("public_dataset")),
    "2.1.c": large_datasets,
    "2.1.d": other_datasets,
    "2.1.e": public_comments,
}
