"""Kinds of source in words, for every regime but the EU's, whose sections say them."""

from collections.abc import Mapping

from ledger.summary.facts import Facts

KINDS: Mapping[str, str] = {
    "public_dataset": "Publicly available datasets",
    "private_licensed": "Data licensed by rightsholders",
    "private_third_party": "Private datasets of other third parties",
    "crawled": "Collected from the web by the provider or for it",
    "user_data_model": "Data of users of the provider's models",
    "user_data_other_service": "Data of users of the provider's other services",
    "synthetic": "Synthetic data made by the provider or for it",
    "other": "Other sources",
}
"""Categories of record, in the order of the vocabulary, and what documents call them."""


def by_kind(facts: Facts) -> Mapping[str, Facts]:
    """Return the kinds of source that there are records of, each with its part of the facts."""
    parts = {kind: facts.category(kind) for kind in KINDS}
    return {kind: part for kind, part in parts.items() if part.records}


def collected(facts: Facts) -> tuple[str, str]:
    """Return from which month to which data was collected; empty where nobody stated it.

    Synthetic data is collected while a model makes it. Data of another kind that a model rewrote
    was collected when its source says.
    """
    start, end = facts.period
    synthetic = [g for g in facts.groups if g.source.get("category") == "synthetic"]
    made = [one.get("period", {}) for group in synthetic for one in group.generators]
    starts = [start, *(str(one.get("start", ""))[:7] for one in made)]
    ends = [end, *(str(one.get("end", ""))[:7] for one in made)]
    return min(filter(None, starts), default=""), max(ends)
