"""Charts of the EU summary: who shows no amounts has none."""

from collections.abc import Mapping

from ledger.summary.charts import chart, present, shares
from ledger.summary.document import Chart
from ledger.summary.eu.synthetic import generator_shares, synthetic
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.kinds import KINDS, by_kind
from ledger.summary.wording import listed, modality_word

BASES: Mapping[str, str] = {
    "observed": "Read from the data itself",
    "declared": "Stated by somebody",
    "inferred": "Inferred by a program",
    "imported": "Taken from another description",
}
"""How a fact is known, in words."""


def charts(filing: Filing) -> tuple[Chart, ...]:
    """Return the charts of a filing, none unless the provider shows shares or figures.

    Amounts of different units are never put side by side: what is compared is tokens where all
    data is text and all of it is counted, else bytes, and the chart says which.
    """
    if not filing.shows_shares:
        return ()
    facts = filing.facts
    return present((by_category(facts), by_modality(facts), _by_generator(facts), _by_basis(facts)))


def common_measure(parts: Mapping[str, Facts], whole: Facts) -> str:
    """Return the measure that every record of every part states; empty when there is none."""
    for measure in ("tokens", "bytes"):
        if measure == "tokens" and whole.modalities != ("text",):
            continue
        if parts and not any(part.size(measure).missing for part in parts.values()):
            return measure
    return ""


def category_amounts(facts: Facts) -> tuple[str, Mapping[str, int]] | None:
    """Return a measure, and how much of it each kind of source has; None if none fits."""
    parts = by_kind(facts)
    if not (measure := common_measure(parts, facts)):
        return None
    return measure, {KINDS[kind]: one.size(measure).sum for kind, one in parts.items()}


def category_shares(facts: Facts) -> tuple[str, Mapping[str, int]] | None:
    """Return a measure, and the thousandths of each kind of source by it; None if none fits."""
    found = category_amounts(facts)
    return (found[0], shares(found[1])) if found else None


def by_category(facts: Facts) -> Chart | None:
    """Return the shares of kinds of source; None if no measure compares them."""
    found = category_amounts(facts)
    return chart("sources", "Kinds of source", *found) if found else None


def by_modality(facts: Facts) -> Chart | None:
    """Return the shares of modalities, in bytes; records of several modalities are apart."""
    if facts.size("bytes").missing:
        return None
    amounts: dict[str, int] = {}
    for group in facts.groups:
        label = listed(map(modality_word, group.modality)).capitalize()
        amounts[label] = amounts.get(label, 0) + group.total("bytes").sum
    return chart("modalities", "Modalities", "bytes", amounts)


def _by_generator(facts: Facts) -> Chart | None:
    found = generator_shares(synthetic(facts))
    return chart("generators", "Synthetic data by model", *found) if found else None


def _by_basis(facts: Facts) -> Chart | None:
    counts = {BASES[basis]: count for basis, count in facts.basis("source").items()}
    return chart("basis", "How the sources are known", "records", counts)
