"""The section on data: what it is, where it is from, how much there is, what was done with it."""

from collections.abc import Iterator

from ledger.summary import remedies
from ledger.summary.answer import Answer, asked, on_profile, on_records, on_said, own_words, told
from ledger.summary.document import Choice, Choices, Gap, Labelled, Row, Support, Text, Value
from ledger.summary.eu.answer import other_modality
from ledger.summary.eu.describe import NOT_KNOWN, few
from ledger.summary.eu.synthetic import makers, synthetic
from ledger.summary.facts import Facts, Group
from ledger.summary.filing import Filing
from ledger.summary.kinds import KINDS, by_kind
from ledger.summary.languages import names
from ledger.summary.regimes.model_documentation.figures import figures
from ledger.summary.steps import STEPS
from ledger.summary.wording import counted, listed, number, period

TYPES = {"text": "Text", "image": "Images", "audio": "Audio", "video": "Video", "other": "Other"}

PROVENANCE = {
    "Web crawling": ("crawled",),
    "Private non-publicly available datasets obtained from third parties": (
        "private_licensed",
        "private_third_party",
    ),
    "User data": ("user_data_model", "user_data_other_service"),
    "Publicly available datasets": ("public_dataset",),
    "Data collected through other means": ("other",),
    "Synthetic data that is not publicly accessible (made by or for the provider)": ("synthetic",),
}
"""The form's boxes, and the categories of record that tick them."""


def data_type(filing: Filing) -> Answer:
    """Modalities on record."""
    facts = filing.facts
    if not facts.modalities:
        return asked("no record states a modality", remedies.set_record("modality", "text"))
    note, gaps = other_modality(filing, "", facts)
    boxes = Choices(tuple(Choice(t, m in facts.modalities) for m, t in TYPES.items()), note)
    return Answer((boxes,), (on_records(facts, "modality"),), gaps)


def provenance(filing: Filing) -> Answer:
    """Kinds of source: ticked by records, left empty on the provider's word alone.

    A box that nobody answered is not shown empty: it is named as open.
    """
    options: list[Choice] = []
    supports: list[Support] = [on_records(filing.facts, "source.category")]
    open_: list[str] = []
    lacking: list[str] = []
    gaps: list[Gap] = []
    for label, categories in PROVENANCE.items():
        part = filing.facts.category(*categories)
        if categories == ("synthetic",):
            part = synthetic(filing.facts)
        said = {f"confirm.{one}": filing.profile.answer(f"confirm.{one}") for one in categories}
        unsaid = [path for path, answer in said.items() if answer is None]
        if not part.records and unsaid:
            open_.append(label)
            lacking += unsaid
            continue
        options.append(Choice(label, bool(part.records) or True in said.values()))
        supports += [on_profile(path) for path, answer in said.items() if answer is not None]
        gaps += _contradictions(label, part, said)
    values: list[Value] = [Choices(tuple(options))] if options else []
    if open_:
        remedy = remedies.set_profile(listed(f"{path}: no" for path in lacking))
        opened = asked(f"no record and no statement on: {'; '.join(open_)}", remedy)
        values += opened.values
        gaps += opened.gaps
    return Answer(tuple(values), tuple(supports), tuple(gaps))


def _contradictions(label: str, part: Facts, said: dict[str, bool | None]) -> Iterator[Gap]:
    for path, answer in said.items():
        held = Facts(part.groups if len(said) == 1 else part.category(path[8:]).groups)
        if answer is False and held.records:
            what = f"the profile says no, but {counted(held.records, 'record')} are: {label}"
            yield Gap("", "contradiction", what, remedies.set_profile(f"{path}: yes"))
        if answer is True and not held.records:
            what = f"the profile says yes, but no record is: {label}"
            yield Gap("", "contradiction", what, remedies.set_record("source.category", path[8:]))


def how_obtained(filing: Filing) -> Answer:
    """How each kind of source was had and selected, and which models made synthetic data."""
    facts, path = filing.facts, "describe.selection"
    values, supports = own_words(filing, path)
    if rows := tuple(_obtained(facts)):
        values.append(Labelled(rows))
        supports.append(on_records(facts, "source"))
    if values and (filing.said(path) or facts.stating("source.selection")):
        return Answer(tuple(values), tuple(supports))
    opened = asked("nothing says how data was selected", remedies.set_profile(path))
    return Answer((*values, *opened.values), tuple(supports), opened.gaps)


def _obtained(facts: Facts) -> Iterator[Row]:
    for kind, part in by_kind(facts).items():
        had = [counted(len(part.by_name), "dataset"), f"collected {period(*part.period)}"]
        had += part.statements("source.selection")
        yield Row(KINDS[kind], "; ".join(had))
    if models := makers(facts):
        named = few(f"{one.model} ({one.provider})" for one in models)
        yield Row("Models that made synthetic data", named)


def data_points(filing: Filing) -> Answer:
    """Numbers for training from the records; for testing and validation as the provider says."""
    facts = filing.facts
    parts = {
        "Training": Facts(tuple(one for one in facts.groups if not _is_for_testing(one))),
        "Testing": Facts(tuple(one for one in facts.groups if _is_for_testing(one))),
        "Validation": Facts(()),
    }
    values: list[Value] = []
    supports: list[Support] = []
    gaps: list[Gap] = []
    for purpose, part in parts.items():
        path = f"describe.{purpose.lower()}_data"
        words = filing.said(path) if purpose != "Training" else ""
        if part.records:
            rows, lacking = figures(purpose, part)
            values.append(Labelled(rows))
            supports.append(on_records(part, "measures"))
            gaps += lacking
        if words:
            values.append(Text((f"{purpose}: {words}",)))
            supports.append(on_said(filing, path))
        if not part.records and not words:
            opened = _unnumbered(purpose, path)
            values += opened.values
            gaps += opened.gaps
    return Answer(tuple(values), tuple(supports), tuple(gaps))


def _unnumbered(purpose: str, path: str) -> Answer:
    if purpose == "Training":
        remedy = "ledger release create NAME --dataset DATASET"
        return asked("the training set holds no records", remedy)
    what = f"nothing says how much data there was for {purpose.lower()}"
    return asked(what, remedies.set_profile(path))


def _is_for_testing(group: Group) -> bool:
    return tuple(group.fields.get("stages", ())) == ("evaluation",)


def scope(filing: Filing) -> Answer:
    """Domain, geography, languages and modalities."""
    facts, path = filing.facts, "describe.characteristics"
    values, supports = own_words(filing, path)
    known = {
        "Modalities": listed(facts.modalities),
        "Types of content": few(facts.statements("source.content_types")),
        "Languages": few(names(facts.languages), 30),
        "Geography": few(facts.statements("source.geography"), 30),
    }
    rows = tuple(Row(label, text or NOT_KNOWN) for label, text in known.items())
    if any(known.values()):
        values.append(Labelled(rows))
        supports.append(on_records(facts, "source"))
    if values:
        return Answer(tuple(values), tuple(supports))
    what = "nothing describes the scope of the data"
    return asked(what, remedies.set_profile(path))


def curation(filing: Filing) -> Answer:
    """Cleaning, normalisation and augmentation, as stated."""
    steps = {step: label for step, label in STEPS.items() if step not in UNSUITABLE}
    what = "nothing says how the data was curated"
    return _processed(filing, "describe.curation", steps, what)


UNSUITABLE = ("illegal_content", "personal_data")


def unsuitable(filing: Filing) -> Answer:
    """Measures against illegal content and unlawfully processed personal data."""
    steps = {step: STEPS[step] for step in UNSUITABLE}
    what = "nothing describes measures to detect unsuitable sources"
    return _processed(filing, "illegal_content.measures", steps, what)


def _processed(filing: Filing, path: str, steps: dict[str, str], what: str) -> Answer:
    """Return the provider's words, and the steps of these kinds on record."""
    facts = filing.facts
    values, supports = own_words(filing, path)
    rows = tuple(
        Row(f"{label}, in {number(count)} of {number(facts.records)} records", text)
        for step, label in steps.items()
        for text, count in facts.statements(f"processing.{step}").items()
    )
    if rows:
        values.append(Labelled(rows))
        supports.append(on_records(facts, "processing"))
    if values:
        return Answer(tuple(values), tuple(supports))
    return asked(what, remedies.set_profile(path))


def biases(filing: Filing) -> Answer:
    """Only the provider knows."""
    what = "nothing describes measures to detect identifiable biases"
    return told(filing, "describe.biases", what)
