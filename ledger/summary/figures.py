"""What the numbers of a summary follow from, as a summary record carries it.

Figures are as exact as the provider chose to show amounts, and no more: in the mode `ranges` the
place of each ticked range and numbers of records; in `shares` thousandths too; in `figures` the
sums. Sums are decimal text, since they may be past 2^53 - 1. docs/formats/record.md is normative;
`figure_checks.py` does the arithmetic again from the other side.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final

from ledger.record.canonical import JSON
from ledger.summary.charts import shares
from ledger.summary.dates import without_impossible
from ledger.summary.document import Chart, Document, Domains
from ledger.summary.document_json import to_bytes
from ledger.summary.eu.charts import category_amounts, charts
from ledger.summary.eu.crawled import covered, domains
from ledger.summary.eu.public import rank
from ledger.summary.eu.sizes import SCALES
from ledger.summary.eu.synthetic import generator_shares, makers, synthetic
from ledger.summary.eu.template import TEMPLATE
from ledger.summary.facts import SIZE_MEASURE, Facts
from ledger.summary.filing import Filing
from ledger.summary.kinds import KINDS

Figures = dict[str, JSON]


def summary_extras(filing: Filing, document: Document) -> Figures:
    """Return the fields that a summary record has beside its files: `form`, and `figures`.

    Only the EU's summary has figures that somebody can derive again.
    """
    fields: Figures = {"form": f"sha256:{sha256(to_bytes(document)).hexdigest()}"}
    if document.template == TEMPLATE:
        fields["figures"] = figures_of(filing)
    return fields


def figures_of(filing: Filing) -> Figures:
    """Return what the numbers of the EU summary of a filing follow from."""
    facts, exact = filing.facts, filing.shows_figures
    found: dict[str, JSON] = {
        "show": filing.show,
        "records": facts.records + facts.erased,
        "latest": without_impossible(filing).facts.latest_month,
        "sizes": [overall(facts.modality(name), name, exact) for name in facts.modalities],
        "sources": list(sources_of(facts, exact)),
        "generators": list(_generators(facts, exact)),
        "domains": _domains(filing),
        "shares": list(_shares(filing)),
        "charts": [chart_json(one) for one in charts(filing)],
    }
    return {name: value for name, value in found.items() if value not in ("", [], {})}


def part_of(facts: Facts, category: str) -> Facts:
    """Return the records that the form speaks about under a kind of source."""
    return synthetic(facts) if category == "synthetic" else facts.category(category)


def sources_of(facts: Facts, exact: bool) -> Iterator[JSON]:
    """Yield what is said of each kind of source in facts."""
    for category in KINDS:
        part = part_of(facts, category)
        if part.records:
            source: dict[str, JSON] = {"category": category, "records": part.records}
            if part.modalities:
                source["modality"] = list[JSON](sorted(part.modalities))
            # Public datasets that no measure compares have no total in the form either.
            compared = category != "public_dataset" or bool(rank(part).measures)
            yield {**source, **sizes_of(part, exact and compared)}


def _generators(facts: Facts, exact: bool) -> Iterator[JSON]:
    for one in makers(facts):
        generator: dict[str, JSON] = {
            "provider": one.provider,
            "model": one.model,
            "records": one.facts.records,
        }
        if one.on_market is not None:
            generator["on_eu_market"] = one.on_market
        yield {**generator, **sizes_of(one.facts, exact)}


def sizes_of(part: Facts, exact: bool) -> dict[str, JSON]:
    """Return how much of each modality a part holds, where that is shown."""
    if not exact or not part.modalities:
        return {}
    return {"sizes": [_size(part.modality(name), name) for name in part.modalities]}


def _size(part: Facts, name: str) -> dict[str, JSON]:
    """Return an exact amount by the measure that the form prints: bytes where no other is known."""
    measure = SIZE_MEASURE[name]
    total = part.size(measure)
    if total.missing == total.records and not _is_mixed(part):
        measure, total = "bytes", part.size("bytes")
    return {
        "modality": name,
        "measure": measure,
        "records": total.records,
        "sum": str(total.sum),
        "missing": total.missing,
    }


def overall(part: Facts, name: str, exact: bool) -> dict[str, JSON]:
    """Return the size of a modality in the whole training set: what 1.3.b follows from."""
    size: Figures = {"modality": name, "measure": SIZE_MEASURE[name]}
    if exact:
        size = _size(part, name)
    total = part.size(SIZE_MEASURE[name])
    options = SCALES[name].choices(total.sum, total.missing) if name in SCALES else ()
    ticked = [place for place, option in enumerate(options) if option.ticked]
    if ticked:
        size["range"] = ticked[0]
    elif name == "other" or (
        name == "text" and not _is_mixed(part) and not part.size("bytes").missing
    ):
        amount = str(part.size("bytes").sum)
        if exact:
            size["bytes"] = amount
        else:
            size["digits"] = len(amount)
    return size


def _is_mixed(part: Facts) -> bool:
    return any(len(group.modality) > 1 for group in part.groups)


def _domains(filing: Filing) -> dict[str, JSON]:
    if not filing.facts.category("crawled").records:
        return {}
    for value in domains(filing).values:
        if isinstance(value, Domains):
            share = covered(filing, len(value.names))
            part: dict[str, JSON] = {} if share is None else {"permille": share}
            return {**domains_json(value), **part}
    return {}


def domains_json(value: Domains) -> dict[str, JSON]:
    """Return what a list of domains is known by: its lengths, its names, and the tally behind."""
    names = "".join(f"{name}\n" for name in value.names)
    found: dict[str, JSON] = {
        "total": value.total,
        "listed": len(value.names),
        "names": f"sha256:{sha256(names.encode()).hexdigest()}",
    }
    if value.digest:
        found["digest"] = value.digest
    return found


SOURCES: Final = "sources"
GENERATORS: Final = "generators"


def _shares(filing: Filing) -> Iterator[JSON]:
    """Yield the shares that stand in words: kinds of source in 1.3.g, generators in 2.5.e."""
    if not filing.shows_shares:
        return
    of_models = generator_shares(synthetic(filing.facts)) if makers(filing.facts) else None
    for name, found in ((SOURCES, category_amounts(filing.facts)), (GENERATORS, of_models)):
        if found and found[1]:
            measure, amounts = found
            parts = list[JSON](share_parts(amounts, filing.shows_figures))
            yield {"id": name, "measure": measure, "parts": parts}


def share_parts(amounts: Mapping[str, int], exact: bool) -> Iterator[JSON]:
    """Yield each part of a whole in thousandths, and its sum where that is shown."""
    for label, permille in shares(amounts).items():
        part: dict[str, JSON] = {"label": label, "permille": permille}
        yield {**part, "sum": str(amounts[label])} if exact else part


def chart_json(chart: Chart) -> JSON:
    """Return a chart as figures have it."""
    parts: list[JSON] = [{"label": one.label, "permille": one.permille} for one in chart.shares]
    return {"id": chart.id, "measure": chart.measure, "parts": parts}
