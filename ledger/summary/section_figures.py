"""The figures of a summary, derived from the totals of a statement's trees.

The totals are put in the place of records: each tree is one group, with as many records and the
same sums, and the arithmetic is that of `figures.py`, which whoever makes the summary runs too.
What the trees do not tell is left out: the months of collection, which domains are listed, what
several models made together, how sources are known.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ledger.errors import MalformedError
from ledger.proof.differences import Difference, narrowed
from ledger.query.sections import (
    COUNTED,
    CRAWLED_NAMES,
    ERASED,
    GENERATED,
    GENERATOR,
    MEASURES,
    MERGED,
    OTHER,
    PART,
    REPLACED,
    SectionName,
    read_section_name,
)
from ledger.record.canonical import JSON, encode
from ledger.summary.eu.charts import by_category, by_modality, category_amounts
from ledger.summary.facts import Facts, Group, Total
from ledger.summary.figure_checks import count_figures
from ledger.summary.figures import SOURCES, chart_json, overall, share_parts, sizes_of, sources_of
from ledger.summary.kinds import KINDS
from ledger.summary.wording import number
from ledger.tree.sums import SumNode

Sections = Mapping[str, SumNode]
Figures = Mapping[str, Any]

_CHARTS: Final = ("sources", "modalities")
"""Charts whose parts are sums of trees; the others compare what no tree adds up."""


def facts_of_sections(sections: Sections) -> Facts:
    """Return facts whose sizes are those of the trees, as the figures need them.

    Raises:
        MalformedError: A tree has a name that none has, or not the measures of its kind.
    """
    named = [(read_section_name(name), root) for name, root in sections.items()]
    whole: list[Group] = []
    parts: dict[str, list[Group]] = {}
    for name, root in named:
        if name.kind == GENERATOR or name.is_of_names or name.kind in (ERASED, REPLACED):
            continue
        group = _group(name, root)
        if name.qualifier != PART:
            whole.append(group)
        if name.kind != MERGED:
            parts.setdefault(name.kind, []).append(group)
    facts = Facts(tuple(whole))
    # Facts split merged records by their breakdown; the trees have done that already.
    for kind in KINDS:
        facts.set_category(kind, Facts(tuple(parts.get(kind, ()))))
    return facts


def _group(name: SectionName, root: SumNode) -> Group:
    fields: dict[str, Any] = {"modality": list(name.modalities)}
    if name.kind == MERGED:
        fields["source"] = {"breakdown": [{"category": OTHER}]}
    else:
        fields["source"] = {"category": name.kind}
    if name.qualifier == GENERATED:
        # No tree says which model, or as what: that one made the data is all that counts here.
        fields["generator"] = [{"provider": "-", "model": "-", "role": "generator"}]
    return Group(fields=fields, records=root.count, measures=_totals(root))


def _totals(root: SumNode) -> Mapping[str, Total]:
    if len(root.sums) != len(MEASURES):
        raise MalformedError(f"a section has {len(MEASURES)} sums, not {len(root.sums)}")
    sums, stated = root.sums[: len(COUNTED)], root.sums[len(COUNTED) : 2 * len(COUNTED)]
    pairs = zip(COUNTED, sums, stated, strict=True)
    return {name: Total(total, known) for name, total, known in pairs if known or total}


def generator_facts(sections: Sections) -> Mapping[str, Facts]:
    """Return how much of the data that section 2.5 speaks about each generator had a part in.

    Generators by their 16 digits, or `unknown`.
    """
    found: dict[str, list[Group]] = {}
    for name, root in sections.items():
        read = read_section_name(name)
        if read.kind == GENERATOR and read.qualifier != OTHER:
            group = _group(SectionName("synthetic", read.modalities), root)
            found.setdefault(read.generator, []).append(group)
    return {one: Facts(tuple(groups)) for one, groups in found.items()}


def counted_records(sections: Sections) -> int:
    """Return how many records count for coverage: those of the training set."""
    return sum(root.count for name, root in sections.items() if read_section_name(name).is_counted)


def check_section_figures(figures: Figures, sections: Sections) -> tuple[Difference, ...]:
    """Return which figures do not follow from the trees; nothing when all do.

    Args:
        figures: The member `figures` of a summary record, which fits its schema.
        sections: The root of each tree.

    Raises:
        MalformedError: A tree has a name that none has, or not the measures of its kind.
    """
    return tuple(_differences(figures, sections))


def _differences(figures: Figures, sections: Sections) -> Iterator[Difference]:
    facts, exact = facts_of_sections(sections), figures["show"] == "figures"
    replaced = sections[REPLACED].count if REPLACED in sections else 0
    records = counted_records(sections) - replaced
    if figures["records"] != records:
        yield Difference("figures.records", number(figures["records"]), number(records))
    sizes = [overall(facts.modality(name), name, exact) for name in facts.modalities]
    yield from _compared("figures.sizes", figures.get("sizes", ()), sizes, "modality")
    sources = list(sources_of(facts, exact))
    yield from _compared("figures.sources", figures.get("sources", ()), sources, "category")
    yield from _generators(figures.get("generators", ()), generator_facts(sections), exact)
    if figures["show"] != "ranges":
        yield from _amounts(figures, facts, exact)
    yield from _domains(figures, sections)


def _compared(
    path: str, said: Sequence[Figures], wanted: Sequence[JSON], key: str
) -> Iterator[Difference]:
    """Yield what differs between two lists of objects that one member tells apart."""
    found = {str(one[key]): one for one in said}
    derived = {str(one[key]): one for one in wanted if isinstance(one, dict)}
    for name in dict.fromkeys((*found, *derived)):
        if found.get(name) != derived.get(name):
            pair = (_text(each.get(name)) for each in (found, derived))
            yield narrowed(f"{path} {name}", *pair)


def _text(value: Any) -> str:
    return "nothing" if value is None else encode(value).decode()


def _generators(
    said: Sequence[Figures], trees: Mapping[str, Facts], exact: bool
) -> Iterator[Difference]:
    """Yield generators for which there is no tree with their records and sizes.

    Trees name models by pseudonym, so each tree can stand for one model, whichever; with the key of
    names an auditor checks that it is that one.
    """
    free = [_part(one, exact) for one in trees.values()]
    for one in said:
        wanted = {name: one[name] for name in ("records", "sizes") if name in one}
        if wanted in free:
            free.remove(wanted)
        else:
            shown = f"{one['model']}: {_text(wanted)}"
            yield Difference("figures.generators", shown, "no generator's trees add up to that")


def _part(facts: Facts, exact: bool) -> dict[str, JSON]:
    return {"records": facts.records, **sizes_of(facts, exact)}


def _amounts(figures: Figures, facts: Facts, exact: bool) -> Iterator[Difference]:
    """Yield shares and charts that compare sums of trees and are not theirs."""
    found = category_amounts(facts)
    wanted: list[JSON] = []
    if found and found[1]:
        parts = list[JSON](share_parts(found[1], exact))
        wanted.append({"id": SOURCES, "measure": found[0], "parts": parts})
    said = [one for one in figures.get("shares", ()) if one["id"] == SOURCES]
    yield from _compared("figures.shares", said, wanted, "id")
    drawn = [one for one in (by_category(facts), by_modality(facts)) if one is not None]
    said = [one for one in figures.get("charts", ()) if one["id"] in _CHARTS]
    yield from _compared("figures.charts", said, [chart_json(one) for one in drawn], "id")


def _domains(figures: Figures, sections: Sections) -> Iterator[Difference]:
    """Yield a number of domains that is not the number of names committed to."""
    names = sections.get(CRAWLED_NAMES)
    said = figures.get("domains", {}).get("total")
    if said is None and names is None:
        return
    # Text that is from no domain has a leaf too, whose pseudonym nobody can tell from others.
    count = names.count if names else 0
    if said is None or not count - 1 <= said <= count:
        shown = "nothing" if said is None else number(said)
        yield Difference("figures.domains.total", shown, f"{number(count)}, with (none) as one")


def count_derived(figures: Figures) -> int:
    """Return how many of a record's figures follow from trees."""
    derived: dict[str, Any] = {name: figures[name] for name in _DERIVED if name in figures}
    derived["domains"] = {"total": 0} if "domains" in figures else {}
    derived["shares"] = [one for one in figures.get("shares", ()) if one["id"] == SOURCES]
    derived["charts"] = [one for one in figures.get("charts", ()) if one["id"] in _CHARTS]
    return count_figures(derived)


_DERIVED: Final = ("records", "sizes", "sources", "generators")
