"""What is checked of the training data as a whole (section 1.3)."""

import re

from ledger.summary import remedies
from ledger.summary.criteria.check import Judge, Judgement, met, missed, of_all, skipped
from ledger.summary.criteria.kinds import (
    spelt,
    tells,
    true_if_inputs_are,
)
from ledger.summary.criteria.reading import Reading
from ledger.summary.document import Range
from ledger.summary.languages import EU_OFFICIAL, names, primary


def one_range(reading: Reading, field_id: str) -> Judgement:
    """Exactly one range for each modality ticked in 1.3.a, or an approximate size."""
    rows = {row.modality: row for row in reading.ranges(field_id)}
    wanted = reading.ticked("1.3.a")
    gap = reading.gap(field_id)
    how = gap.remedy if gap else remedies.set_record("measures.tokens", "N")
    good = sum(name in rows and _is_sized(rows[name]) for name in wanted)
    if set(rows) - set(wanted):
        return missed("a size stands for a modality that is not ticked in 1.3.a")
    return of_all(good, len(wanted), "modalities have exactly one range or a size", how)


def _is_sized(row: Range) -> bool:
    marked = sum(option.ticked for option in row.options)
    return marked == 1 or (not marked and bool(row.figure or row.note))


def own_unit(reading: Reading, field_id: str) -> Judgement:
    """Where text is not sized in tokens, the unit used makes sense."""
    text = [row for row in reading.ranges(field_id) if row.modality == "Text"]
    if not text or any(option.ticked for option in text[0].options):
        return skipped("text is sized in the form's own unit")
    if not text[0].note and not text[0].figure:
        return skipped("no other unit is used")
    if re.search(r"\d\D*(?:B|MB|GB|TB|PB|bytes|words|documents)\b", text[0].note + text[0].figure):
        return met("an approximate size with its unit")
    return missed("no size and no unit for text", remedies.set_record("measures.tokens", "N"))


def other_sized(pattern: str, what: str) -> Judge:
    """Return the judge of the row for other modalities."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        rows = [row for row in reading.ranges(field_id) if row.modality == "Other"]
        if not rows:
            return skipped("there is no other modality")
        if all(re.search(pattern, f"{row.figure} {row.note}") for row in rows):
            return met(what)
        return missed(f"not: {what}", remedies.set_profile("describe.other_modality"))

    return judge


def other_true(reading: Reading, field_id: str) -> Judgement:
    """Whether sizes of other modalities are right."""
    if not any(row.modality == "Other" for row in reading.ranges(field_id)):
        return skipped("there is no other modality")
    return true_if_inputs_are(reading, field_id)


def every_modality(reading: Reading, field_id: str) -> Judgement:
    """Each modality on record is ticked."""
    wanted = {name.capitalize() for name in reading.filing.facts.modalities}
    there = {row.modality for row in reading.ranges(field_id)}
    return of_all(len(wanted & there), len(wanted), "modalities on record are sized", "")


def typed(reading: Reading, field_id: str) -> Judgement:
    """Each modality ticked has its types of content."""
    rows = {row.label for row in reading.rows(field_id) if row.text.strip()}
    wanted = reading.ticked("1.3.a")
    good = sum(name in rows for name in wanted)
    gap = reading.gap(field_id)
    how = gap.remedy if gap else remedies.set_profile("content_types")
    return of_all(good, len(wanted), "modalities have types of content", how)


def all_types(reading: Reading, field_id: str) -> Judgement:
    """No records are left whose types of content nobody states."""
    good, facts = 0, reading.filing.facts
    rows = {row.label: row.text for row in reading.rows(field_id)}
    for name in facts.modalities:
        part, said = facts.modality(name), rows.get(name.capitalize(), "")
        recorded = part.stating("source.content_types") == part.records
        shown = all(one in said for one in part.statements("source.content_types"))
        own = reading.filing.said(f"content_types.{name}")
        good += bool(said) and ((recorded and shown) or (bool(own) and own in said))
    what = "modalities have types of content for all records"
    how = remedies.set_record("source.content_types", "TYPE") + ", or content_types in the profile"
    return of_all(good, len(facts.modalities), what, how)


def every_language(reading: Reading, field_id: str) -> Judgement:
    """The languages stand there by name, each of them."""
    wanted = names(reading.filing.facts.languages)
    if not wanted:
        count = re.search(r"\d+\s+languages", reading.words(field_id))
        how = remedies.set_record("languages", "en,fr")
        return missed("a count instead of names", how) if count else met("in words")
    said = reading.words(field_id)
    good = sum(name in said for name in wanted)
    return of_all(good, len(wanted), "languages on record are named", "")


def union_languages(reading: Reading, field_id: str) -> Judgement:
    """The Union's official languages in the data are named as such."""
    there = {primary(tag) for tag in reading.filing.facts.languages} & set(EU_OFFICIAL)
    said = reading.words(field_id)
    if not re.search(r"official language", said, re.IGNORECASE) and not there:
        how = remedies.set_record("languages", "en,fr")
        return missed("nothing is said of the Union's official languages", how)
    good = sum(EU_OFFICIAL[tag] in said for tag in there)
    if not there:
        return met("says which of the Union's official languages there are")
    return of_all(good, len(there), "official languages on record are named", "")


def month_named(reading: Reading, field_id: str) -> Judgement:
    """The latest month is exact; partly when records leave it open."""
    facts = reading.filing.facts
    found = spelt(r"\d\d/\d{4}", "MM/YYYY")(reading, field_id)
    if found.verdict == "met" and facts.dated_records < facts.records:
        how = remedies.set_record("source.period.end", "YYYY-MM")
        return of_all(facts.dated_records, facts.records, "records state their month", how)
    return found


def tokenized(reading: Reading, field_id: str) -> Judgement:
    """The tokenizer behind the size of text is named."""
    if "Text" not in reading.ticked("1.3.a"):
        return skipped("there is no text")
    said = reading.words(field_id)
    if re.search(r"tokeni[sz]er|tokens are counted with", said, re.IGNORECASE):
        return met("the tokenizer is named")
    return missed("no tokenizer is named", "ledger add PATH --tokens FILE")


def sampled(reading: Reading, field_id: str) -> Judgement:
    """The sampling rate of audio or video is stated."""
    if not {"Audio", "Video"} & set(reading.ticked("1.3.a")):
        return skipped("there is no audio and no video")
    how = remedies.set_profile('comments."1.3.g"')
    return tells(r"kHz|Hz\b|frames? per second|fps|sampling", "the sampling rate", how)(
        reading, field_id
    )
