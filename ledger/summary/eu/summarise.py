"""From a filing to the document: every field of the form, in order, whatever is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ledger.summary.answer import Answer, Answerer, on_rule
from ledger.summary.dates import impossible, without_impossible
from ledger.summary.document import (
    Document,
    Field,
    Gap,
    NotApplicable,
    Section,
    Unstated,
    YesNo,
    by_severity,
)
from ledger.summary.eu import (
    charts,
    crawled,
    general,
    overall,
    processing,
    public,
    sources,
    synthetic,
)
from ledger.summary.eu.answer import state
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.template import (
    FILLED_TITLE,
    LEGAL_BASIS,
    NUMBER,
    TEMPLATE,
    FieldSpec,
    SectionSpec,
    all_fields,
)
from ledger.summary.facts import Facts
from ledger.summary.filing import Filing
from ledger.summary.wording import listed

ANSWERS: Mapping[str, Answerer] = {
    **general.ANSWERS,
    **overall.ANSWERS,
    **public.ANSWERS,
    **sources.ANSWERS,
    **crawled.ANSWERS,
    **synthetic.ANSWERS,
    **processing.ANSWERS,
}


def summarise(filing: Filing) -> Document:
    """Return the EU summary: all 53 fields in official order, and the gaps in them.

    Each gap names its field and the act that closes it. Contradictions come first, then what the
    form requires, then advice; within each the order of the form.
    """
    recorded = filing.facts
    filing = without_impossible(filing)
    answers = _answers(filing)
    gaps = [gap for answer in answers.values() for gap in answer.gaps]
    gaps += _impossible(recorded, filing.identity.last_update)
    return filing.document(
        template=TEMPLATE,
        template_number=NUMBER,
        title=FILLED_TITLE,
        legal_basis=LEGAL_BASIS,
        link=general.authoritative(filing),
        charts=charts.charts(filing),
        sections=tuple(_section(spec, answers) for spec in SECTIONS),
        gaps=by_severity(gaps),
    )


def _impossible(recorded: Facts, last_update: str) -> Iterator[Gap]:
    """Yield the periods that cannot be; the form was filled as if nobody had stated them."""
    for field_id, facts in (("1.3.d", recorded), ("2.3.e", recorded.category("crawled"))):
        for one in impossible(facts, last_update):
            remedy = state(one.facts, f"{one.path}.end", "YYYY-MM", stated=True)
            yield Gap(field_id, "contradiction", one.what, remedy)


def _answers(filing: Filing) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for spec in all_fields(SECTIONS):
        unasked = _unasked(spec, answers)
        answers[spec.id] = unasked or _unheld(spec, answers, ANSWERS[spec.id](filing))
    return answers


def _unasked(spec: FieldSpec, answers: Mapping[str, Answer]) -> Answer | None:
    """Return the answer of a field that hangs on a Yes, as long as there is no Yes."""
    if spec.rule.need != "if_yes":
        return None
    said = {name: _yes_no(answers[name]) for name in spec.rule.fields}
    if True in said.values():
        return None
    unanswered = [name for name, answer in said.items() if answer is None]
    if unanswered:
        reason = f"Asked for after a Yes; {listed(unanswered)} is not answered."
        return Answer((Unstated(reason),))
    reason = f"Not applicable: {listed(said)} {'is' if len(said) == 1 else 'are'} No."
    return Answer((NotApplicable(reason),), (on_rule(f"asked for after Yes in {listed(said)}"),))


def _unheld(spec: FieldSpec, answers: Mapping[str, Answer], answer: Answer) -> Answer:
    """Return the answer of a field whose only Yes no record bears out: words, and no gaps.

    What such data lacks cannot be told, and the gap is at the Yes.
    """
    asking = [name for name in spec.rule.fields if _yes_no(answers[name])]
    if spec.rule.need != "if_yes" or not all(_is_unheld(answers[name]) for name in asking):
        return answer
    if any(isinstance(value, Unstated | NotApplicable) for value in answer.values):
        says = "says" if len(asking) == 1 else "say"
        reason = f"No record holds such data, though {listed(asking)} {says} Yes."
        return Answer((Unstated(reason),))
    return replace(answer, gaps=())


def _is_unheld(answer: Answer) -> bool:
    contradicted = any(gap.severity == "contradiction" for gap in answer.gaps)
    return contradicted and any(support.none for support in answer.rests_on)


def _yes_no(answer: Answer) -> bool | None:
    answers = [value.answer for value in answer.values if isinstance(value, YesNo)]
    return answers[0] if answers else None


def _section(spec: SectionSpec, answers: Mapping[str, Answer]) -> Section:
    return Section(
        spec.id,
        spec.label,
        tuple(_field(field, answers[field.id]) for field in spec.fields),
        tuple(_section(section, answers) for section in spec.sections),
    )


def _field(spec: FieldSpec, answer: Answer) -> Field:
    return Field(spec.id, spec.label, answer.values, answer.rests_on)
