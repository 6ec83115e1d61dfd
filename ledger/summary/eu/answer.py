"""How one field of the EU form gets its answer, its support and its gaps."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

from ledger.errors import MalformedError
from ledger.summary import remedies
from ledger.summary.document import (
    Basis,
    BasisName,
    Choice,
    Choices,
    Gap,
    NotApplicable,
    Severity,
    Support,
    Text,
    Unstated,
    Value,
    YesNo,
)
from ledger.summary.eu.template import MODALITIES
from ledger.summary.facts import Facts
from ledger.summary.profile import Profile
from ledger.summary.wording import counted, sentence


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier version of a summary."""

    version: int
    last_update: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which summary this is, and which state of which log it speaks about.

    `last_update` is `YYYY-MM-DD`; `size` is the log's size that the facts were read at.
    """

    version: int
    last_update: str
    origin: str
    size: int
    release_record: str = ""
    previous: tuple[Previous, ...] = ()
    changes: str = ""

    def __post_init__(self) -> None:
        if self.version < 1:
            raise MalformedError(f"summary version {self.version}; versions count from 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """All that an EU summary is made from. `release` is the fields of the release record."""

    facts: Facts
    profile: Profile
    release: Mapping[str, Any]
    identity: Identity

    @property
    def stated(self) -> Mapping[str, Any]:
        """The member `release` of the release record: name, models, market date."""
        return cast(Mapping[str, Any], self.release.get("release", {}))

    @property
    def name(self) -> str:
        """The release's name."""
        return str(self.stated.get("name", ""))

    @property
    def models(self) -> tuple[Mapping[str, Any], ...]:
        """The models covered: those the release lists, else the release itself as one model."""
        return tuple(self.stated.get("models", ())) or ({"name": self.name},)

    @property
    def shows_figures(self) -> bool:
        """Whether the provider chose to show sizes beyond the official ranges."""
        return self.profile.text("show.sizes") == "figures"


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


def on_release(path: str) -> Support:
    """Return the support that a statement in the release record gives."""
    return Support("release", path, 1, (Basis("declared", 1),))


def on_rule(what: str) -> Support:
    """Return the support of an answer that follows from the form itself."""
    return Support("rule", what)


def missing(field_id: str, what: str, remedy: str, severity: Severity = "missing") -> Answer:
    """Return an open field with its gap."""
    return Answer((Unstated(sentence(what)),), (), (Gap(field_id, severity, what, remedy),))


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
    text = filing.profile.text(path)
    return ([prose(text)], [on_profile(path)]) if text else ([], [])


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


def source_answer(field_id: str, category: str) -> Answerer:
    """Return the answerer of a question "have you used data of this kind?".

    Yes rests on records. No is only said when the provider confirms it: a ledger without a record
    of a kind does not show that there was none (design, decision 10).
    """
    path = f"confirm.{category}"

    def answer(filing: Filing) -> Answer:
        part = filing.facts.category(category)
        return answered(filing, field_id, part, path, f"of the category “{category}”")

    return answer


def answered(filing: Filing, field_id: str, part: Facts, path: str, what: str) -> Answer:
    """Return Yes, No or an open answer from records (`part`) and the provider's confirmation."""
    confirmed = filing.profile.answer(path)
    whole = counted(filing.facts.records, "record")
    if part.records:
        gaps: tuple[Gap, ...] = ()
        held = f"{counted(part.records, 'record')} {what}"
        if confirmed is False:
            message = f"the profile says no, but the training set holds {held}"
            gaps = (Gap(field_id, "contradiction", message, remedies.set_profile(f"{path}: yes")),)
        return Answer((YesNo(True),), (on_records(part, "source.category"),), gaps)
    none = replace(on_records(filing.facts, "source.category"), none=True)
    if confirmed is False:
        return Answer((YesNo(False),), (on_profile(path), none))
    if confirmed is True:
        message = f"the profile says yes, but the training set of {whole} holds no record {what}"
        category = path.partition(".")[2]
        remedy = remedies.set_record("source.category", category)
        gap = Gap(field_id, "contradiction", message, remedy)
        return Answer((YesNo(True),), (on_profile(path), none), (gap,))
    message = f"no record {what} is in the training set of {whole}; confirm that there is none"
    return missing(field_id, message, remedies.set_profile(f"{path}: no"))


def ticked(present: Iterable[str], options: tuple[str, ...], note: str = "") -> Choices:
    """Return all boxes, ticked where the word (in lower case) is present."""
    words = set(present)
    return Choices(tuple(Choice(label, label.lower() in words) for label in options), note)


def modalities_of(field_id: str, part: Callable[[Facts], Facts]) -> Answerer:
    """Return the answerer of "modality(ies) covered" for a part of the facts."""

    def answer(filing: Filing) -> Answer:
        facts = part(filing.facts)
        if not facts.modalities:
            remedy = remedies.set_record("modality", "text")
            return missing(field_id, "no record of such data says its modality", remedy)
        note, gaps = other_modality(filing, field_id, facts)
        values = (ticked(facts.modalities, MODALITIES, note),)
        return Answer(values, (on_records(facts, "modality"),), gaps)

    return answer


def other_modality(filing: Filing, field_id: str, facts: Facts) -> tuple[str, tuple[Gap, ...]]:
    """Return what the box "Other" stands for, and the gap when it is ticked but not explained."""
    if "other" not in facts.modalities:
        return "", ()
    path = "describe.other_modality"
    if text := filing.profile.text(path):
        return text, ()
    what = 'the box "Other" is ticked and nothing says what it stands for'
    return "", (Gap(field_id, "missing", what, remedies.set_profile(path)),)


def by_category(*names: str) -> Callable[[Facts], Facts]:
    """Return the choice of a part of the facts by source."""
    return lambda facts: facts.category(*names)
