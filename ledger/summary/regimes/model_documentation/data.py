"""The section on data: what it is, where it is from, how much there is, what was done with it."""

from collections.abc import Iterator, Mapping

from ledger.summary import remedies
from ledger.summary.answer import Answer, asked, on_profile, on_records, on_said, pieced, told
from ledger.summary.document import Choice, Choices, Gap, Labelled, Row, Text, Value
from ledger.summary.eu.answer import other_modality
from ledger.summary.eu.describe import few
from ledger.summary.eu.merged import merged
from ledger.summary.eu.synthetic import makers, synthetic
from ledger.summary.facts import Facts, Group
from ledger.summary.filing import Filing
from ledger.summary.form import joined, rested, worded
from ledger.summary.kinds import KINDS, by_kind, collected
from ledger.summary.languages import names
from ledger.summary.regimes.model_documentation.figures import figures
from ledger.summary.steps import STEPS
from ledger.summary.wording import NOT_KNOWN, counted, listed, modality_word, number, period

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
        return asked("no record states a modality", remedies.correct_record("modality", "text", ()))
    note, gaps = other_modality(filing, "", facts)
    boxes = Choices(tuple(Choice(t, m in facts.modalities) for m, t in TYPES.items()), note)
    return Answer((boxes,), (on_records(facts, "modality"),), gaps)


def provenance(filing: Filing) -> Answer:
    """Kinds of source: ticked by records, left empty on the provider's word alone.

    A box that nobody answered is not shown empty: it is named as open.
    """
    options: list[Choice] = []
    said: dict[str, bool] = {}
    open_: dict[str, list[str]] = {}
    gaps: list[Gap] = []
    for label, categories in PROVENANCE.items():
        part = _part(filing.facts, categories)
        answers = {f"confirm.{one}": filing.profile.answer(f"confirm.{one}") for one in categories}
        stated = {path: answer for path, answer in answers.items() if answer is not None}
        if not part.records and len(stated) < len(answers):
            open_[label] = [path for path in answers if path not in stated]
            continue
        options.append(Choice(label, bool(part.records) or True in stated.values()))
        said |= stated
        gaps += _contradictions(label, part, stated)
    boxes: tuple[Value, ...] = (Choices(tuple(options)),) if options else ()
    supports = (on_records(filing.facts, "source.category"), *map(on_profile, said))
    return joined([Answer(boxes, supports, tuple(gaps)), _unanswered(open_)])


def _part(facts: Facts, categories: tuple[str, ...]) -> Facts:
    return synthetic(facts) if categories == ("synthetic",) else facts.category(*categories)


def _unanswered(open_: Mapping[str, list[str]]) -> Answer:
    if not open_:
        return Answer(())
    paths = listed(f"{path}: no" for paths in open_.values() for path in paths)
    what = f"no record and no statement on: {'; '.join(open_)}"
    return asked(what, remedies.set_profile(paths))


def _contradictions(label: str, part: Facts, said: Mapping[str, bool]) -> Iterator[Gap]:
    for path, answer in said.items():
        category = path.removeprefix("confirm.")
        held = part if category == "synthetic" else part.category(category)
        if answer is False and held.records:
            what = f"the profile says no, but {counted(held.records, 'record')} are: {label}"
            yield Gap("", "contradiction", what, remedies.set_profile(f"{path}: yes"))
        if answer is True and not held.records:
            what = f"the profile says yes, but no record is: {label}"
            yield Gap("", "contradiction", what, remedies.set_record("source.category", category))


def how_obtained(filing: Filing) -> Answer:
    """How each kind of source was had and selected, and which models made synthetic data."""
    facts, path = filing.facts, "describe.selection"
    rows = tuple(_obtained(facts))
    parts = [worded(filing, path)]
    if rows:
        parts.append(rested(on_records(facts, "source"), Labelled(rows)))
    if not filing.said(path) and not facts.stating("source.selection"):
        parts.append(asked("nothing says how data was selected", remedies.set_profile(path)))
    return joined(parts)


def _obtained(facts: Facts) -> Iterator[Row]:
    for kind, part in by_kind(facts).items():
        how = "made" if kind == "synthetic" else "collected"
        had = [counted(len(part.by_name), "dataset"), f"{how} {period(*collected(part))}"]
        had += [text.strip().removesuffix(".") for text in part.statements("source.selection")]
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
    return joined(_numbers(filing, purpose, part) for purpose, part in parts.items())


def _numbers(filing: Filing, purpose: str, part: Facts) -> Answer:
    path = f"describe.{purpose.lower()}_data"
    words = filing.said(path) if purpose != "Training" else ""
    parts = []
    if part.records:
        rows, gaps = figures(purpose, part)
        parts.append(Answer((Labelled(rows),), (on_records(part, "measures"),), tuple(gaps)))
    if words:
        parts.append(rested(on_said(filing, path), Text((f"{purpose}: {words}",))))
    return joined(parts) if parts else _unnumbered(purpose, path)


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
    known = {
        "Modalities": listed(map(modality_word, facts.modalities)),
        "Types of content": few(facts.statements("source.content_types")),
        "Languages": few(names(facts.languages), 30),
        "Geography": few(facts.statements("source.geography"), 30),
    }
    if not any(known.values()) and not any(filing.said(key) for key in SCOPE):
        return told(filing, path, "nothing describes the scope of the data")
    recorded = {label: text or NOT_KNOWN for label, text in known.items()}
    rows = merged(filing, SCOPE, recorded, on_records(facts, "source"))
    return joined([worded(filing, path), pieced(rows)])


SCOPE = {"describe.languages": "Languages", "describe.geography": "Geography"}
"""What the provider may say of the scope itself: the key, and the label of its row."""


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


def _processed(filing: Filing, path: str, steps: Mapping[str, str], what: str) -> Answer:
    """Return the provider's words, and the steps of these kinds on record."""
    facts = filing.facts
    rows = tuple(
        Row(f"{label}, in {number(count)} of {number(facts.records)} records", text)
        for step, label in steps.items()
        for text, count in facts.statements(f"processing.{step}").items()
    )
    if not rows:
        return told(filing, path, what)
    return joined([worded(filing, path), rested(on_records(facts, "processing"), Labelled(rows))])


def biases(filing: Filing) -> Answer:
    """Only the provider knows."""
    what = "nothing describes measures to detect identifiable biases"
    return told(filing, "describe.biases", what)
