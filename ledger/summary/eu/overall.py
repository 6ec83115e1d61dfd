"""Section 1.3: modalities, sizes, types of content and languages of all training data."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ledger.summary import remedies
from ledger.summary.answer import (
    Answer,
    Answerer,
    Piece,
    advice,
    commented,
    missing,
    not_applicable,
    on_records,
    on_release,
    on_rule,
    on_said,
    own_piece,
    own_rows,
    pieced,
    said_list,
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
)
from ledger.summary.eu.answer import OTHER_MODALITY, boxes, state
from ledger.summary.eu.charts import category_shares
from ledger.summary.eu.describe import MANY, few, most_said, size, sizes, speaking
from ledger.summary.eu.merged import merged, says
from ledger.summary.eu.sizes import ALTERNATIVE, SCALES
from ledger.summary.eu.synthetic import synthetic
from ledger.summary.eu.template import MODALITIES_1_3
from ledger.summary.facts import SIZE_MEASURE, Facts
from ledger.summary.filing import Filing
from ledger.summary.languages import EU_OFFICIAL, names, primary
from ledger.summary.wording import (
    byte_range,
    byte_size,
    counted,
    listed,
    month,
    number,
    percent,
    say,
    sentence,
)


def modality(filing: Filing) -> Answer:
    """1.3.a: the modalities in the whole training set."""
    if not filing.facts.modalities:
        return _empty("1.3.a")
    return boxes(filing, "1.3.a", filing.facts, MODALITIES_1_3)


def _empty(field_id: str) -> Answer:
    what = "the training set holds no records"
    return missing(field_id, what, "ledger release create NAME --dataset DATASET")


def training_size(filing: Filing) -> Answer:
    """1.3.b: one official range per modality; for text, bytes where tokens are not counted."""
    if not filing.facts.modalities:
        return _empty("1.3.b")
    sized = [_sized(filing, name) for name in filing.facts.modalities]
    rows = tuple(row for row, _, _ in sized)
    supports = [support for _, support, _ in sized]
    if "other" in filing.facts.modalities and filing.said(OTHER_MODALITY):
        supports.append(on_said(filing, OTHER_MODALITY))
    gaps = (*(gap for _, _, gap in sized if gap), *_for_evaluation(filing))
    return Answer((Ranges(rows),), tuple(supports), gaps)


def _for_evaluation(filing: Filing) -> Iterator[Gap]:
    """Yield a gap if records in the set are said to be for evaluation alone (R-SCOPE-1)."""
    groups = filing.facts.groups
    part = Facts(tuple(g for g in groups if list(g.fields.get("stages", ())) == ["evaluation"]))
    if part.records:
        what = f"{counted(part.records, 'record')} are for evaluation alone and count as training"
        remedy = remedies.edit_release(filing.name, "leave their datasets out of datasets:")
        yield advice("1.3.b", what, remedy)


def _sized(filing: Filing, name: str) -> tuple[Range, Support, Gap | None]:
    facts = filing.facts.modality(name)
    support = on_records(facts, f"measures.{SIZE_MEASURE[name]}")
    if name == "other":
        what = " ".join(filing.said(OTHER_MODALITY).split())
        return Range("Other", figure=_bytes(filing, facts), note=what), support, None
    total = facts.size(SIZE_MEASURE[name])
    options = SCALES[name].choices(total.sum, total.missing)
    figure = size(facts, name) if filing.shows_figures else ""
    if any(option.ticked for option in options):
        return Range(name.capitalize(), options, figure), support, None
    if name == "text" and (alternative := _text_in_bytes(filing, facts)):
        support = on_records(facts, "measures.bytes")
        note = f"{ALTERNATIVE} {alternative}"
        return Range("Text", options, figure, note), support, _uncounted(name, facts, "advice")
    return (Range(name.capitalize(), options, figure), support, _uncounted(name, facts, "missing"))


def _bytes(filing: Filing, facts: Facts) -> str:
    """Return an approximate size in bytes: between powers of ten for who shows no amounts."""
    return approximate(facts.size("bytes").sum, exact=filing.shows_figures)


def approximate(total: int, *, exact: bool) -> str:
    """Return a size in bytes in words: to three digits, or between powers of ten."""
    return f"approximately {byte_size(total)}" if exact else byte_range(total)


def _text_in_bytes(filing: Filing, facts: Facts) -> str:
    """Return the size of text in bytes; empty when other modalities are in the same bytes."""
    if facts.size("bytes").missing or any(len(group.modality) > 1 for group in facts.groups):
        return ""
    return _bytes(filing, facts)


COUNT = "ledger add PATH --manifest FILE, with a column measures.{}"
"""A measure is each file's own, so one value cannot be set for a dataset."""


def _uncounted(name: str, facts: Facts, severity: str) -> Gap:
    measure = SIZE_MEASURE[name]
    lacking = counted(facts.size(measure).missing, "record")
    unit = SCALES[name].unit
    what = f"{lacking} of {number(facts.records)} with {name} do not say how many {unit} they hold"
    remedy = "ledger add PATH --tokenizer FILE" if name == "text" else COUNT.format(measure)
    return Gap("1.3.b", "missing" if severity == "missing" else "advice", what, remedy)


def content_types(filing: Filing) -> Answer:
    """1.3.c: types of content per modality, from the records and in the provider's words."""
    if not filing.facts.modalities:
        return _empty("1.3.c")
    facts = filing.facts
    labels = {f"content_types.{name}": name.capitalize() for name in facts.modalities}
    recorded = {
        name: said
        for name in facts.modalities
        if (said := facts.modality(name).statements("source.content_types"))
    }
    told = {
        name.capitalize(): few(_besides(filing, name, said), MANY)
        for name, said in recorded.items()
    }
    pieces = merged(filing, labels, told, on_records(facts, "source.content_types"))
    gaps = tuple(
        Gap("1.3.c", "missing", f"{UNTYPED} {name} content there are", remedies.set_profile(path))
        for path, name in zip(labels, facts.modalities, strict=True)
        if not filing.said(path) and name not in recorded
    )
    if not pieces:
        return Answer(missing("1.3.c", gaps[0].message, "").values, (), gaps)
    return pieced(pieces, gaps)


def _besides(filing: Filing, name: str, said: Mapping[str, int]) -> list[str]:
    """Return the types on record that the provider's words do not name; all where that is none."""
    own = " ".join(said_list(filing, f"content_types.{name}"))
    return [one for one in said if not says(one, own)] or list(said)


UNTYPED = "no record and no statement says which types of"


def latest_collection(filing: Filing) -> Answer:
    """1.3.d: MM/YYYY, and whether training goes on after that."""
    facts, gaps = filing.facts, []
    support, pieces = (on_records(facts, "source.period"),), []
    silent = undated(facts)
    remedy = state(silent, "source.period.end", "YYYY-MM")
    if iso := facts.latest_month:
        pieces.append(Piece(Moment(iso, month(iso)), support))
        if silent.records:
            of = f"{number(silent.records)} of {counted(facts.records, 'record')}"
            do = say(silent.records, "do")
            text = Text((f"Latest among the records that state one; {of} {do} not.",))
            pieces.append(Piece(text, support))
            gaps.append(advice("1.3.d", f"{of} {do} not state when collection ended", remedy))
    else:
        opened = missing("1.3.d", "no record states when its collection ended", remedy)
        pieces.append(Piece(opened.values[0], ()))
        gaps += opened.gaps
    goes_on = filing.stated.get("continues_training")
    if goes_on is None:
        what = "nothing says whether the model is trained on new data after this date"
        remedy = remedies.set_release(filing.name, "--continues-training no")
        gaps.append(Gap("1.3.d", "missing", what, remedy))
    else:
        verb = "continues to be" if goes_on else "is not"
        text = Text((f"The model {verb} trained on new or dynamic data after this date.",))
        pieces.append(Piece(text, (on_release("release.continues_training"),)))
    return pieced(pieces, gaps)


def undated(facts: Facts) -> Facts:
    """Return the records that say neither when collection ended nor when a model made them."""
    return Facts(tuple(group for group in facts.groups if not Facts((group,)).dated_records))


def languages(filing: Filing) -> Answer:
    """1.3.e: the languages, those official in the Union first."""
    facts = filing.facts
    pieces = own_piece(filing, "describe.languages")
    speaks = speaking(facts).records
    if facts.languages:
        rows = _language_rows(facts.languages)
        pieces.append(Piece(rows, (on_records(facts, "languages"),)))
    if pieces:
        return pieced(pieces, _silent(facts) if speaks else ())
    if facts.modalities and not speaks:
        return not_applicable("Not applicable: the training set holds no text, speech or video")
    return missing(
        "1.3.e", "no record states a language", state(speaking(facts), "languages", "en,fr")
    )


def _silent(facts: Facts) -> Iterator[Gap]:
    part = speaking(facts)
    if silent := part.records - part.stating("languages"):
        of = f"{counted(silent, 'record')} of {number(part.records)} with text, audio or video"
        what = f"{of} {say(silent, 'state')} no language"
        yield advice("1.3.e", what, state(part, "languages", "en,fr"))


def _language_rows(tags: Mapping[str, int]) -> Labelled:
    official = {primary(tag) for tag in tags} & set(EU_OFFICIAL)
    others = names(tag for tag in tags if primary(tag) not in EU_OFFICIAL)
    rows = [
        Row(
            f"Official languages of the European Union ({len(official)} of {len(EU_OFFICIAL)})",
            listed(sorted(EU_OFFICIAL[tag] for tag in official)) or "None on record.",
        )
    ]
    if others:
        rows.append(Row(f"Other languages ({len(others)})", listed(others)))
    return Labelled(tuple(rows))


CHARACTERISTICS: Mapping[str, tuple[str, str]] = {
    "describe.geography": ("Geography", "source.geography"),
    "describe.demography": ("Demography", ""),
    "describe.characteristics": ("Other characteristics", "source.characteristics"),
}
"""What 1.3.f tells: the key of the provider's words, its label, and the path in records."""


def characteristics(filing: Filing) -> Answer:
    """1.3.f: national, regional or demographic characteristics, where available."""
    facts = filing.facts
    pieces = own_rows(filing, {key: label for key, (label, _) in CHARACTERISTICS.items()})
    gaps = []
    for key, (label, path) in CHARACTERISTICS.items():
        said = facts.statements(path) if path else {}
        if said:
            few_ = few(said, MANY) if path == "source.geography" else " ".join(most_said(said))
            row = Labelled((Row(label, sentence(few_)),))
            pieces.append(Piece(row, (on_records(facts, path),)))
        elif not filing.said(key):
            what = f"{label.lower()} of the data: nothing is stated"
            gaps.append(advice("1.3.f", what, remedies.set_profile(key)))
            if label != "Other characteristics":
                support = replace(on_records(facts, path or "source"), none=True)
                pieces.append(Piece(Labelled((Row(label, "Not known."),)), (support,)))
    return pieced(pieces, gaps)


def general_comments(filing: Filing) -> Answer:
    """1.3.g: how sizes were counted, and shares of the sources where the provider shows them."""
    return commented(filing, "1.3.g", [*_counting(filing), *_shares(filing)])


BYTES = (
    "A size in bytes is that of the files as they are recorded, compressed where they are "
    "compressed."
)
HOURS = "Audio and video are measured by their duration, so no sampling rate enters their size."


def _counting(filing: Filing) -> Iterator[Piece]:
    facts = filing.facts
    used = {_tokenizer(found): None for g in facts.groups if (found := g.at("tokenizer"))}
    if used:
        text = Text((f"Tokens are counted with {few(sorted(used), MANY)}, after pre-processing.",))
        yield Piece(text, (on_records(facts, "measures.tokens"),))
    rules = [BYTES] if _tells_bytes(filing) else []
    if {"audio", "video"} & set(facts.modalities):
        rules.append(HOURS)
    if rules:
        yield Piece(Text(tuple(rules)), (on_rule("how records count: docs/formats/record.md"),))


def _tells_bytes(filing: Filing) -> bool:
    """Answer whether a size in bytes stands in the document."""
    facts = filing.facts
    told = repr(training_size(filing).values) if facts.modalities else ""
    if filing.shows_figures:
        parts = [*facts.by_name.values(), synthetic(facts)]
        told += repr([sizes(part) for part in parts]) + repr(facts.corrected)
    shares = category_shares(facts) if filing.shows_shares else None
    return bool(IN_BYTES.search(told)) or bool(shares and shares[0] == "bytes")


IN_BYTES = re.compile(r"\d(?:\\xa0|\s)(?:[kMGTP]B|bytes?)\b|bytes=\d")


def _tokenizer(said: Mapping[str, str]) -> str:
    text = " ".join(str(said[key]) for key in ("name", "version") if key in said)
    return f"{text} ({said['digest']})" if "digest" in said else text


def _shares(filing: Filing) -> Iterator[Piece]:
    found = category_shares(filing.facts) if filing.shows_shares else None
    if found is None:
        return
    measure, parts = found
    support = (on_records(filing.facts, f"measures.{measure}"),)
    yield Piece(Text((f"Shares of the kinds of source in all data, by {measure}:",)), support)
    yield Piece(Labelled(tuple(Row(k, percent(v)) for k, v in parts.items())), support)


ANSWERS: Mapping[str, Answerer] = {
    "1.3.a": modality,
    "1.3.b": training_size,
    "1.3.c": content_types,
    "1.3.d": latest_collection,
    "1.3.e": languages,
    "1.3.f": characteristics,
    "1.3.g": general_comments,
}
