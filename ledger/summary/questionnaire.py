"""Questions of somebody's own as a form: a hearing's, a customer's, an auditor's.

Each question names where its answer comes from: `facts` takes one of a closed set (`facets.py`),
`eu` the answer of a field of the EU's form, `profile` the provider's own words at a path. Several
stand below each other. What none of them answers is a gap, as in every form. How a questionnaire
is written is in `questionnaire_file.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

from ledger.summary import head, remedies
from ledger.summary.answer import Answer, asked, on_profile, on_said, prose
from ledger.summary.document import Document, Gap, Text, Unstated, YesNo
from ledger.summary.eu.summarise import summarise
from ledger.summary.facets import FACETS
from ledger.summary.filing import Filing
from ledger.summary.form import Form, Part, Question, joined
from ledger.summary.regime import Regime

HEAD = Part(
    "document",
    "This document",
    (
        Question("version", "Version", head.version),
        Question("provider", "Provider", head.provider("name", "contact")),
        Question("models", "Models covered", head.models),
    ),
)

ASKED = "Questions asked of the provider"
"""Stands where documents of laws have their legal basis, when the file names no occasion."""

Origin = tuple[str, str]
"""Where an answer comes from: `facts`, `eu` or `profile`, and what of it."""


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question and where its answer comes from, in order."""

    id: str
    label: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class OwnSection:
    """A section of a questionnaire."""

    id: str
    title: str
    questions: tuple[OwnQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """A checked questionnaire; `digest` is that of the file, by which one knows what was asked."""

    name: str
    title: str
    occasion: str
    standing: str
    public: bool
    sections: tuple[OwnSection, ...]
    digest: str

    @property
    def regime(self) -> Regime:
        """The questionnaire as a template like any other."""
        return Regime(self.name, self.title, partial(_fill, self), public=self.public)


def _fill(questionnaire: Questionnaire, filing: Filing) -> Document:
    # Filled once, and only if a question asks for it.
    official = cache(lambda: summarise(filing))
    parts = (
        Part(
            section.id,
            section.title,
            tuple(
                Question(one.id, one.label, partial(_answer, one.origins, official))
                for one in section.questions
            ),
        )
        for section in questionnaire.sections
    )
    form = Form(
        template=questionnaire.name,
        number=questionnaire.digest,
        title=questionnaire.title,
        legal_basis=questionnaire.occasion or ASKED,
        standing=questionnaire.standing,
        parts=(HEAD, *parts),
    )
    return form.fill(filing)


def _answer(
    origins: tuple[Origin, ...], official: Callable[[], Document], filing: Filing
) -> Answer:
    """Return what the origins say, below each other; one that says nothing only if none does."""
    given = [_from(origin, official, filing) for origin in origins]
    said = [one for one in given if not _is_open(one)]
    if not said:
        gaps = tuple(gap for one in given for gap in one.gaps)
        return Answer(given[0].values, (), gaps)
    silent = (_soft(gap) for one in given if _is_open(one) for gap in one.gaps)
    answer = joined(said)
    return replace(answer, gaps=(*answer.gaps, *silent))


def _is_open(answer: Answer) -> bool:
    return all(isinstance(value, Unstated) for value in answer.values)


def _soft(gap: Gap) -> Gap:
    """Return the gap of an origin that others answer for: it would be welcome, and is not needed.

    A contradiction stays one.
    """
    return replace(gap, severity="advice") if gap.severity == "missing" else gap


def _from(origin: Origin, official: Callable[[], Document], filing: Filing) -> Answer:
    kind, what = origin
    if kind == "facts":
        return FACETS[what](filing)
    if kind == "eu":
        return _official(what, official(), filing)
    return _own_words(what, filing)


def _official(field_id: str, document: Document, filing: Filing) -> Answer:
    """Return what a field of the EU's form says, with its gaps."""
    field = document.field(field_id)
    gaps = tuple(gap for gap in document.gaps if gap.field == field_id)
    answer = Answer(field.values, field.rests_on, gaps)
    if gaps or not _is_open(answer):
        return answer
    # Open only because another field of the EU's form is.
    return asked(f"field {field_id} of the EU form is open", f"ledger check {filing.name}")


def _own_words(path: str, filing: Filing) -> Answer:
    """Return what the release file says at a path, else the profile."""
    if text := filing.statements.get(path):
        return Answer((prose(text),), (on_said(filing, path),))
    value: object = filing.profile.values.get(path)
    if value is None:
        return asked("the provider says nothing on it", remedies.set_profile(path))
    if isinstance(value, bool):
        return Answer((YesNo(value),), (on_profile(path),))
    texts = tuple(map(str, value)) if isinstance(value, tuple) else prose(str(value)).paragraphs
    return Answer((Text(texts),), (on_profile(path),))
