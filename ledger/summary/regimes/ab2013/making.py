"""Items about how the data serves the system and was made fit for it: (2), (4), (9), (11), (12)."""

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    advice,
    asked,
    on_profile,
    on_records,
    told,
)
from ledger.summary.document import (
    Choice,
    Choices,
    Gap,
    Labelled,
    Row,
    Severity,
    YesNo,
)
from ledger.summary.eu.overall import content_types
from ledger.summary.eu.synthetic import used
from ledger.summary.facts import Facts, Fields
from ledger.summary.filing import Filing
from ledger.summary.form import joined, only, rested, worded
from ledger.summary.steps import STEPS
from ledger.summary.wording import counted

LABELLED_STAGES = frozenset({"preference", "reinforcement", "supervised_finetuning"})
LABELLING_ROLES = frozenset({"judge", "labeller"})

CONTINUOUS = "confirm.continuous_synthetic"
NOT_USED, USED, CONTINUOUSLY = GENERATION = ("not used", "used", "continuously used")


def purpose_fit(filing: Filing) -> Answer:
    """(2): only the developer knows."""
    what = "nothing says how the datasets further the intended purpose of the system"
    return told(filing, "describe.purpose_fit", what)


def data_point_types(filing: Filing) -> Answer:
    """(4): types of content per modality, and the labels of what is labelled."""
    return joined([content_types(filing), _labels(filing)])


def _labels(filing: Filing) -> Answer:
    path = "describe.labels"
    labelled = Facts(tuple(g for g in filing.facts.groups if _is_labelled(g.fields)))
    if filing.said(path) or labelled.records:
        count = counted(labelled.records, "record")
        return told(filing, path, f"{count} of labelled data, and no word on the labels")
    what = "nothing says which labels there are, if any data is labelled"
    return only(advice("", what, remedies.set_profile(path)))


def _is_labelled(fields: Fields) -> bool:
    """Answer whether records are of a stage that trains on labels, or a model labelled them."""
    named = fields.get("generator", ())
    roles = set() if isinstance(named, str) else {one.get("role") for one in named}
    return bool(LABELLED_STAGES & set(fields.get("stages", ())) or LABELLING_ROLES & roles)


def cleaning(filing: Filing) -> Answer:
    """(9): the steps on record, and what they were for."""
    path = "describe.cleaning_purpose"
    purpose = told(filing, path, "nothing says what cleaning was for")
    return joined([_steps(filing.facts, "advice" if filing.said(path) else "missing"), purpose])


def _steps(facts: Facts, severity: Severity) -> Answer:
    rows = tuple(
        Row(f"{label}, {counted(count, 'record')}", text)
        for step, label in STEPS.items()
        for text, count in facts.statements(f"processing.{step}").items()
    )
    if rows:
        return rested(on_records(facts, "processing"), Labelled(rows))
    remedy = remedies.correct_record("processing.cleaning", "TEXT", ())
    return only(Gap("", severity, "no record states a step of cleaning or processing", remedy))


def first_used(filing: Filing) -> Answer:
    """(11): a ledger knows when data was recorded, not when it was first used."""
    what = "nothing says when the datasets were first used in development"
    return told(filing, "describe.first_used", what)


def synthetic_generation(filing: Filing) -> Answer:
    """(12): not used, used, or continuously used; and why, which the statute leaves open."""
    answer, goes_on = used(filing), filing.profile.answer(CONTINUOUS)
    first, *_ = answer.values
    made = first.answer if isinstance(first, YesNo) else None
    if goes_on and not made:
        return _contradicted(answer, made)
    if made is None:
        return answer
    if not made:
        return Answer((_boxes(NOT_USED),), answer.rests_on, answer.gaps)
    return joined([_used(answer, goes_on), _purpose(filing)])


def _used(answer: Answer, goes_on: bool | None) -> Answer:
    if goes_on is None:
        what = "nothing says whether synthetic data is used continuously"
        known = Answer((_boxes(USED, NOT_USED, USED),), answer.rests_on, answer.gaps)
        return joined([known, asked(what, remedies.set_profile(CONTINUOUS))])
    boxes = _boxes(CONTINUOUSLY if goes_on else USED)
    return Answer((boxes,), (*answer.rests_on, on_profile(CONTINUOUS)), answer.gaps)


def _boxes(ticked: str, *shown: str) -> Choices:
    return Choices(tuple(Choice(one, one == ticked) for one in shown or GENERATION))


def _contradicted(answer: Answer, made: bool | None) -> Answer:
    """Return the answer where the profile says "continuously", and nothing else says Yes."""
    beside = "no record holds any" if made is None else "that none was used"
    what = f"the profile says that synthetic data is used continuously, and {beside}"
    remedy = remedies.set_profile(f"{CONTINUOUS}: no")
    boxes = _boxes(CONTINUOUSLY if made is None else NOT_USED)
    supports = (on_profile(CONTINUOUS), *answer.rests_on)
    return Answer((boxes,), supports, (Gap("", "contradiction", what, remedy),))


def _purpose(filing: Filing) -> Answer:
    path = "describe.synthetic_purpose"
    if filing.said(path):
        return worded(filing, path)
    what = "nothing says what synthetic data was needed for"
    return only(advice("", what, remedies.set_profile(path)))
