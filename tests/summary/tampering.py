"""One character changed in each visible figure of a document, format by format."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from typing import Any

from ledger.proof import docx_slot
from ledger.record.canonical import decode, encode
from ledger.summary.document import Document
from ledger.summary.document_json import from_json, to_json

MAIN = "word/document.xml"


@dataclass(frozen=True)
class Change:
    """A changed file, where it was changed, and whether a figure is what was changed."""

    field: str
    """Id of the field, `records`, or `chart` and its id; empty outside of all of them."""
    place: str
    make: Callable[[], bytes]
    """Makes the file: there are thousands, and a test takes some."""
    is_named: bool
    """Whether the verdict must name the place."""


def other(digit: str) -> str:
    """Return another digit."""
    return str((int(digit) + 1) % 10)


def digits(text: str) -> Iterator[int]:
    """Yield where digits stand."""
    yield from (found.start() for found in re.finditer("[0-9]", text))


def html_changes(page: bytes) -> Iterator[Change]:
    """Yield the page with each digit that a reader sees changed once."""
    text = page.decode()
    for start, length, field in _seen(text):
        for at in digits(text[start : start + length]):
            here = start + at
            make = partial(_page_with, text, here)
            yield Change(field, text[here - 20 : here + 20], make, bool(field))


def _page_with(text: str, at: int) -> bytes:
    return _with_other(text, at).encode()


def _with_other(text: str, at: int) -> str:
    return text[:at] + other(text[at]) + text[at + 1 :]


def _seen(page: str) -> list[tuple[int, int, str]]:
    """Return where texts stand that a reader sees, and in which field."""
    reader = _Reader(page)
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, int, str]] = []
        self._lines = [0]
        for line in page.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id") or ""
        inside = self._open[-1][1] if self._open else ""
        if tag not in ("meta", "br", "link"):
            self._open.append((tag, name[2:] if name.startswith("f-") else inside))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "body" in tags and not {"script", "style"} & set(tags):
            line, column = self.getpos()
            self.found.append((self._lines[line - 1] + column, len(data), self._open[-1][1]))


_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:sdt>|</w:sdt>|<w:tag w:val=\"tdl:([^\":]*)")


def docx_changes(data: bytes) -> Iterator[Change]:
    """Yield the DOCX with each digit of its main text changed once, packed again as we pack."""
    parts = docx_slot.read(data)
    text = parts[MAIN].decode()
    within: list[str] = []
    for found in _TEXT.finditer(text):
        if found[0] == "<w:sdt>":
            within.append("")
        elif found[0] == "</w:sdt>":
            within.pop()
        elif found[1] is None:
            within[-1] = found[2]
        else:
            field = next((name for name in reversed(within) if name), "")
            for at in digits(found[1]):
                make = partial(_docx_with, parts, text, found.start(1) + at)
                yield Change(field, f"{found[1][:40]} [{at}]", make, bool(field))


def _docx_with(parts: dict[str, bytes], text: str, at: int) -> bytes:
    return docx_slot.write({**parts, MAIN: _with_other(text, at).encode()})


@dataclass(frozen=True)
class FormChange:
    """A form in which one digit was changed; `is_named` if figures say what is right."""

    field: str
    place: str
    is_named: bool
    make: Callable[[], Document]


def form_changes(document: Document) -> Iterator[FormChange]:
    """Yield the form with each digit of each answer, chart and number of records changed once."""
    form = to_json(document)
    for field, path, leaf in _leaves(form):
        text = str(leaf)
        for at in digits(text):
            changed = _with_other(text, at)
            if isinstance(leaf, int) and str(int(changed)) != changed:
                continue
            make = partial(
                _form_with, form, path, int(changed) if isinstance(leaf, int) else changed
            )
            place = f"{'.'.join(map(str, path[-3:]))}: {text[:40]} [{at}]"
            yield FormChange(field, place, is_figure(field, path, text), make)


def _form_with(form: dict[str, Any], path: tuple[Any, ...], value: object) -> Document:
    copied: Any = decode(encode(form))
    *steps, last = path
    inner = copied
    for step in steps:
        inner = inner[step]
    inner[last] = value
    return from_json(copied)


def _leaves(form: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    yield "records", ("records",), form["records"]
    for number, chart in enumerate(form.get("charts", ())):
        for place, share in enumerate(chart["shares"]):
            path = ("charts", number, "shares", place, "permille")
            yield f"chart {chart['id']}", path, share["permille"]
    yield from _in_sections(form["sections"], ("sections",))


def _in_sections(
    sections: Any, path: tuple[Any, ...]
) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    for number, section in enumerate(sections):
        for place, field in enumerate(section.get("fields", ())):
            values = (*path, number, "fields", place, "values")
            for leaf, value in _walk(field["values"], values):
                yield field["id"], leaf, value
        yield from _in_sections(section.get("sections", ()), (*path, number, "sections"))


def _walk(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _walk(item, (*path, name)) if name != "type" else ()
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _walk(item, (*path, place))
    elif not isinstance(value, bool):
        yield path, value


def is_figure(field: str, path: tuple[str | int, ...], text: str) -> bool:
    """Answer whether a record's figures say what stands at a place of the form."""
    member = path[-1]
    if field == "records" or field.startswith("chart "):
        return True
    if field == "1.3.b":
        return member in ("figure", "label", "note")
    if field == "1.3.d":
        return member in ("iso", "shown")
    if field == "2.3.h":
        return member in ("total", "digest") or "names" in path
    if field in ("2.5.c", "2.5.d"):
        return member == "name"
    if field in ("1.3.g", "2.5.e") and "rows" in path:
        return member == "text"
    starts = ("All publicly available datasets together", "Size:")
    return ": data in " in text or (field in ("2.1.e", "2.2.2.e") and text.startswith(starts))
