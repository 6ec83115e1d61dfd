"""The checks of section 2.1: publicly available datasets."""

import re

from ledger.summary import remedies
from ledger.summary.criteria import expected
from ledger.summary.criteria.check import (
    Check,
    CheckSection,
    Judgement,
    met,
    missed,
    of_all,
    partly,
    skipped,
)
from ledger.summary.criteria.kinds import (
    adds,
    answered,
    boxes,
    commented,
    consistent,
    each,
    has_detail,
    has_link,
    lists_all,
    lists_only,
    states,
    tells,
    true_if_inputs_are,
)
from ledger.summary.criteria.reading import Reading
from ledger.summary.criteria.style import hard_clauses, on_topic, plain
from ledger.summary.document import Item

SELECTION = remedies.set_record("source.selection", "TEXT")
AMOUNT = r"\d[\s\u202f\u00a0]*(?:[kMGTP]?B\b|bytes|tokens|images|hours|documents)"
SIZES = remedies.set_profile("show.sizes: figures")


def only_large(reading: Reading, field_id: str) -> Judgement:
    """Nothing but large datasets is listed, each with how it was selected."""
    only = lists_only(expected.large, "large public datasets")(reading, field_id)
    chosen = each(has_detail("selection"), "say how they were selected", SELECTION)
    return only if only.verdict != "met" else chosen(reading, field_id)


def name_matches_link(reading: Reading, field_id: str) -> Judgement:
    """By heuristics: a word of the name stands in the address."""
    items = [item for item in reading.items(field_id) if item.link]
    if not items:
        return missed("no dataset has a link", remedies.set_record("source.link", "URL"))
    good = sum(map(is_alike, items))
    how = remedies.set_record("source.name", "the name at the link")
    return of_all(good, len(items), "names stand in their link too (by heuristics)", how)


def is_alike(item: Item) -> bool:
    """Answer whether a word of an item's name, or its initials, stand in its link."""
    link = re.sub(r"[^a-z0-9]", "", item.link.lower())
    parts = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", item.name).lower())
    initials = "".join(part[0] for part in parts)
    return any(part in link for part in parts if len(part) > 2) or (
        len(initials) > 2 and initials in link
    )


def selection_is_plain(reading: Reading, field_id: str) -> Judgement:
    """By heuristics: what is said about selection is a sentence that one can follow."""
    said = [
        row.text
        for item in reading.items(field_id)
        for row in item.details
        if row.label.lower().startswith("selection")
    ]
    if not said:
        return missed("nothing is said about selection", SELECTION)
    good = sum(len(text.split()) > 3 and not hard_clauses(text) for text in said)
    return of_all(good, len(said), "selections are plainly said (by heuristics)", SELECTION)


def only_small(reading: Reading, field_id: str) -> Judgement:
    """No dataset that is listed by name is described again among the others."""
    words = reading.words(field_id)
    again = [name for name in expected.large(reading) if name and name in words]
    if again:
        how = remedies.set_profile("describe.other_public_datasets")
        return partly(f"speaks of {again[0]}, which is listed above", how)
    return met("speaks of no dataset that is listed above")


def sized(reading: Reading, field_id: str) -> Judgement:
    """Sizes of the datasets stand there."""
    if re.search(AMOUNT, reading.words(field_id)):
        return met("sizes are stated")
    return missed("no sizes are stated; the provider chose to show ranges only", SIZES)


def others_told(reading: Reading, field_id: str) -> Judgement:
    """There is a description wherever there are other datasets."""
    if not expected.small(reading):
        return skipped("every public dataset is listed above")
    return tells(r"\w+", "what the others are")(reading, field_id)


OWN = "describe.other_public_datasets"

# fmt: off
CHECKS = CheckSection("S3", "Public data sources (2.1)", (
    Check("F2.1.1", "2.1", "Consistency", 3, "ledger", "2.1 agrees with the rest", consistent),
    Check("F2.1.a.1", "2.1.a", "Completeness", 1, "renderer", "answered", answered),
    Check("F2.1.a.2", "2.1.a", "Correctness", 1, "truth", "accurate", true_if_inputs_are),
    Check("F2.1.b.1", "2.1.b", "Completeness", 3, "ledger", "modalities given", boxes),
    Check("F2.1.b.2", "2.1.b", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
    Check("F2.1.c.1", "2.1.c", "Completeness", 20, "renderer",
          "only large public datasets, with selection notes where needed", only_large),
    Check("F2.1.c.2", "2.1.c", "Completeness", 20, "ledger", "no large dataset left out",
          lists_all(expected.large, "large datasets", "")),
    Check("F2.1.c.3", "2.1.c", "Accessibility", 20, "ledger", "a link for each",
          each(has_link, "have a link", remedies.set_record("source.link", "URL"))),
    Check("F2.1.c.4", "2.1.c", "Consistency", 20, "ledger", "name matches the linked dataset",
          name_matches_link),
    Check("F2.1.c.5", "2.1.c", "Clarity", 20, "ledger", "specific versions",
          each(has_detail(r"version|snapshot"), "name their version",
               remedies.set_record("dataset.version", "VERSION"))),
    Check("F2.1.c.6", "2.1.c", "Clarity", 20, "ledger",
          "selection approach for partly used datasets",
          each(has_detail("selection"), "say how they were selected, or that all was used",
               SELECTION)),
    Check("F2.1.c.7", "2.1.c", "Clarity", 20, "profile", "selection approach understandable",
          selection_is_plain),
    Check("F2.1.d.1", "2.1.d", "Completeness", 16, "ledger", "other public datasets described",
          others_told),
    Check("F2.1.d.2", "2.1.d", "Clarity", 16, "renderer", "only those", only_small),
    Check("F2.1.d.3", "2.1.d", "Completeness", 16, "ledger", "their modalities",
          states("modalit", remedy=remedies.set_record("modality", "text"))),
    Check("F2.1.d.4", "2.1.d", "Completeness", 16, "ledger", "nature of their content",
          states("nature|content", "describe.public_nature",
                 remedy=remedies.set_record("source.content_types", "TYPE"))),
    Check("F2.1.d.5", "2.1.d", "Completeness", 16, "ledger", "their languages",
          states("language", remedy=remedies.set_record("languages", "en,fr"))),
    Check("F2.1.d.6", "2.1.d", "Completeness", 16, "ledger",
          "start and end of collection, or an explicit not known",
          states("collect|period", unknown_will_do=True,
                 remedy=remedies.set_record("source.period", "…"))),
    Check("F2.1.d.7", "2.1.d", "Completeness", 16, "profile", "other relevant facts",
          adds(OWN, "describe.public_nature", remedy=remedies.set_profile(OWN))),
    Check("F2.1.d.8", "2.1.d", "Comprehension", 16, "profile", "readable for a lay person",
          plain),
    Check("F2.1.d.9", "2.1.d", "Clarity", 16, "renderer", "only relevant facts",
          on_topic("goals", "illegal content", "capability")),
    Check("F2.1.d.10", "2.1.d", "Correctness", 16, "truth", "accurate", true_if_inputs_are),
    Check("F2.1.e.1", "2.1.e", "Completeness", 3, "ledger", "dataset sizes", sized),
    Check("F2.1.e.2", "2.1.e", "Completeness", 3, "profile", "other relevant details",
          commented("2.1.e")),
    Check("F2.1.e.3", "2.1.e", "Comprehension", 3, "renderer", "relevant", on_topic("goals")),
    Check("F2.1.e.4", "2.1.e", "Correctness", 3, "truth", "accurate", true_if_inputs_are),
))
