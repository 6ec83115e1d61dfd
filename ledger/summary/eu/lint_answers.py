"""Lints of how answers are given: modalities, ranges, Yes and No, dates, blanks, languages."""

import re
from collections.abc import Iterator
from datetime import date

from ledger.summary import remedies
from ledger.summary.criteria.reading import Reading, texts
from ledger.summary.document import (
    Field,
    Gap,
    Moment,
    NotApplicable,
    Period,
    Range,
    Text,
    Unstated,
    YesNo,
)
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.sizes import SCALES
from ledger.summary.eu.template import all_fields
from ledger.summary.languages import EU_OFFICIAL
from ledger.summary.wording import listed, month

SPECS = tuple(all_fields(SECTIONS))
YES_NO_FIELDS = tuple(spec.id for spec in SPECS if spec.kind == "yes_no")
MODALITY_FIELDS = ("2.1.b", "2.2.1.b", "2.2.2.b", "2.3.g", "2.4.d", "2.5.b")
EDITED = "mend it where the form is filled in"

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
SHOWN_MONTH = re.compile(r"\b(0[1-9]|1[0-2])/((?:19|20)\d\d)\b")
SHOWN_DATE = re.compile(r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d\d")
GOES_ON = re.compile(r"continu|dynamic|after this date|new data|further train", re.IGNORECASE)
PROCESSING = re.compile(
    r"\bopt(ed)?[- ]?outs?\b|robots\.txt|\btoxic|\bPII\b|illegal content|\bCSAM\b", re.IGNORECASE
)
CUT = re.compile(r"[,(–-]$|\b(and|or|of|the|to|with|by|for|in|a|an|from|that)$", re.IGNORECASE)


def modalities(reading: Reading) -> Iterator[Gap]:
    """Yield modalities that stand in 2.x and not in 1.3, and the reverse (L1)."""
    overall = set(reading.ticked("1.3.a"))
    used: set[str] = set()
    for field_id in MODALITY_FIELDS:
        ticked = set(reading.ticked(field_id))
        used |= ticked
        if overall and (extra := sorted(ticked - overall)):
            what = f"{listed(extra)} ticked here and not in 1.3.a"
            yield Gap(field_id, "contradiction", what, EDITED)
    # Section 2.6 has no boxes: a modality may come from there alone.
    if used and reading.answer("2.6.a") is False and (extra := sorted(overall - used)):
        what = f"{listed(extra)} ticked here and in no section of 2"
        yield Gap("1.3.a", "contradiction", what, EDITED)


def ranges(reading: Reading) -> Iterator[Gap]:
    """Yield modalities without exactly one official range in their own unit (L2)."""
    rows = {row.modality: row for row in reading.ranges("1.3.b")}
    remedy = remedies.set_record("measures.tokens", "N")
    for name in reading.ticked("1.3.a"):
        scale = SCALES.get(name.lower())
        row = rows.get(name)
        if scale is not None and (what := _range(row, {*scale.official, *scale.shown})):
            yield Gap("1.3.b", "missing", f"{name}: {what}", remedy)


def _range(row: Range | None, official: set[str]) -> str:
    if row is None:
        return "no size"
    ticked = [box.label for box in row.options if box.ticked]
    if any(label not in official for label in ticked):
        return f"“{ticked[0]}” is no range of this modality"
    if len(ticked) > 1:
        return "more than one range is ticked"
    if not ticked and row.modality != "Text":
        own = "own figures instead of a ticked range" if row.figure or row.note else "no range"
        return f"{own}; an alternative unit is offered for text only"
    if not ticked and not row.note:
        return "no range is ticked, and no size in another unit stands beside it"
    return ""


def third_answers(reading: Reading) -> Iterator[Gap]:
    """Yield questions whose answer is neither Yes nor No (L3)."""
    for field_id in YES_NO_FIELDS:
        field = reading.fields.get(field_id)
        if field is None or not field.values or reading.answer(field_id) is not None:
            continue
        if any(isinstance(value, Unstated) for value in field.values):
            continue  # open, and listed as a gap
        said = " ".join(text for value in field.values for text in texts(value)).strip()
        what = f"“{said[:60] or 'not applicable'}” is no answer: Yes or No"
        yield Gap(field_id, "missing", what, EDITED)


def latest_date(reading: Reading) -> Iterator[Gap]:
    """Yield that 1.3.d is before a date of collection in section 2 (L6)."""
    stated = [moment.iso[:7] for moment in reading.values("1.3.d", Moment)]
    if not stated or not MONTH.fullmatch(stated[0]):
        return
    found = [(reading.filing.facts.latest_month, "a record")]
    for spec in SPECS:
        # Of a section, not of its comments, which may speak of anything.
        if spec.id.startswith("2.") and spec.rule.need != "optional":
            words = reading.words(spec.id)
            found += [(f"{y}-{m}", spec.id) for m, y in SHOWN_MONTH.findall(words)]
    newest, where = max(found)
    if newest > stated[0]:
        what = f"{month(stated[0])} is before {month(newest)}, which {where} gives"
        yield Gap("1.3.d", "contradiction", what, EDITED)


def blanks(reading: Reading) -> Iterator[Gap]:
    """Yield fields with nothing in them (L9)."""
    for spec in SPECS:
        field = reading.fields.get(spec.id)
        if field is None or _is_blank(field):
            what = "left blank: write “not applicable”, “not known” or “none”"
            yield Gap(spec.id, "missing", what, EDITED)


def _is_blank(field: Field) -> bool:
    return not any(
        isinstance(value, (YesNo, NotApplicable, Unstated))
        or any(text.strip() for text in texts(value))
        for value in field.values
    )


def date_formats(reading: Reading) -> Iterator[Gap]:
    """Yield dates in other formats than the form prescribes (L11)."""
    yield from _format(reading, "0.b", "DD/MM/YY", SHOWN_DATE)
    yield from _format(reading, "1.3.d", "MM/YYYY", SHOWN_MONTH)
    for period in reading.values("2.3.e", Period):
        if wrong := [end for end in (period.start, period.end) if end and not MONTH.fullmatch(end)]:
            what = f"“{wrong[0][:40]}” is no month as MM/YYYY"
            yield Gap("2.3.e", "missing", what, EDITED)


def _format(reading: Reading, field_id: str, name: str, form: "re.Pattern[str]") -> Iterator[Gap]:
    if reading.is_empty(field_id) or reading.values(field_id, Unstated):
        return  # open in part: the date is not there to be judged
    shown = [one.shown for one in reading.values(field_id, Moment)] or [reading.words(field_id)]
    isos = [one.iso for one in reading.values(field_id, Moment)]
    if not form.fullmatch(shown[0].strip()) or not all(map(_is_date, isos)):
        what = f"“{shown[0].strip()[:40]}” is not {name}"
        yield Gap(field_id, "missing", what, EDITED)


def _is_date(iso: str) -> bool:
    try:
        date.fromisoformat(iso if len(iso) > 7 else f"{iso}-01")
    except ValueError:
        return False
    return True


def languages(reading: Reading) -> Iterator[Gap]:
    """Yield that no language of the Union is named though there is text, speech or video (L13)."""
    if not {"Text", "Audio", "Video"} & set(reading.ticked("1.3.a")):
        return
    words = reading.words("1.3.e")
    named = [name for name in EU_OFFICIAL.values() if re.search(rf"\b{name}\b", words)]
    if words and not named:
        what = "no official language of the Union is named; a number of languages is no list"
        remedy = remedies.set_record("languages", "en,fr")
        yield Gap("1.3.e", "advice", what, remedy)


def continuation(reading: Reading) -> Iterator[Gap]:
    """Yield that 1.3.d does not say whether training goes on (L14)."""
    if not GOES_ON.search("\n".join(_prose(reading, "1.3.d"))):
        what = "nothing says whether the model goes on training on new or dynamic data"
        remedy = remedies.set_release(reading.filing.name, "--continues-training no")
        yield Gap("1.3.d", "missing", what, remedy)


def processing_in_general(reading: Reading) -> Iterator[Gap]:
    """Yield descriptions of processing under 1.3, which section 3 asks for (L15)."""
    for field_id in ("1.3.f", "1.3.g"):
        if found := PROCESSING.search(reading.words(field_id)):
            what = f"“{found[0]}” belongs in 3.1 or 3.2; a reader looks for it there"
            remedy = remedies.set_profile("rights_reservations.measures, illegal_content.measures")
            yield Gap(field_id, "advice", what, remedy)


def cut_off(reading: Reading) -> Iterator[Gap]:
    """Yield texts that end in the middle of a sentence (L19)."""
    for spec in SPECS:
        for text in _prose(reading, spec.id):
            end = text.rstrip()
            if len(end) > 20 and CUT.search(end):
                yield Gap(spec.id, "advice", f"the text ends with “{end[-30:]}”", EDITED)


def _prose(reading: Reading, field_id: str) -> list[str]:
    """Return the running texts of a field; names and rows are none."""
    return [text for value in reading.values(field_id, Text) for text in value.paragraphs]
