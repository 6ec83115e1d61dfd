"""The kinds of evaluator that most checks are made of: is it answered, listed, linked, stated.

Each function returns a judge. Before a judge is asked about a field of the form, `assess` has seen
to it that the field applies and is not wholly open (`gate`), so a judge may look at the words.
"""

import re
from collections.abc import Callable, Collection

from ledger.summary import remedies
from ledger.summary.criteria.check import (
    Judge,
    Judgement,
    met,
    missed,
    of_all,
    partly,
    skipped,
)
from ledger.summary.criteria.reading import COMMENTS, Reading
from ledger.summary.document import Item, Moment, Row
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.template import all_fields
from ledger.summary.profile import is_link
from ledger.summary.wording import listed

NO_COMMENT = "confirm.no_other_comments"

UNKNOWN = re.compile(r"\bnot known\b", re.IGNORECASE)


def gate(reading: Reading, field_id: str) -> Judgement | None:
    """Return the verdict that the state of a field decides alone; None when a judge must look.

    A field that the form does not ask for is left out; one that is asked for and open is missed.
    """
    field = reading.fields.get(field_id)
    if field is None:
        return None
    if field_id in COMMENTS:
        asking = COMMENTS[field_id]
        if asking and all(reading.answer(one) is False for one in asking):
            return skipped(f"{listed(asking)} {'is' if len(asking) == 1 else 'are'} No")
        return None
    if not reading.is_empty(field_id):
        return None
    kinds = {type(value).__name__ for value in field.values}
    if kinds == {"NotApplicable"}:
        return skipped("the form does not ask for this here")
    return missed("the form asks for this, and it is open", _remedy(reading, field_id))


def answered(reading: Reading, field_id: str) -> Judgement:
    """The question has a Yes or a No."""
    said = reading.answer(field_id)
    if said is None:
        return missed("neither Yes nor No")
    return met("Yes" if said else "No")


def true_if_inputs_are(reading: Reading, field_id: str) -> Judgement:
    """Whether an answer is true depends on the records and statements it was made from.

    What contradicts itself inside one document is false on its face, whoever is right.
    """
    if reading.is_empty(field_id):
        return skipped("nothing is said here that could be wrong")
    if against := reading.contradictions(field_id):
        return missed(f"contradicts itself: {against[0].message}", against[0].remedy)
    return Judgement("depends on truth", "holds when the records and statements are true")


def hosted(what: str) -> Judge:
    """Return the judge of what depends on where and how the document is published."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        return Judgement("depends on host", what)

    return judge


def linked_right(reading: Reading, field_id: str) -> Judgement:
    """Whether links lead to the right place is seen only by following them."""
    if reading.links(field_id):
        return Judgement("depends on host", "seen only by following the links")
    return skipped("there is no link to follow")


def consistent(reading: Reading, section: str) -> Judgement:
    """No field of a section contradicts the rest."""
    if against := reading.contradictions(section):
        return missed(against[0].message, against[0].remedy)
    return met("no field contradicts another, the records or the profile")


def boxes(reading: Reading, field_id: str) -> Judgement:
    """At least one box is ticked, and "Other" is explained."""
    ticked = reading.ticked(field_id)
    if not ticked:
        return missed("no box is ticked", _remedy(reading, field_id))
    if "Other" in ticked and not any(
        text.strip() for text in reading.words(field_id).split("\n")[len(ticked) :]
    ):
        how = remedies.set_profile("describe.other_modality")
        return partly('"Other" is ticked and not explained', how)
    return met(f"ticked: {listed(ticked)}")


def spelt(pattern: str, format_: str) -> Judge:
    """Return the judge of a date's spelling."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        shown = [moment.shown for moment in reading.values(field_id, Moment)]
        if shown and all(re.fullmatch(pattern, one) for one in shown):
            return met(f"{listed(shown)}, as {format_}")
        return missed(f"not a date as {format_}", _remedy(reading, field_id))

    return judge


def tells(pattern: str, what: str, remedy: str = "") -> Judge:
    """Return the judge of whether a field speaks about something, by words that tell it."""
    regex = re.compile(pattern, re.IGNORECASE)

    def judge(reading: Reading, field_id: str) -> Judgement:
        if regex.search(reading.words(field_id)):
            return met(f"says {what}")
        return missed(f"does not say {what}", remedy or _remedy(reading, field_id))

    return judge


def states(label: str, *paths: str, remedy: str, unknown_will_do: bool = False) -> Judge:
    """Return the judge of whether a field states something, in a row or in the provider's words.

    Args:
        label: Pattern of the row's label.
        paths: Keys of the profile or the release file that state the same, shown in the field.
        remedy: What would state it.
        unknown_will_do: The form accepts an explicit "not known" here.
    """
    regex = re.compile(label, re.IGNORECASE)

    def judge(reading: Reading, field_id: str) -> Judgement:
        rows = [row.text for row in _all_rows(reading, field_id) if regex.search(row.label)]
        if any(row.strip() and not UNKNOWN.search(row) for row in rows):
            return met("stated")
        if any(is_shown(reading, field_id, path) for path in paths):
            return met("stated in the provider's words")
        if rows and unknown_will_do:
            return met("stated as not known, which the form accepts")
        if any(not UNKNOWN.fullmatch(row.strip(" .")) for row in rows):
            return partly("stated for a part of the records", remedy)
        return missed("stated as not known" if rows else "not stated", remedy)

    return judge


def _all_rows(reading: Reading, field_id: str) -> list[Row]:
    details = [row for item in reading.items(field_id) for row in item.details]
    return [*reading.rows(field_id), *details]


def is_shown(reading: Reading, field_id: str, path: str) -> bool:
    """Answer whether the provider's words at a path stand in a field."""
    said = reading.filing.said(path) or "".join(reading.filing.profile.texts(path)[:1])
    start = " ".join(said.split("\n\n")[0].split())
    return bool(start) and start in reading.words(field_id)


def adds(*paths: str, remedy: str) -> Judge:
    """Return the judge of "other relevant facts": what the provider adds in its own words.

    A provider that confirms to have nothing to add is not asked for more.
    """

    def judge(reading: Reading, field_id: str) -> Judgement:
        if any(is_shown(reading, field_id, path) for path in paths):
            return met("the provider adds something in its own words")
        if field_id in COMMENTS and reading.filing.profile.answer(NO_COMMENT):
            return skipped("the provider confirms that there is nothing further to add")
        return missed("nothing is added to what the form and the records give", remedy)

    return judge


def commented(field_id: str) -> Judge:
    """Return the judge of an optional field's own words."""
    path, key = f"comments.{field_id}", f'comments."{field_id}"'
    how = f"{remedies.set_profile(key)}, or {NO_COMMENT}: yes"
    return adds(path, remedy=how)


Expected = Callable[[Reading], Collection[str]]
"""The names that records and statements say must be listed."""


def lists_all(expected: Expected, what: str, remedy: str) -> Judge:
    """Return the judge of a list that must leave nothing out."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        wanted = set(expected(reading))
        if not wanted:
            return skipped(f"the records name no {what}")
        there = {item.name for item in reading.items(field_id)}
        return of_all(len(wanted & there), len(wanted), f"{what} on record are listed", remedy)

    return judge


def lists_only(expected: Expected, what: str, remedy: str = "") -> Judge:
    """Return the judge of a list that must hold nothing else."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        wanted = set(expected(reading))
        named = [item.name for item in reading.items(field_id)]
        if not named:
            return missed("nothing is listed", _remedy(reading, field_id))
        good = sum(name in wanted for name in named)
        return of_all(good, len(named), f"names listed are {what}", remedy)

    return judge


def each(is_good: Callable[[Item], bool], what: str, remedy: str) -> Judge:
    """Return the judge of something that each named thing in a list must have."""

    def judge(reading: Reading, field_id: str) -> Judgement:
        items = reading.items(field_id)
        if not items:
            return missed("nothing is listed", _remedy(reading, field_id) or remedy)
        return of_all(sum(map(is_good, items)), len(items), f"entries {what}", remedy)

    return judge


def has_link(item: Item) -> bool:
    """Answer whether a named thing has a web address."""
    return is_link(item.link)


def has_detail(label: str) -> Callable[[Item], bool]:
    """Return the question whether a named thing has a detail of this label that says something."""
    regex = re.compile(label, re.IGNORECASE)

    def is_there(item: Item) -> bool:
        return any(
            regex.search(row.label) and row.text.strip() and not UNKNOWN.fullmatch(row.text)
            for row in item.details
        )

    return is_there


def _remedy(reading: Reading, field_id: str) -> str:
    asking = [
        one for spec in all_fields(SECTIONS) if spec.id == field_id for one in spec.rule.fields
    ]
    unanswered = [one for one in asking if reading.answer(one) is None]
    # What hangs on a Yes is closed by that Yes or No first.
    gaps = [gap for one in (*unanswered, field_id) if (gap := reading.gap(one))]
    return gaps[0].remedy if gaps else ""
