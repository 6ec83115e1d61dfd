"""What a reader of a file sees in each field, and where it is not what the form inside says.

Only for naming what was changed: that something was is found by the digest. A page is compared
with the page that the form gives. A page that another version of this program wrote, and a DOCX,
which needs a library to be made, are searched for each text of the form.
"""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from html.parser import HTMLParser
from typing import Final
from xml.etree import ElementTree

from ledger.errors import MalformedError
from ledger.proof import docx_slot
from ledger.proof.differences import Difference, narrowed
from ledger.summary.document import (
    Choices,
    Document,
    Domains,
    Field,
    Items,
    Labelled,
    Moment,
    NotApplicable,
    Period,
    Ranges,
    Row,
    Text,
    Unstated,
    Value,
    YesNo,
)
from ledger.summary.wording import counted, month, number

BOXES: Final = ("☐", "☒")
OUTSIDE: Final = ""
"""Stands for what belongs to no field: the head, the charts, the notes at the end."""

_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
_UNSEEN: Final = frozenset({"script", "style"})
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN: Final = "word/document.xml"
_TAG: Final = re.compile("tdl:([^:]+)")


def html_differences(page: bytes, logged: bytes) -> tuple[Difference, ...]:
    """Return in which fields a page shows another text than the page that was logged."""
    shown, expected = html_texts(page), html_texts(logged)
    names = dict.fromkeys((*expected, *shown))
    return tuple(
        narrowed(name or "outside the fields", shown.get(name, ""), expected.get(name, ""))
        for name in names
        if shown.get(name, "") != expected.get(name, "")
    )


def html_texts(page: bytes) -> dict[str, str]:
    """Return the text of each field of a page, by its id, and of all else under `OUTSIDE`."""
    return {name: _spaced(text) for name, text in _page_read(page).items()}


def _page_read(page: bytes) -> dict[str, str]:
    """Return the text of each field with a line feed at each tag."""
    reader = _Page()
    reader.feed(page.decode(errors="replace"))
    reader.close()
    return {name: "".join(parts) for name, parts in reader.texts.items()}


class _Page(HTMLParser):
    """Gathers text by the nearest element whose id is that of a field."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = [("", OUTSIDE)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; a link's target is part of what a reader gets."""
        named = dict(attrs)
        name = named.get("id") or ""
        field = name[2:] if name.startswith("f-") else self._open[-1][1]
        href = named.get("href") or ""
        if href and not href.startswith("#"):
            self._add(f" ({href}) ", field)
        self._add("\n", field)
        if tag not in _VOID:
            self._open.append((tag, field))

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest open element of this name and all in it."""
        places = [at for at, (name, _) in enumerate(self._open) if name == tag and at]
        if places:
            del self._open[places[-1] :]
        self._add("\n", self._open[-1][1])

    def handle_data(self, data: str) -> None:
        """Add text that is seen."""
        if self._open[-1][0] not in _UNSEEN:
            self._add(data.replace("\n", " "), self._open[-1][1])

    def _add(self, data: str, field: str) -> None:
        self.texts.setdefault(field, []).append(data)


def page_differences(page: bytes, form: Document) -> tuple[Difference, ...]:
    """Return which texts of the form do not stand in their field of a page; boxes left out."""
    lines = {
        name: [line for line in map(_spaced, text.split("\n")) if line]
        for name, text in _page_read(page).items()
    }
    return tuple(
        one
        for field in form.fields()
        for one in _missing(field, lines.get(field.id, []), _page_texts)
    )


def docx_differences(data: bytes, form: Document) -> tuple[Difference, ...]:
    """Return which texts of the form do not stand in their field of a DOCX."""
    try:
        lines = _docx_lines(docx_slot.read(data))
    except (MalformedError, ElementTree.ParseError):
        return ()
    return tuple(
        one for field in form.fields() for one in _missing(field, lines.get(field.id, []), texts)
    )


def _docx_lines(parts: dict[str, bytes]) -> dict[str, list[str]]:
    """Return the lines of each field, by its id."""
    main = parts.get(_MAIN, b"")
    if b"<!" in main:
        raise MalformedError(f"{_MAIN} declares entities or holds comments")
    found: dict[str, list[str]] = {}
    for control in ElementTree.fromstring(main).iter(f"{_W}sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        name = _TAG.fullmatch("" if tag is None else tag.get(f"{_W}val", ""))
        if name:
            lines = [_line(paragraph) for paragraph in control.iter(f"{_W}p")]
            found.setdefault(name[1], []).extend(lines)
    return found


def _line(paragraph: ElementTree.Element) -> str:
    parts = (
        element.text or "" if element.tag == f"{_W}t" else " "
        for element in paragraph.iter()
        if element.tag in (f"{_W}t", f"{_W}br", f"{_W}tab")
    )
    return _spaced("".join(parts))


def _missing(
    field: Field, lines: list[str], texts_of: Callable[[Value], Iterator[str]]
) -> Iterator[Difference]:
    """Yield the texts of a field that do not follow each other in its lines."""
    joined, cursor = "\n".join(lines), 0
    for text in (_spaced(text) for value in field.values for text in texts_of(value)):
        at = joined.find(text, cursor)
        if at < 0:
            # It may stand before: then another line was changed into something like it.
            others = [line for line in lines if text not in line]
            near = get_close_matches(text, others, n=1, cutoff=0.2)
            yield narrowed(field.id, near[0] if near else "", text)
        else:
            cursor = at + len(text)


def _spaced(text: str) -> str:
    """Return a text in which line feeds, tabs and spaces are one space; other spaces stay."""
    return re.sub("[ \n\t]+", " ", text).strip()


def texts(value: Value) -> Iterator[str]:
    """Yield the texts of a value that a DOCX shows as they are, in its order."""
    match value:
        case Text(paragraphs):
            yield from paragraphs
        case YesNo(answer):
            yield from (_box("Yes", answer), _box("No", not answer))
        case Choices(options, note):
            yield from (_box(one.label, one.ticked) for one in options)
            yield note
        case Ranges(rows):
            for row in rows:
                yield row.modality
                yield from (_box(one.label, one.ticked) for one in row.options)
                yield from (row.figure, row.note)
        case Labelled(rows):
            yield from _row_texts(rows)
        case Items(items, title):
            yield title
            for item in items:
                yield from (item.name, item.link, *_row_texts(item.details))
        case Moment(shown=shown):
            yield shown
        case Period(start, end):
            yield from (month(one) for one in (start, end) if one)
        case Domains(names, total, rule, digest):
            yield from (rule, f"{number(len(names))} of {counted(total, 'domain')}", digest, *names)
        case NotApplicable(reason) | Unstated(reason):
            yield reason


def _page_texts(value: Value) -> Iterator[str]:
    """Yield the texts of a value that a page shows as they are, in its order."""
    if isinstance(value, Domains):
        yield from (value.rule, *value.names, value.digest)
    else:
        yield from (text for text in texts(value) if not text.startswith(BOXES))


def _box(label: str, ticked: bool) -> str:
    return f"{BOXES[ticked]}\u00a0{label}"


def _row_texts(rows: tuple[Row, ...]) -> Iterator[str]:
    for row in rows:
        yield from (row.label.removesuffix(":"), row.text)
