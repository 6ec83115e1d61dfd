"""Sections 2.2, 2.4 and 2.6: private datasets, user data, other sources."""

from collections.abc import Mapping

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    Piece,
    advice,
    comment,
    commented,
    missing,
    not_applicable,
    on_records,
    own_piece,
    own_rows,
    pieced,
)
from ledger.summary.document import Gap, Items, Row, Text
from ledger.summary.eu.answer import by_category, modalities_of, source_answer, state
from ledger.summary.eu.describe import (
    MANY,
    collected,
    dataset,
    described,
    few,
    most_said,
    sizes,
)
from ledger.summary.eu.merged import says
from ledger.summary.eu.public import digests, unknowns
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.wording import counted, listed, say, sentence

PERIOD_END = "source.period.end"
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
    items = []
    for name, part in known.by_name.items():
        more = [Row("Size", listed(sizes(part)))] if filing.shows_figures else []
        items.append(dataset(name, part, more))
    gaps += tuple(gap for name, part in known.by_name.items() for gap in _lacking(name, part))
    return Answer((Items(tuple(items)),), (on_records(known, "source"),), gaps)


def _lacking(name: str, part: Facts) -> list[Gap]:
    gaps = []
    if not part.stating("source.period"):
        what = f"when {name} was collected is not stated"
        gaps.append(advice("2.2.2.c", what, state(part, PERIOD_END, "YYYY-MM")))
    if not part.stating("source.link"):
        what = f"no link to information on {name} is stated"
        gaps.append(advice("2.2.2.c", what, state(part, "source.link", "URL")))
    if not part.stating("dataset.version"):
        what = f"no version of {name} is stated"
        gaps.append(advice("2.2.2.c", what, state(part, "dataset.version", "VERSION")))
    return gaps


def _unknown_publicity(facts: Facts) -> tuple[Gap, ...]:
    silent = facts.records - facts.stating("source.publicly_known")
    if facts.records and not silent:
        return ()
    what = f"{counted(silent, 'record')} {say(silent, 'do')} not say whether the public knows of it"
    if not facts.records:
        what = "no record of a private dataset from a third party"
    remedy = state(facts, "source.publicly_known", "false")
    return (Gap("2.2.2.c", "missing", what, remedy),)


def hidden_private(facts: Facts) -> Facts:
    """Return the private datasets of third parties that nobody may be told the names of."""
    private = facts.category("private_third_party")
    return Facts(tuple(g for g in private.groups if g.at("source.publicly_known") is not True))


def unknown_private(filing: Filing) -> Answer:
    """2.2.2.d: the other private datasets, described and never named."""
    hidden, path = hidden_private(filing.facts), "describe.private_datasets"
    if not hidden.records:
        if filing.facts.category("private_third_party").records:
            return not_applicable("Not applicable: every private dataset is listed above")
        own = own_piece(filing, path)
        what = "no record of a private dataset from a third party"
        return pieced(own) if own else missing("2.2.2.d", what, remedies.set_profile(path))
    nature = "describe.private_nature"
    told = described(hidden, nature_is_told=bool(filing.said(nature)), nameless=True)
    pieces = [
        *own_piece(filing, path),
        *own_rows(filing, {nature: "Nature of the content"}),
        Piece(told, (on_records(hidden, "source"),)),
    ]
    return pieced(pieces, unknowns("2.2.2.d", hidden, nature if not filing.said(nature) else ""))


def private_comments(filing: Filing) -> Answer:
    """2.2.2.e: period, sizes where the provider shows them, digests of those publicly known."""
    facts = filing.facts.category("private_third_party")
    if not facts.records:
        return commented(filing, "2.2.2.e", ())
    pieces = [
        Piece(Text((f"Collected: {collected(facts)}.",)), (on_records(facts, "source.period"),))
    ]
    if filing.shows_figures:
        told = Text((f"Size: {listed(sizes(facts))}.",))
        pieces.append(Piece(told, (on_records(facts, "measures"),)))
    known = facts.where("source.publicly_known", True).by_name
    gaps = []
    if facts.stating("source.period") < facts.records:
        what = "the period of collection is not stated in all records of private datasets"
        gaps.append(advice("2.2.2.e", what, state(facts, PERIOD_END, "YYYY-MM")))
    return commented(filing, "2.2.2.e", [*pieces, *digests(filing, known)], gaps)


def services(filing: Filing) -> Answer:
    """2.4.c: the services and products whose users' data was used."""
    facts = filing.facts.category(*USER_DATA)
    named, path = facts.by_service, "describe.user_services"
    pieces, gaps = own_piece(filing, path), []
    if named:
        items = tuple(dataset(name, part) for name, part in named.items())
        pieces.append(Piece(Items(items), (on_records(facts, "source.service"),)))
    if silent := facts.records - facts.stating("source.service"):
        what = f"{counted(silent, 'record')} of user data {say(silent, 'do')} not name the service"
        gaps = [Gap("2.4.c", "missing", what, state(facts, "source.service", "NAME"))]
    gaps += [
        advice(
            "2.4.c",
            f"when data of {name} was collected is not stated",
            state(part, PERIOD_END, "YYYY-MM"),
        )
        for name, part in named.items()
        if not part.stating("source.period")
    ]
    if not pieces:
        what = gaps[0].message if gaps else "nothing says which services the data came from"
        opened = missing("2.4.c", what, remedies.set_profile(path))
        return Answer(opened.values, (), tuple(gaps) or opened.gaps)
    return pieced(pieces, gaps)


def other_sources(filing: Filing) -> Answer:
    """2.6.b: a narrative description, from the records and the provider."""
    facts, path = filing.facts.category("other"), "describe.other_sources"
    said, pieces = facts.statements("source.description"), own_piece(filing, path)
    if not pieces and not said:
        what = "no record and no statement describes the other sources"
        return missing("2.6.b", what, remedies.set_profile(path))
    if facts.records:
        pieces = _with_recorded(filing, facts, pieces)
        told = described(facts, nature_is_told=True)
        pieces.append(Piece(told, (on_records(facts, "source"),)))
    return pieced(pieces, unknowns("2.6.b", facts, ""))


def _with_recorded(filing: Filing, facts: Facts, own: list[Piece]) -> list[Piece]:
    """Return the provider's words, and what records say beyond them.

    Words that say all that the records do rest on both.
    """
    support = on_records(facts, "source.description")
    told = filing.said("describe.other_sources")
    texts = most_said(facts.statements("source.description"))
    further = [text for text in texts if not says(text, told)]
    names = few(facts.by_name, MANY)
    if not says(names, " ".join((told, *texts))):
        further.append(sentence(f"Sources: {names}"))
    if further:
        return [*own, Piece(Text(tuple(further)), (support,))]
    return [Piece(piece.value, (*piece.rests_on, support)) for piece in own]


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
