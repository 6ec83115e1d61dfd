"""A filled form as a grader reads it: the words, links, boxes and names of each field."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from ledger.summary.document import (
    Choices,
    Document,
    Domains,
    Field,
    Gap,
    Item,
    Items,
    Labelled,
    Moment,
    NotApplicable,
    Period,
    Range,
    Ranges,
    Row,
    Text,
    Unstated,
    Value,
    YesNo,
)
from ledger.summary.filing import Filing
from ledger.summary.wording import period

V = TypeVar("V")

OPEN = (Unstated, NotApplicable)

MONTH = re.compile(r"\d{4}-\d\d")

COMMENTS: Mapping[str, tuple[str, ...]] = {
    "1.3.g": (),
    "2.1.e": ("2.1.a",),
    "2.2.2.e": ("2.2.2.a",),
    "2.3.i": ("2.3.a",),
    "2.4.e": ("2.4.a", "2.4.b"),
    "2.5.e": ("2.5.a",),
    "2.6.c": ("2.6.a",),
    "3.1.c": (),
    "3.3.a": (),
}
"""The optional fields, and the questions of which one must be a Yes before they make sense."""


@dataclass(frozen=True)
class Reading:
    """A document with what it was filled from."""

    document: Document
    filing: Filing

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The fields of the form by id."""
        return {field.id: field for field in self.document.fields()}

    def values(self, field_id: str, kind: type[V]) -> tuple[V, ...]:
        """Return the values of one type in a field; none when the form lacks the field."""
        field = self.fields.get(field_id)
        return tuple(one for one in field.values if isinstance(one, kind)) if field else ()

    def answer(self, field_id: str) -> bool | None:
        """Return the Yes or No of a field, None when it holds neither."""
        said = self.values(field_id, YesNo)
        return said[0].answer if said else None

    def items(self, field_id: str) -> tuple[Item, ...]:
        """Return the named things of a field, over all its lists."""
        return tuple(item for one in self.values(field_id, Items) for item in one.items)

    def rows(self, field_id: str) -> tuple[Row, ...]:
        """Return the labelled texts of a field."""
        return tuple(row for one in self.values(field_id, Labelled) for row in one.rows)

    def ranges(self, field_id: str) -> tuple[Range, ...]:
        """Return the sizes of a field, a row for each modality."""
        return tuple(row for one in self.values(field_id, Ranges) for row in one.rows)

    def ticked(self, field_id: str) -> tuple[str, ...]:
        """Return the labels of the boxes that are ticked in a field."""
        boxes = (box for one in self.values(field_id, Choices) for box in one.options)
        return tuple(box.label for box in boxes if box.ticked)

    def words(self, field_id: str) -> str:
        """Return all that a field says, a line for each text; nothing for an open field."""
        field = self.fields.get(field_id)
        return "\n".join(text for one in field.values for text in texts(one)) if field else ""

    def links(self, field_id: str) -> tuple[str, ...]:
        """Return the links of the named things in a field."""
        return tuple(item.link for item in self.items(field_id) if item.link)

    def is_empty(self, field_id: str) -> bool:
        """Answer whether a field says nothing: open, or left out as optional."""
        field = self.fields.get(field_id)
        return field is None or all(isinstance(one, OPEN) for one in field.values)

    def gap(self, field_id: str) -> Gap | None:
        """Return the first gap of a field that is more than advice, else the first."""
        gaps = [gap for gap in self.document.gaps if gap.field == field_id]
        return next((gap for gap in gaps if gap.severity != "advice"), gaps[0] if gaps else None)

    def contradictions(self, prefix: str) -> tuple[Gap, ...]:
        """Return the contradictions in the fields of a section, or in one field."""
        return tuple(
            gap
            for gap in self.document.gaps
            if gap.severity == "contradiction" and is_within(gap.field, prefix)
        )


def is_within(field_id: str, section: str) -> bool:
    """Answer whether a field stands in a section: `2.2.1.a` in `2.2`, and all in the empty one."""
    return section in ("", field_id) or field_id.startswith(f"{section}.")


def texts(value: Value) -> Iterator[str]:
    """Yield what a value says in words, links apart; nothing for an open one."""
    match value:
        case Text(paragraphs):
            yield from paragraphs
        case Choices(options, note):
            yield from (box.label for box in options if box.ticked)
            yield note
        case Ranges(ranges):
            for one in ranges:
                yield " ".join((one.modality, one.figure, one.note))
        case Labelled(rows):
            yield from (f"{row.label}: {row.text}" for row in rows)
        case Items(items, title):
            yield title
            for item in items:
                yield item.name
                yield from (f"{row.label}: {row.text}" for row in item.details)
        case Moment(_, shown):
            yield shown
        case Period(start, end):
            months = all(MONTH.fullmatch(one) for one in (start, end) if one)
            yield period(start, end) if months else f"{start} to {end}"
        case Domains(names, _, rule):
            yield rule
            yield from names
        case YesNo(answer):
            yield "Yes" if answer else "No"
        case _:
            return
