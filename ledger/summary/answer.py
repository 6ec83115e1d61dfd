"""How one field of a form gets its answer, its support and its gaps, whatever the regime."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from ledger.summary.document import (
    Basis,
    BasisName,
    Gap,
    NotApplicable,
    Severity,
    Support,
    Text,
    Unstated,
    Value,
)
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.remedies import set_profile
from ledger.summary.wording import sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """The values of one field, what they rest on, and what is missing."""

    values: tuple[Value, ...]
    rests_on: tuple[Support, ...] = ()
    gaps: tuple[Gap, ...] = field(default=())


Answerer: TypeAlias = Callable[[Filing], Answer]


def on_records(facts: Facts, path: str) -> Support:
    """Return the support that records give, with the basis of a path in them."""
    basis = tuple(Basis(cast(BasisName, name), count) for name, count in facts.basis(path).items())
    return Support("ledger", path, facts.records, basis)


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


def comment(field_id: str, *extra: Value, rests_on: Iterable[Support] = ()) -> Answerer:
    """Return the answerer of an optional field: the provider's comment, if there is one."""

    def answer(filing: Filing) -> Answer:
        text = filing.profile.text(f"comments.{field_id}")
        return with_comment(filing, field_id, extra, rests_on) if text or extra else NO_COMMENT

    return answer


def with_comment(
    filing: Filing, field_id: str, values: Iterable[Value], rests_on: Iterable[Support]
) -> Answer:
    """Return what we have to say in an optional field, after what the provider says there."""
    path = f"comments.{field_id}"
    if text := filing.profile.text(path):
        return Answer((prose(text), *values), (on_profile(path), *rests_on))
    return Answer(tuple(values), tuple(rests_on)) if values else NO_COMMENT


NO_COMMENT = Answer(
    (NotApplicable("Optional; no comments."),), (Support("rule", "optional field"),)
)
