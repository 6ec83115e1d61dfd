"""Section 1.3: modalities, sizes, types of content and languages of all training data."""

from collections.abc import Mapping

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    advice,
    missing,
    not_applicable,
    on_profile,
    on_records,
    on_release,
    own_words,
    with_comment,
)
from ledger.summary.document import (
    Gap,
    Labelled,
    Moment,
    Range,
    Ranges,
    Row,
    Support,
    Text,
    Value,
)
from ledger.summary.eu.answer import other_modality, ticked
from ledger.summary.eu.describe import few, size
from ledger.summary.eu.sizes import ALTERNATIVE, SCALES
from ledger.summary.eu.template import MODALITIES_1_3
from ledger.summary.facts import SIZE_MEASURE, Facts
from ledger.summary.filing import Filing
from ledger.summary.languages import EU_OFFICIAL, names, primary
from ledger.summary.wording import byte_size, counted, listed, month, number


def modality(filing: Filing) -> Answer:
    """1.3.a: the modalities in the whole training set."""
    facts = filing.facts
    if not facts.modalities:
        return _empty("1.3.a")
    note, gaps = other_modality(filing, "1.3.a", facts)
    boxes = ticked(facts.modalities, MODALITIES_1_3, note)
    return Answer((boxes,), (on_records(facts, "modality"),), gaps)


def _empty(field_id: str) -> Answer:
    what = "the training set holds no records"
    return missing(field_id, what, "ledger release create NAME --dataset DATASET")


def training_size(filing: Filing) -> Answer:
    """1.3.b: one official range per modality; for text, bytes where tokens are not counted."""
    if not filing.facts.modalities:
        return _empty("1.3.b")
    sized = [_sized(filing, name) for name in filing.facts.modalities]
    rows = tuple(row for row, _, _ in sized)
    supports = tuple(support for _, support, _ in sized)
    return Answer((Ranges(rows),), supports, tuple(gap for _, _, gap in sized if gap))


def _sized(filing: Filing, name: str) -> tuple[Range, Support, Gap | None]:
    facts = filing.facts.modality(name)
    support = on_records(facts, f"measures.{SIZE_MEASURE[name]}")
    if name == "other":
        figure = f"approximately {byte_size(facts.size('bytes').sum)}"
        what = filing.profile.text("describe.other_modality")
        return Range("Other", figure=figure, note=what), support, None
    total = facts.size(SIZE_MEASURE[name])
    options = SCALES[name].choices(total.sum, total.missing)
    figure = size(facts, name) if filing.shows_figures else ""
    if any(option.ticked for option in options):
        return Range(name.capitalize(), options, figure), support, None
    if name == "text" and (alternative := _text_in_bytes(facts)):
        support = on_records(facts, "measures.bytes")
        note = f"{ALTERNATIVE} {alternative}"
        return Range("Text", options, figure, note), support, _uncounted(name, facts, "advice")
    return (Range(name.capitalize(), options, figure), support, _uncounted(name, facts, "missing"))


def _text_in_bytes(facts: Facts) -> str:
    """Return the size of text in bytes; empty when other modalities are in the same bytes."""
    total = facts.size("bytes")
    if total.missing or any(len(group.modality) > 1 for group in facts.groups):
        return ""
    return f"approximately {byte_size(total.sum)}"


def _uncounted(name: str, facts: Facts, severity: str) -> Gap:
    measure = SIZE_MEASURE[name]
    lacking = counted(facts.size(measure).missing, "record")
    what = f"{lacking} of {number(facts.records)} with {name} do not state measures.{measure}"
    remedy = remedies.set_record(f"measures.{measure}", "N")
    return Gap("1.3.b", "missing" if severity == "missing" else "advice", what, remedy)


def content_types(filing: Filing) -> Answer:
    """1.3.c: types of content per modality, from the records and in the provider's words."""
    if not filing.facts.modalities:
        return _empty("1.3.c")
    rows: list[Row] = []
    supports: list[Support] = []
    gaps: list[Gap] = []
    for name in filing.facts.modalities:
        part, path = filing.facts.modality(name), f"content_types.{name}"
        own, recorded = filing.profile.text(path), part.statements("source.content_types")
        if own:
            supports.append(on_profile(path))
        if recorded:
            supports.append(on_records(part, "source.content_types"))
        if own or recorded:
            texts = [few(recorded, 60)] if recorded else []
            rows.append(Row(name.capitalize(), "; ".join([*([own] if own else []), *texts])))
        else:
            what = f"no record and no statement says which types of {name} content there are"
            gaps.append(Gap("1.3.c", "missing", what, remedies.set_profile(path)))
    if not rows:
        return Answer(missing("1.3.c", gaps[0].message, "").values, (), tuple(gaps))
    return Answer((Labelled(tuple(rows)),), tuple(supports), tuple(gaps))


def latest_collection(filing: Filing) -> Answer:
    """1.3.d: MM/YYYY, and whether training goes on after that."""
    facts, gaps = filing.facts, []
    values: list[Value] = []
    supports = [on_records(facts, "source.period")]
    if iso := facts.latest_month:
        values.append(Moment(iso, month(iso)))
        if undated := facts.records - facts.dated_records:
            of = f"{number(undated)} of {counted(facts.records, 'record')}"
            values.append(Text((f"Latest among the records that state one; {of} do not.",)))
            what = f"{of} do not state when their collection ended"
            remedy = remedies.set_record("source.period.end", "YYYY-MM")
            gaps.append(advice("1.3.d", what, remedy))
    else:
        remedy = remedies.set_record("source.period.end", "YYYY-MM")
        opened = missing("1.3.d", "no record states when its collection ended", remedy)
        values, supports, gaps = list(opened.values), [], list(opened.gaps)
    goes_on = filing.stated.get("continues_training")
    if goes_on is None:
        what = "nothing says whether the model is trained on new data after this date"
        remedy = remedies.set_release(filing.name, "--continues-training no")
        gaps.append(Gap("1.3.d", "missing", what, remedy))
    else:
        supports.append(on_release("release.continues_training"))
        verb = "continues to be" if goes_on else "is not"
        values.append(Text((f"The model {verb} trained on new or dynamic data after this date.",)))
    return Answer(tuple(values), tuple(supports), tuple(gaps))


def languages(filing: Filing) -> Answer:
    """1.3.e: the languages, those official in the Union first."""
    facts, path = filing.facts, "describe.languages"
    values, supports = own_words(filing, path)
    if facts.languages:
        values.append(_language_rows(facts.languages))
        supports.append(on_records(facts, "languages"))
    if values:
        return Answer(tuple(values), tuple(supports))
    if facts.modalities and not {"text", "audio", "video"} & set(facts.modalities):
        return not_applicable("Not applicable: the training set holds no text, speech or video")
    remedy = remedies.set_record("languages", "en,fr")
    return missing("1.3.e", "no record states a language", remedy)


def _language_rows(tags: Mapping[str, int]) -> Labelled:
    official = {primary(tag) for tag in tags} & set(EU_OFFICIAL)
    others = [tag for tag in tags if primary(tag) not in EU_OFFICIAL]
    absent = [EU_OFFICIAL[tag] for tag in sorted(set(EU_OFFICIAL) - official)]
    rows = [
        Row(
            f"Official languages of the European Union ({len(official)} of {len(EU_OFFICIAL)})",
            listed(sorted(EU_OFFICIAL[tag] for tag in official)) or "none recorded",
        )
    ]
    if official and absent:
        rows.append(Row("Official languages not recorded", listed(sorted(absent))))
    if others:
        rows.append(Row(f"Other languages ({len(names(others))})", listed(names(others))))
    return Labelled(tuple(rows))


def characteristics(filing: Filing) -> Answer:
    """1.3.f: national, regional or demographic characteristics, where available."""
    facts, path = filing.facts, "describe.characteristics"
    values, supports = own_words(filing, path)
    rows = []
    if places := facts.statements("source.geography"):
        rows.append(Row("Geography", few(places, 60)))
        supports.append(on_records(facts, "source.geography"))
    if said := facts.statements("source.characteristics"):
        rows.append(Row("Characteristics", " ".join(said)))
        supports.append(on_records(facts, "source.characteristics"))
    if rows:
        values.append(Labelled(tuple(rows)))
    if values:
        return Answer(tuple(values), tuple(supports))
    what = "no record states a geography or a characteristic"
    opened = Text(("Not known: no record states a geography or a demographic characteristic.",))
    gap = advice("1.3.f", what, remedies.set_profile(path))
    return Answer((opened,), (on_records(facts, "source.geography"),), (gap,))


def general_comments(filing: Filing) -> Answer:
    """1.3.g: how sizes were counted."""
    used = [
        " ".join(str(tokenizer[key]) for key in ("name", "version") if key in tokenizer)
        for group in filing.facts.groups
        if (tokenizer := group.at("tokenizer"))
    ]
    if not used:
        return with_comment(filing, "1.3.g", (), ())
    text = Text((f"Tokens are counted with {listed(sorted(set(used)))}, after pre-processing.",))
    return with_comment(filing, "1.3.g", (text,), (on_records(filing.facts, "measures.tokens"),))


ANSWERS: Mapping[str, Answerer] = {
    "1.3.a": modality,
    "1.3.b": training_size,
    "1.3.c": content_types,
    "1.3.d": latest_collection,
    "1.3.e": languages,
    "1.3.f": characteristics,
    "1.3.g": general_comments,
}
