"""The form: headings, a table for each section, labels on the left and answers on the right."""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ledger.render.docx import layout
from ledger.render.docx.layout import ANSWER_WIDTH, LABEL_WIDTH
from ledger.render.docx.markup import (
    Numbers,
    bookmark,
    cell,
    control,
    paragraph,
    prose,
    row,
    runs,
    table,
)
from ledger.render.docx.script import is_rtl
from ledger.render.docx.styles import FILL
from ledger.render.docx.values import paragraphs_of
from ledger.summary.document import Document, Domains, Field, Gap, Section
from ledger.summary.furniture import KINDS, Rest, said_beside, supported
from ledger.summary.wording import counted, number, sentence

_WHOLE = 18
"""A row stays on one page if its answer has no more lines than this."""
_LINE = 80
Marks: TypeAlias = Mapping[str, tuple[str, str]]
_NUMBER = re.compile(r"(?=.{1,7}$)[A-Za-z]{0,2}[0-9]{1,3}(\.[0-9A-Za-z]{1,3}){0,3}")
"""Ids that readers know a section or field by; others are for programs only."""
_MARKUP = re.compile("<[^>]*>")


class Form:
    """Writes the sections of a document, in order."""

    def __init__(self, document: Document, numbers: Numbers, footer: str) -> None:
        self._document = document
        self._numbers = numbers
        self._footer = footer
        self.marks = _bookmarks(document)
        """The bookmark of each field, and what it is called, by its id."""

    def body(self) -> Iterator[str]:
        """Yield the markup of all sections."""
        for section in self._document.sections:
            yield from self._section(section, 1)

    def _section(self, section: Section, level: int) -> Iterator[str]:
        if section.label:
            yield prose(heading(section), f"Heading{min(level, 4)}")
        rows: list[str] = []
        for field in section.fields:
            rows.append(self._row(field))
            for value in field.values:
                if isinstance(value, Domains) and value.names:
                    yield self._table(rows, section)
                    yield from self._domains(value, field)
                    rows = []
        if rows:
            yield self._table(rows, section)
            yield paragraph("", "End")
        for part in section.sections:
            yield from self._section(part, level + 1)

    def _table(self, rows: list[str], section: Section) -> str:
        head = layout.head_row(("Field", LABEL_WIDTH), ("Answer", ANSWER_WIDTH))
        return table([head, *rows], (LABEL_WIDTH, ANSWER_WIDTH), section.label or "Version")

    def _row(self, field: Field) -> str:
        label = bookmark(self.marks[field.id][0], runs(field.label), self._numbers)
        left = paragraph(label, "Label", rtl=is_rtl(field.label))
        left += prose(field.id, "Support") if _NUMBER.fullmatch(field.id) else ""
        right = "".join((*self._answer(field), *map(_note, said_beside(field, self._document))))
        is_whole = right.count("<w:p>") + len(_MARKUP.sub("", right)) // _LINE <= _WHOLE
        cells = cell(left, LABEL_WIDTH, FILL) + cell(right, ANSWER_WIDTH)
        return row(cells, "whole" if is_whole else "long")

    def _answer(self, field: Field) -> Iterator[str]:
        """Yield the answer in content controls, and after each what it rests on."""
        for values, rests in supported(field):
            content = paragraphs_of(values, field.id, self._numbers)
            yield self._control(field, content)
            yield prose("; ".join(map(_rest, rests)) or "open", "Support")

    def _control(self, field: Field, content: str) -> str:
        return control(f"tdl:{field.id}", f"{field.id} {field.label}", content, self._numbers)

    def _domains(self, value: Domains, field: Field) -> Iterator[str]:
        """Yield the names in three columns, numbered, in a content control of the same tag."""
        shown = f"{number(len(value.names))} of {counted(value.total, 'domain')}"
        yield paragraph("", "Gap")
        yield prose(f"{_called(field)}: {shown}, the largest first", "Listing")
        yield layout.end_of_section(self._footer, columns=1)
        listed = self._numbers.next_list()
        names = "".join(prose(name, "ListNumber", numbered=listed) for name in value.names)
        yield self._control(field, names)
        yield layout.end_of_section(self._footer, columns=3)
        yield paragraph("", "Gap")


def heading(section: Section) -> str:
    """Return the label of a section after its number, which most labels bring themselves."""
    has_number = _NUMBER.fullmatch(section.id) and not section.label.startswith(section.id)
    return f"{section.id}. {section.label}" if has_number else section.label


def _rest(rest: Rest) -> str:
    return f"{rest.owner}: {rest.known}" if rest.known else rest.owner


def _note(gap: Gap) -> str:
    start = runs(f"{KINDS[gap.severity]}: ", "Strong")
    return paragraph(start + runs(sentence(gap.message)), "Open")


def _bookmarks(document: Document) -> Marks:
    """Return a name for each field that Word allows: letters, digits, `_`, at most 40."""
    return {
        field.id: (f"f{at}_{re.sub('[^A-Za-z0-9]', '_', field.id)}"[:40], _called(field))
        for at, field in enumerate(document.fields(), 1)
    }


def _called(field: Field) -> str:
    """Return the number of a field, or its label if it has none."""
    return field.id if _NUMBER.fullmatch(field.id) else field.label.removesuffix(":")
