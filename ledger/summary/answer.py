"""How one field of a form gets its answer, its support and its gaps, whatever the regime."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

from ledger.summary.document import (
    Basis,
    BasisName,
    Gap,
    Labelled,
    NotApplicable,
    Row,
    Severity,
    Support,
    Text,
    Unstated,
    Value,
)
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.remedies import set_profile
from ledger.summary.wording import listed, sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """The values of one field, what they rest on, and what is missing."""

    values: tuple[Value, ...]
    rests_on: tuple[Support, ...] = ()
    gaps: tuple[Gap, ...] = field(default=())


Answerer: TypeAlias = Callable[[Filing], Answer]


@dataclass(frozen=True, slots=True)
class Piece:
    """One value of a field with what it alone rests on: one owner's word."""

    value: Value
    rests_on: tuple[Support, ...]


def pieced(pieces: Iterable[Piece], gaps: Iterable[Gap] = ()) -> Answer:
    """Return the answer of several pieces, in which each support says for which values it is.

    What two owners say in the same words is said once, and rests on both.
    """
    said: dict[Value, tuple[Support, ...]] = {}
    for piece in pieces:
        said[piece.value] = (*said.get(piece.value, ()), *piece.rests_on)
    every = tuple(Piece(value, rests_on) for value, rests_on in said.items())
    places: dict[object, tuple[Support, list[int]]] = {}
    for at, piece in enumerate(every):
        for support in piece.rests_on:
            places.setdefault(support.key, (support, []))[1].append(at)
    supports = tuple(
        replace(support, of=tuple(dict.fromkeys(at)) if len(every) > 1 else ())
        for support, at in places.values()
    )
    return Answer(tuple(piece.value for piece in every), supports, tuple(gaps))


def on_records(facts: Facts, path: str) -> Support:
    """Return the support that records give, with the basis of a path in them."""
    basis = tuple(Basis(cast(BasisName, name), count) for name, count in facts.basis(path).items())
    return Support("ledger", path, facts.records, basis, groups=facts.described)


def on_profile(path: str) -> Support:
    """Return the support that a statement in the profile gives."""
    return Support("profile", path, 1, (Basis("declared", 1),))


def on_said(filing: Filing, path: str) -> Support:
    """Return the support of `filing.said(path)`: the release file's word, else the profile's."""
    return on_release(f"statements.{path}") if path in filing.statements else on_profile(path)


def on_release(path: str) -> Support:
    """Return the support that a statement in the release record gives."""
    return Support("release", path, 1, (Basis("declared", 1),))


def on_rule(what: str) -> Support:
    """Return the support of an answer that follows from the form itself."""
    return Support("rule", what)


def missing(field_id: str, what: str, remedy: str, severity: Severity = "missing") -> Answer:
    """Return an open field with its gap."""
    return Answer((Unstated(sentence(what)),), (), (Gap(field_id, severity, what, remedy),))


def asked(what: str, remedy: str) -> Answer:
    """Return an open field of a `Form`, which puts the question's id into the gap."""
    return missing("", what, remedy)


def advice(field_id: str, what: str, remedy: str) -> Gap:
    """Return a gap that the form tolerates."""
    return Gap(field_id, "advice", what, remedy)


def not_applicable(reason: str) -> Answer:
    """Return the answer for a field that the form does not ask for here."""
    return Answer((NotApplicable(sentence(reason)),), (on_rule(reason),))


def prose(text: str) -> Text:
    """Return a text with a paragraph for each block of lines."""
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    return Text(tuple(block for block in blocks if block))


def own_words(filing: Filing, path: str) -> tuple[list[Value], list[Support]]:
    """Return the provider's own words at a path with their support; empty lists without any."""
    text = filing.said(path)
    return ([prose(text)], [on_said(filing, path)]) if text else ([], [])


def told(filing: Filing, path: str, what: str) -> Answer:
    """Return the provider's own words at a path as an answer, or the gap where there are none."""
    values, supports = own_words(filing, path)
    if values:
        return Answer(tuple(values), tuple(supports))
    return asked(what, set_profile(path))


def own_piece(filing: Filing, path: str) -> list[Piece]:
    """Return the provider's own words at a path as a piece; an empty list without any."""
    text = filing.said(path)
    return [Piece(prose(text), (on_said(filing, path),))] if text else []


def own_rows(filing: Filing, labels: Mapping[str, str]) -> list[Piece]:
    """Return what the provider says at several paths, a row with a label for each that is set.

    What the release file says stands apart from what the profile says.
    """
    said = {path: texts for path in labels if (texts := said_list(filing, path))}
    supports = {path: on_said(filing, path) for path in said}
    owners = dict.fromkeys(support.owner for support in supports.values())
    parts = [[path for path in said if supports[path].owner == owner] for owner in owners]
    return [
        Piece(
            Labelled(tuple(Row(labels[path], _joined(said[path])) for path in part)),
            tuple(supports[path] for path in part),
        )
        for part in parts
    ]


def _joined(texts: tuple[str, ...]) -> str:
    """Return the texts of a list as one; texts with stops of their own are not set in commas."""
    if any(stop in f"{text} " for text in texts for stop in (", ", "; ", ". ")):
        return "; ".join(texts)
    return listed(texts)


def said_list(filing: Filing, path: str) -> tuple[str, ...]:
    """Return the texts at a path, of one line each; a text that is no list counts as one."""
    stated = filing.statements.get(path)
    found = (stated,) if stated else filing.profile.values.get(path, ())
    texts = (found,) if isinstance(found, str) else found if isinstance(found, tuple) else ()
    return tuple(" ".join(str(text).split()) for text in texts)


def comment(field_id: str) -> Answerer:
    """Return the answerer of an optional field: the provider's comment, if there is one."""

    def answer(filing: Filing) -> Answer:
        return commented(filing, field_id, ())

    return answer


def commented(
    filing: Filing, field_id: str, pieces: Iterable[Piece], gaps: Iterable[Gap] = ()
) -> Answer:
    """Return what we have to say in an optional field, after what the provider says there."""
    every = (*own_piece(filing, f"comments.{field_id}"), *pieces)
    if every:
        return pieced(every, gaps)
    if filing.profile.answer(NOTHING_MORE):
        return Answer((NotApplicable("None."),), (on_profile(NOTHING_MORE),), tuple(gaps))
    return replace(NO_COMMENT, gaps=tuple(gaps))


NOTHING_MORE = "confirm.no_other_comments"
"""The provider's word that where it comments nothing, it has nothing to add."""

NO_COMMENT = Answer((NotApplicable("None given."),), (Support("rule", "optional field"),))
