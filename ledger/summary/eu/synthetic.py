"""Section 2.5: data that other models made, and which models.

What belongs here (rules of the form in brackets):

- data of the category `synthetic`, made by or for the provider, third parties included [R-SYN-3];
- data of another private category that a model wrote, rewrote or translated, since synthetic data
  may be reported twice [R-DS-2]; public synthetic datasets stay in 2.1 [R-SYN-3];
- labels and judgements of a model only where they are the training signal, in preference or
  reinforcement data [R-SYN-1]; elsewhere labelling, judging and filtering is enrichment, and out
  [R-SYN-2].
"""

from collections.abc import Iterator, Mapping

from ledger.query import sections
from ledger.query.sections import WRITING, is_generated
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
    own_piece,
    pieced,
)
from ledger.summary.charts import shares
from ledger.summary.document import Gap, Item, Items, Labelled, Row, Text
from ledger.summary.eu.answer import answered, modalities_of, state
from ledger.summary.eu.describe import addresses, most_said, sizes
from ledger.summary.eu.merged import says
from ledger.summary.facts import Facts, Group, derived
from ledger.summary.filing import Filing
from ledger.summary.parties import Generator, generators
from ledger.summary.wording import counted, listed, percent


@derived
def synthetic(facts: Facts) -> Facts:
    """Return the records that section 2.5 speaks about."""
    declared = facts.category("synthetic")
    others = [group for group in facts.groups if is_generated(group.fields)]
    return Facts((*declared.groups, *others))


def makes_data(role: str, group: Group) -> bool:
    """Answer whether a model in this role makes the data of the group, or only enriches it."""
    return sections.makes_data(role, group.fields.get("stages", ()))


@derived
def makers(facts: Facts) -> tuple[Generator, ...]:
    """Return the models whose output is trained on; all named ones where none has such a role."""
    part = synthetic(facts)
    every = generators(part)
    making = tuple(
        one
        for one in every
        if any(makes_data(role, group) for role in one.roles for group in one.facts.groups)
    )
    return making or every


def used(filing: Filing) -> Answer:
    """2.5.a: Yes rests on records, No on the provider's word."""
    part = synthetic(filing.facts)
    answer = answered(filing, "2.5.a", part, "confirm.synthetic", "of synthetic data")
    if _only_enriched(part):
        what = "every generator on record only enriches data (labels, filters); then 2.5 says No"
        gap = advice("2.5.a", what, remedies.set_record("generator", "…"))
        return Answer(answer.values, answer.rests_on, (*answer.gaps, gap))
    return answer


def _only_enriched(part: Facts) -> bool:
    """Answer whether generators are named in every record, and none of them makes data."""
    roles = [(str(one.get("role")), group) for group in part.groups for one in group.generators]
    named = part.records and all(group.generators for group in part.groups)
    return bool(named) and not any(makes_data(role, group) for role, group in roles)


def naming(every: tuple[Generator, ...]) -> Facts:
    """Return the records that name one of these models."""
    return Facts(tuple({id(g): g for one in every for g in one.facts.groups}.values()))


def market_models(filing: Filing) -> Answer:
    """2.5.c: models on the Union market, by name, with a link to their own summary."""
    part, every = synthetic(filing.facts), makers(filing.facts)
    on_market = tuple(one for one in every if one.on_market)
    gaps = [
        advice(
            "2.5.c",
            f"no link to the summary of what {one.model} was trained on",
            state(one.facts, "generator.summary_link", "URL"),
        )
        for one in on_market
        if not one.summary_links
    ]
    gaps += _unknown_gaps(part)
    if on_market:
        items = Items(tuple(_item(one) for one in on_market))
        return Answer((items,), (on_records(naming(on_market), "generator"),), tuple(gaps))
    if gaps or not every:
        what = gaps[0].message if gaps else "no record names a generator"
        opened = missing("2.5.c", what, state(part, "generator", "…"))
        return Answer(opened.values, (), tuple(gaps) or opened.gaps)
    if all(one.on_market is False for one in every):
        return not_applicable("Not applicable: no generator on record is on the Union market")
    text = Text(("None is stated to be on the Union market; see the next field for those open.",))
    return Answer((text,), (on_records(part, "generator.on_eu_market"),))


def _unknown_gaps(part: Facts) -> list[Gap]:
    if not part.unknown_generators:
        return []
    what = (
        f"{counted(part.unknown_generators, 'record')} of synthetic data state no known generator"
    )
    return [
        Gap("2.5.c", "missing", what, state(part.where("generator", "unknown"), "generator", "…"))
    ]


def other_models(filing: Filing) -> Answer:
    """2.5.d: other models, described; and apart from them, those whose market status is open."""
    part, every = synthetic(filing.facts), makers(filing.facts)
    internal = tuple(one for one in every if one.on_market is False)
    undecided = tuple(one for one in every if one.on_market is None)
    gaps = [gap for one in internal for gap in _described_gap(one)]
    gaps += [_undecided_gap(one) for one in undecided]
    pieces = [
        Piece(Items(tuple(map(_item, models)), title), (on_records(naming(models), "generator"),))
        for title, models in (
            ("Not on the Union market", internal),
            ("Not stated whether on the Union market", undecided),
        )
        if models
    ]
    if pieces:
        return pieced([*pieces, *_other_facts(filing, every)], gaps)
    if not every:
        return missing("2.5.d", "no record names a generator", state(part, "generator", "…"))
    return not_applicable("Not applicable: every generator on record is on the Union market")


def _other_facts(filing: Filing, every: tuple[Generator, ...]) -> list[Piece]:
    """Return what the provider says of the models, unless records say it already."""
    path = "describe.generators"
    recorded = " ".join(f"{one.model} {text}" for one in every for text in one.training_data)
    return [] if says(filing.said(path), recorded) else own_piece(filing, path)


def _described_gap(one: Generator) -> list[Gap]:
    if one.training_data:
        return []
    what = f"no general description of the training data of {one.model}, if it is known"
    return [advice("2.5.d", what, state(one.facts, "generator.training_data", "TEXT"))]


def _undecided_gap(one: Generator) -> Gap:
    remedy = state(one.facts, "generator.on_eu_market", "true")
    if one.contested:
        what = f"records contradict each other on whether {one.model} is on the Union market"
        return Gap("2.5.d", "contradiction", what, remedy)
    what = f"no record says whether {one.model} is on the Union market"
    return Gap("2.5.d", "missing", what, remedy)


ROLE_WORDS: Mapping[str, str] = {
    "generator": "wrote data",
    "rewriter": "rewrote data",
    "translator": "translated data",
    "labeller": "labelled data",
    "judge": "judged data",
    "filter": "filtered data",
}
"""What a model did, in words."""


def _item(one: Generator) -> Item:
    done = listed(ROLE_WORDS.get(role, role) for role in one.roles)
    details = [Row("Provider", one.provider), Row("What it did", done)]
    if one.served:
        details.append(Row("Versions that answered", listed(one.served)))
    if one.weights:
        details.append(Row("Digest of its weights", listed(one.weights)))
    if one.resellers:
        details.append(Row("Reached through", listed(one.resellers)))
    if one.training_data:
        details.append(
            Row("Its training data", " ".join(most_said(dict.fromkeys(one.training_data, 1))))
        )
    links = addresses(one.summary_links)
    return Item(one.model, links[0] if links else "", tuple(details))


def comments(filing: Filing) -> Answer:
    """2.5.e: how much each model made, as far as shown, and that enrichment is left out."""
    return commented(filing, "2.5.e", [*_amounts(filing), *_left_out(filing.facts)])


def _amounts(filing: Filing) -> Iterator[Piece]:
    part, every = synthetic(filing.facts), makers(filing.facts)
    if not every:
        return
    support = (on_records(naming(every), "generator"),)
    if filing.shows_shares and (parts := generator_shares(part)):
        measure, amounts = parts
        rows = tuple(Row(label, f"{percent(one)}") for label, one in shares(amounts).items())
        told = f"Shares of all synthetic data, by {measure}, after pre-processing:"
        yield Piece(Text((told,)), support)
        yield Piece(Labelled(rows), support)
    if filing.shows_figures:
        yield Piece(Text(tuple(_figure(one) for one in every)), support)


def _figure(one: Generator) -> str:
    return had_part(one.model, one.provider, one.facts.records, sizes(one.facts))


def had_part(model: str, provider: str, records: int, amounts: list[str]) -> str:
    """Return how much data a model had a part in."""
    return f"{model} ({provider}): data in {counted(records, 'record')}, {listed(amounts)}."


NO_GENERATOR = "Generator not stated"


def generator_shares(part: Facts) -> tuple[str, Mapping[str, int]] | None:
    """Return a measure, and how much of it each model made; what several made together is theirs.

    None where no measure is stated by every record: parts of an unknown whole say nothing.
    """
    for measure in ("tokens", "bytes"):
        if measure == "tokens" and part.modalities != ("text",):
            continue
        if part.records and not part.size(measure).missing and part.size(measure).sum:
            amounts: dict[str, int] = {}
            for group in part.groups:
                label = _makers_of(group)
                amounts[label] = amounts.get(label, 0) + group.total(measure).sum
            return measure, dict(sorted(amounts.items(), key=lambda one: (-one[1], one[0])))
    return None


def _makers_of(group: Group) -> str:
    making = [one for one in group.generators if makes_data(str(one.get("role")), group)]
    named = sorted({f"{one['model']} ({one['provider']})" for one in making or group.generators})
    return f"{listed(named)} together" if len(named) > 1 else "".join(named) or NO_GENERATOR


def _left_out(facts: Facts) -> Iterator[Piece]:
    """Yield, once, why models that only enrich data are in no list, where records name such."""
    listed_here = {(one.provider, one.model) for one in makers(facts)}
    named = Facts(tuple(group for group in facts.groups if group.generators))
    others = tuple(one for one in generators(named) if (one.provider, one.model) not in listed_here)
    enriching = tuple(one for one in others if not WRITING & set(one.roles))
    if enriching:
        number = counted(len(enriching), "further model")
        told = (
            f"Records name {number} that only labelled, judged or filtered data. They are left "
            "out, since cleaning and enriching data with models is outside this section."
        )
        yield Piece(Text((told,)), (on_records(naming(enriching), "generator"),))


ANSWERS: Mapping[str, Answerer] = {
    "2.5.a": used,
    "2.5.b": modalities_of("2.5.b", synthetic),
    "2.5.c": market_models,
    "2.5.d": other_models,
    "2.5.e": comments,
}
