"""A form as a value: questions in parts, each with what answers it, and how it becomes a Document.

The EU's form has rules between its fields and is filled by its own module (`ledger.summary.eu`).
Every other regime is a `Form`: its answers do not depend on each other. What a field lacks is known
by the question's id, so an answerer need not know in which form it stands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ledger.summary.addresses import summary_link
from ledger.summary.answer import Answer, Answerer, own_words
from ledger.summary.document import (
    Document,
    Field,
    Gap,
    Section,
    Support,
    Value,
    by_severity,
)
from ledger.summary.eu.charts import charts
from ledger.summary.filing import Filing


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a form, and what answers it."""

    id: str
    label: str
    answer: Answerer


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a form."""

    id: str
    label: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form, ready to be filled.

    `template` is its name in `--template`, `number` its edition, `standing` what must be said of
    its labels where nobody has made them official.
    """

    template: str
    number: str
    title: str
    legal_basis: str
    standing: str
    parts: tuple[Part, ...]

    def fill(self, filing: Filing) -> Document:
        """Return the filled form: every question in order, and the gaps in the answers.

        Contradictions come first, then what is missing, then advice; within each the form's order.
        """
        sections: list[Section] = []
        gaps: list[Gap] = []
        for part in self.parts:
            answers = [(one, one.answer(filing)) for one in part.questions]
            fields = tuple(Field(q.id, q.label, a.values, a.rests_on) for q, a in answers)
            sections.append(Section(part.id, part.label, fields))
            gaps += [gap for question, answer in answers for gap in _own(question, answer)]
        site = filing.profile.text("publication.site")
        return filing.document(
            template=self.template,
            template_number=self.number,
            title=self.title,
            legal_basis=self.legal_basis,
            link=summary_link(site, filing.name, self.template) if site else "",
            standing=self.standing,
            sections=tuple(sections),
            charts=charts(filing),
            gaps=by_severity(gaps),
        )


def _own(question: Question, answer: Answer) -> Iterator[Gap]:
    for gap in answer.gaps:
        yield replace(gap, field=question.id)


def joined(answers: Iterable[Answer]) -> Answer:
    """Return answers below each other, in which each support says for which values it is."""
    every = list(answers)
    values: list[Value] = []
    places: dict[object, tuple[Support, list[int]]] = {}
    for one in every:
        for support in one.rests_on:
            of = support.of or range(len(one.values))
            _, found = places.setdefault(support.key, (support, []))
            found += [len(values) + at for at in of]
        values += one.values
    supports = (
        replace(support, of=() if set(of) == set(range(len(values))) else tuple(of))
        for support, of in places.values()
    )
    gaps = tuple(gap for one in every for gap in one.gaps)
    return Answer(tuple(values), tuple(supports), gaps)


def only(*gaps: Gap) -> Answer:
    """Return gaps without a value: what is lacking beside values that stand elsewhere."""
    return Answer((), (), gaps)


def rested(support: Support, *values: Value) -> Answer:
    """Return values that rest on one support."""
    return Answer(values, (support,))


def worded(filing: Filing, path: str) -> Answer:
    """Return the provider's own words at a path, or nothing at all."""
    values, supports = own_words(filing, path)
    return Answer(tuple(values), tuple(supports))
