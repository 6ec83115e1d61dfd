"""Answers that several fields of the EU form have in common: Yes or No, and modalities."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    missing,
    on_profile,
    on_records,
    on_said,
)
from ledger.summary.document import Choice, Choices, Gap, YesNo
from ledger.summary.eu.template import MODALITIES
from ledger.summary.facts import Facts, Group
from ledger.summary.filing import Filing
from ledger.summary.wording import counted


def source_answer(field_id: str, category: str) -> Answerer:
    """Return the answerer of a question "have you used data of this kind?".

    Yes rests on records. No is only said when the provider confirms it: a ledger without a record
    of a kind does not show that there was none (design, decision 10).
    """
    path = f"confirm.{category}"

    def answer(filing: Filing) -> Answer:
        part = filing.facts.category(category)
        return answered(filing, field_id, part, path, f"of {KIND_WORDS[category]}")

    return answer


KIND_WORDS: Mapping[str, str] = {
    "public_dataset": "publicly available datasets",
    "private_licensed": "data licensed by rightsholders",
    "private_third_party": "private datasets of other third parties",
    "crawled": "data crawled by the provider or for it",
    "user_data_model": "data of users of the model",
    "user_data_other_service": "data of users of other services",
    "synthetic": "synthetic data",
    "other": "other sources",
}
"""Categories of record as they are called in a sentence."""


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
        return boxes(filing, field_id, part(filing.facts), MODALITIES)

    return answer


def boxes(filing: Filing, field_id: str, facts: Facts, options: tuple[str, ...]) -> Answer:
    """Return which modalities a part of the facts holds, and what "Other" stands for."""
    if not facts.modalities:
        remedy = remedies.set_record("modality", "text")
        return missing(field_id, "no record of such data says its modality", remedy)
    note, gaps = other_modality(filing, field_id, facts)
    supports = [on_records(facts, "modality")]
    if note:
        supports.append(on_said(filing, OTHER_MODALITY))
    return Answer((ticked(facts.modalities, options, note),), tuple(supports), gaps)


OTHER_MODALITY = "describe.other_modality"


def other_modality(filing: Filing, field_id: str, facts: Facts) -> tuple[str, tuple[Gap, ...]]:
    """Return what the box "Other" stands for, and the gap when it is ticked but not explained."""
    if "other" not in facts.modalities:
        return "", ()
    if text := filing.said(OTHER_MODALITY):
        return " ".join(text.split()), ()
    what = 'the box "Other" is ticked and nothing says what it stands for'
    return "", (Gap(field_id, "missing", what, remedies.set_profile(OTHER_MODALITY)),)


def by_category(*names: str) -> Callable[[Facts], Facts]:
    """Return the choice of a part of the facts by source."""
    return lambda facts: facts.category(*names)


NAMELESS = frozenset({"private_licensed", "private_third_party"})
"""Categories whose datasets are not named unless the public knows of them."""


def state(facts: Facts, path: str, example: str, *, stated: bool = False) -> str:
    """Return how to state what records of this part of the facts lack, or have `stated` wrongly.

    A later `ledger add` would not change what is recorded, so that is corrected; the datasets are
    named in the command where a public document may name them.
    """
    if not facts.records:
        return remedies.set_record(path, example)
    lacking = [group for group in facts.groups if stated or not group.states(path)]
    named = all(map(_may_be_named, lacking))
    names = {str(group.at("dataset.name") or "") for group in lacking} if named else set()
    return remedies.correct_record(path, example, sorted(filter(None, names)))


def _may_be_named(group: Group) -> bool:
    known = group.source.get("publicly_known") is True
    return group.source.get("category") not in NAMELESS or known
