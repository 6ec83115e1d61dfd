"""Section 2.5: data that other models made, and which models.

What belongs here (rules of the form in brackets):

- data of the category `synthetic`, made by or for the provider, third parties included [R-SYN-3];
- data of another private category that a model wrote, rewrote or translated, since synthetic data
  may be reported twice [R-DS-2]; public synthetic datasets stay in 2.1 [R-SYN-3];
- labels and judgements of a model only where they are the training signal, in preference or
  reinforcement data [R-SYN-1]; elsewhere labelling, judging and filtering is enrichment, and out
  [R-SYN-2].
"""

from collections.abc import Mapping

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    advice,
    missing,
    not_applicable,
    on_records,
    with_comment,
)
from ledger.summary.document import Gap, Item, Items, Row, Support, Text, Value
from ledger.summary.eu.answer import answered, modalities_of
from ledger.summary.eu.describe import size
from ledger.summary.facts import Facts, Group
from ledger.summary.filing import Filing
from ledger.summary.parties import Generator, generators
from ledger.summary.wording import counted, listed

WRITING = frozenset({"generator", "rewriter", "translator"})
FEEDBACK = frozenset({"labeller", "judge"})
FEEDBACK_STAGES = frozenset({"preference", "reinforcement"})


def synthetic(facts: Facts) -> Facts:
    """Return the records that section 2.5 speaks about."""
    declared = facts.category("synthetic")
    others = [group for group in facts.groups if _is_synthetic_besides(group)]
    return Facts((*declared.groups, *others))


def _is_synthetic_besides(group: Group) -> bool:
    category = group.source.get("category")
    if category in ("synthetic", "public_dataset") or group.source.get("breakdown"):
        return False
    return any(makes_data(str(one.get("role")), group) for one in group.generators)


def makes_data(role: str, group: Group) -> bool:
    """Answer whether a model in this role makes the data of the group, or only enriches it."""
    if role in WRITING:
        return True
    return role in FEEDBACK and bool(FEEDBACK_STAGES & set(group.fields.get("stages", ())))


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
        remedy = remedies.set_record("generator", "…")
        gap = advice("2.5.a", what, remedy)
        return Answer(answer.values, answer.rests_on, (*answer.gaps, gap))
    return answer


def _only_enriched(part: Facts) -> bool:
    """Answer whether generators are named in every record, and none of them makes data."""
    roles = [(str(one.get("role")), group) for group in part.groups for one in group.generators]
    named = part.records and all(group.generators for group in part.groups)
    return bool(named) and not any(makes_data(role, group) for role, group in roles)


def market_models(filing: Filing) -> Answer:
    """2.5.c: models on the Union market, by name, with a link to their own summary."""
    part, every = synthetic(filing.facts), makers(filing.facts)
    on_market = [one for one in every if one.on_market]
    gaps = [
        advice(
            "2.5.c",
            f"no link to the summary of what {one.model} was trained on",
            remedies.set_record("generator.summary_link", "URL"),
        )
        for one in on_market
        if not one.summary_links
    ]
    gaps += _unknown_gaps(part)
    if on_market:
        items = tuple(_item(one) for one in on_market)
        return Answer((Items(items),), (on_records(part, "generator"),), tuple(gaps))
    if gaps or not every:
        what = gaps[0].message if gaps else "no record names a generator"
        opened = missing("2.5.c", what, remedies.set_record("generator", "…"))
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
    return [Gap("2.5.c", "missing", what, remedies.set_record("generator", "…"))]


def other_models(filing: Filing) -> Answer:
    """2.5.d: other models, described; and apart from them, those whose market status is open."""
    part, every = synthetic(filing.facts), makers(filing.facts)
    internal = [one for one in every if one.on_market is False]
    undecided = [one for one in every if one.on_market is None]
    gaps = [gap for one in internal for gap in _described_gap(one)]
    gaps += [_undecided_gap(one) for one in undecided]
    values: list[Value] = []
    if internal:
        values.append(Items(tuple(_item(one) for one in internal), "Not on the Union market"))
    if undecided:
        title = "Not stated whether on the Union market"
        values.append(Items(tuple(_item(one) for one in undecided), title))
    if values:
        return Answer(tuple(values), (on_records(part, "generator"),), tuple(gaps))
    if not every:
        remedy = remedies.set_record("generator", "…")
        return missing("2.5.d", "no record names a generator", remedy)
    return not_applicable("Not applicable: every generator on record is on the Union market")


def _described_gap(one: Generator) -> list[Gap]:
    if one.training_data:
        return []
    what = f"no general description of the training data of {one.model}, if it is known"
    return [advice("2.5.d", what, remedies.set_record("generator.training_data", "TEXT"))]


def _undecided_gap(one: Generator) -> Gap:
    remedy = remedies.set_record("generator.on_eu_market", "true")
    if one.contested:
        what = f"records contradict each other on whether {one.model} is on the Union market"
        return Gap("2.5.d", "contradiction", what, remedy)
    what = f"no record says whether {one.model} is on the Union market"
    return Gap("2.5.d", "missing", what, remedy)


def _item(one: Generator) -> Item:
    details = [Row("Provider", one.provider), Row("Role", listed(one.roles))]
    if one.resellers:
        details.append(Row("Reached through", listed(one.resellers)))
    if one.training_data:
        details.append(Row("Its training data", " ".join(one.training_data)))
    return Item(one.model, one.summary_links[0] if one.summary_links else "", tuple(details))


def comments(filing: Filing) -> Answer:
    """2.5.e: how much each model made, where the provider shows figures."""
    every = makers(filing.facts)
    if not filing.shows_figures or not every:
        return with_comment(filing, "2.5.e", (), ())
    texts = tuple(
        f"{one.model} ({one.provider}): data in {counted(one.facts.records, 'record')}, "
        f"{listed(size(one.facts.modality(name), name) for name in one.facts.modalities)}."
        for one in every
    )
    supports: tuple[Support, ...] = (on_records(synthetic(filing.facts), "generator"),)
    return with_comment(filing, "2.5.e", (Text(texts),), supports)


ANSWERS: Mapping[str, Answerer] = {
    "2.5.a": used,
    "2.5.b": modalities_of("2.5.b", synthetic),
    "2.5.c": market_models,
    "2.5.d": other_models,
    "2.5.e": comments,
}
