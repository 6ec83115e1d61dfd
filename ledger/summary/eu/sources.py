"""Sections 2.2, 2.4 and 2.6: private datasets, user data, other sources."""

from collections.abc import Mapping

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    comment,
    missing,
    not_applicable,
    on_profile,
    on_records,
    own_words,
    prose,
    with_comment,
)
from ledger.summary.document import Gap, Items, Support, Text, Value
from ledger.summary.eu.answer import by_category, modalities_of, source_answer
from ledger.summary.eu.describe import collected, dataset, described, few, sizes
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.wording import counted, listed

USER_DATA = ("user_data_model", "user_data_other_service")


def known_private(filing: Filing) -> Answer:
    """2.2.2.c: private datasets that the public knows of, by name."""
    facts = filing.facts.category("private_third_party")
    known = facts.where("source.publicly_known", True)
    gaps = _unknown_publicity(facts)
    if not known.records:
        if gaps:
            return Answer(missing("2.2.2.c", gaps[0].message, "").values, (), gaps)
        return not_applicable("Not applicable: none of the private datasets is publicly known")
    figures = filing.shows_figures
    items = tuple(dataset(name, part, figures=figures) for name, part in known.by_name.items())
    return Answer((Items(items),), (on_records(known, "source"),), gaps)


def _unknown_publicity(facts: Facts) -> tuple[Gap, ...]:
    silent = facts.records - facts.stating("source.publicly_known")
    if facts.records and not silent:
        return ()
    what = f"{counted(silent, 'record')} do not say whether the private dataset is publicly known"
    if not facts.records:
        what = "no record of a private dataset from a third party"
    remedy = remedies.set_record("source.publicly_known", "false")
    return (Gap("2.2.2.c", "missing", what, remedy),)


def unknown_private(filing: Filing) -> Answer:
    """2.2.2.d: the other private datasets, described and never named."""
    facts = filing.facts.category("private_third_party")
    hidden = Facts(tuple(g for g in facts.groups if g.at("source.publicly_known") is not True))
    path = "describe.private_datasets"
    if not hidden.records:
        if facts.records:
            return not_applicable("Not applicable: every private dataset is listed above")
        return _told(filing, "2.2.2.d", path, "no record of a private dataset from a third party")
    return _described(filing, path, hidden)


def _described(filing: Filing, path: str, facts: Facts) -> Answer:
    own = filing.profile.text(path)
    values: tuple[Value, ...] = (described(facts),)
    supports: tuple[Support, ...] = (on_records(facts, "source"),)
    if own:
        return Answer((prose(own), *values), (on_profile(path), *supports))
    return Answer(values, supports)


def _told(filing: Filing, field_id: str, path: str, what: str) -> Answer:
    """Return the provider's own words, or the gap where there are none."""
    if own := filing.profile.text(path):
        return Answer((prose(own),), (on_profile(path),))
    return missing(field_id, what, remedies.set_profile(path))


def private_comments(filing: Filing) -> Answer:
    """2.2.2.e: period, and sizes where the provider shows them."""
    facts = filing.facts.category("private_third_party")
    if not facts.records:
        return with_comment(filing, "2.2.2.e", (), ())
    texts = [f"Collected: {collected(facts)}."]
    if filing.shows_figures:
        texts.append(f"Size: {listed(sizes(facts))}.")
    supports = (on_records(facts, "source.period"),)
    return with_comment(filing, "2.2.2.e", (Text(tuple(texts)),), supports)


def services(filing: Filing) -> Answer:
    """2.4.c: the services and products whose users' data was used."""
    facts = filing.facts.category(*USER_DATA)
    named, path = facts.by_service, "describe.user_services"
    values, supports = own_words(filing, path)
    gaps: tuple[Gap, ...] = ()
    if named:
        items = tuple(dataset(name, part, figures=False) for name, part in named.items())
        values.append(Items(items))
        supports.append(on_records(facts, "source.service"))
    if silent := facts.records - facts.stating("source.service"):
        what = f"{counted(silent, 'record')} of user data do not name the service"
        gaps = (Gap("2.4.c", "missing", what, remedies.set_record("source.service", "NAME")),)
    if not values:
        what = gaps[0].message if gaps else "nothing says which services the data came from"
        opened = missing("2.4.c", what, remedies.set_profile(path))
        return Answer(opened.values, (), gaps or opened.gaps)
    return Answer(tuple(values), tuple(supports), gaps)


def other_sources(filing: Filing) -> Answer:
    """2.6.b: a narrative description, from the records and the provider."""
    facts, path = filing.facts.category("other"), "describe.other_sources"
    said = facts.statements("source.description")
    values, supports = own_words(filing, path)
    if not values and not said:
        what = "no record and no statement describes the other sources"
        return missing("2.6.b", what, remedies.set_profile(path))
    if facts.records:
        values += [Text((*said, f"Sources: {few(facts.by_name)}.")), described(facts)]
        supports.append(on_records(facts, "source.description"))
    return Answer(tuple(values), tuple(supports))


ANSWERS: Mapping[str, Answerer] = {
    "2.2.1.a": source_answer("2.2.1.a", "private_licensed"),
    "2.2.1.b": modalities_of("2.2.1.b", by_category("private_licensed")),
    "2.2.2.a": source_answer("2.2.2.a", "private_third_party"),
    "2.2.2.b": modalities_of("2.2.2.b", by_category("private_third_party")),
    "2.2.2.c": known_private,
    "2.2.2.d": unknown_private,
    "2.2.2.e": private_comments,
    "2.4.a": source_answer("2.4.a", "user_data_model"),
    "2.4.b": source_answer("2.4.b", "user_data_other_service"),
    "2.4.c": services,
    "2.4.d": modalities_of("2.4.d", by_category(*USER_DATA)),
    "2.4.e": comment("2.4.e"),
    "2.6.a": source_answer("2.6.a", "other"),
    "2.6.b": other_sources,
    "2.6.c": comment("2.6.c"),
}
