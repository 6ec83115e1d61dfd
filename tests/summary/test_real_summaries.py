"""Four published summaries through the whole path: each fact in its field, in each format."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from ledger.summary import jsonld
from ledger.summary.criteria import TRANSPARENCY, USEFULNESS, assess
from ledger.summary.criteria.reading import texts
from ledger.summary.document import (
    Choice,
    Choices,
    Document,
    Items,
    NotApplicable,
    Ranges,
    Text,
    Unstated,
    YesNo,
)
from ledger.summary.document_json import to_bytes
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.template import all_fields
from tests.render.docx_reading import Docx
from tests.summary.real.examples import EXAMPLES, Made
from tests.summary.real.lab import Fact, facts_of

EVERY = [(name, fact) for name, one in EXAMPLES.items() for fact in one.facts]


each_fact = pytest.mark.parametrize(
    ("name", "fact"), EVERY, ids=[f"{name}-{fact.path}" for name, fact in EVERY]
)


def plain(text: str) -> str:
    """Return a text without the spaces and marks that only serve its setting."""
    return re.sub(r"[\s\u00ad\u200b\u2066-\u2069]+", "", text)


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path to each fact; a list of plain words is one fact, an absent one is none."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, member in enumerate(value):
            yield from leaves(member, f"{path}.{number}")
    else:
        yield path


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_fact_of_the_published_summary_is_left_out(name: str) -> None:
    told = {fact.path for fact in EXAMPLES[name].facts}
    every = facts_of(name)
    about = [
        one
        for part in ("summary", "general", "sources", "processing")
        for one in leaves(every[part], part)
    ]
    left = [one for one in about if not any(f"{one}.".startswith(f"{path}.") for path in told)]
    assert [one for one in left if not is_nothing(every, one)] == []


def is_nothing(every: Any, path: str) -> bool:
    """Answer whether a path holds no fact: null, "N/A", "not stated"."""
    for key in path.split("."):
        every = every[int(key) if key.isdecimal() else key]
    return every in (None, "N/A", "not stated", "none")


def shown_in(document: Document, field_id: str) -> str:
    """Return everything that a field says: words, links, boxes with their mark."""
    field = document.field(field_id)
    said = [text for value in field.values for text in texts(value)]
    for value in field.values:
        match value:
            case Items(items):
                said += [item.link for item in items]
            case Ranges(rows):
                said += [boxed(box) for row in rows for box in row.options]
            case Choices(options):
                said += [boxed(box) for box in options]
            case YesNo(answer):
                said += [boxed(Choice("Yes", answer)), boxed(Choice("No", not answer))]
            case _:
                pass
    return plain("\n".join(said))


def boxed(box: Choice) -> str:
    return f"{'☒' if box.ticked else '☐'}{box.label}"


def wanted(document: Document, fact: Fact) -> list[str]:
    """Return the texts that must stand in the fact's field; a ticked box with its mark."""
    if fact.shown is None:
        return []
    if isinstance(fact.shown, bool):
        return ["☒Yes" if fact.shown else "☒No"]
    values = document.field(fact.field).values
    boxes = [box for value in values if isinstance(value, Choices) for box in value.options]
    ranges = [row for value in values if isinstance(value, Ranges) for row in value.rows]
    labels = {box.label for box in (*boxes, *(one for row in ranges for one in row.options))}
    return [plain(f"☒{text}" if text in labels else text) for text in fact.shown]


@each_fact
def test_a_fact_is_in_its_field(made: Mapping[str, Made], name: str, fact: Fact) -> None:
    document = made[name].document
    if fact.shown is None:
        assert is_open(document, fact.field)
    said = shown_in(document, fact.field)
    assert [one for one in wanted(document, fact) if one not in said] == []


def is_open(document: Document, field_id: str) -> bool:
    """Answer whether a field says nothing of its own: open, not applicable, or "None …"."""
    return all(
        isinstance(one, (Unstated, NotApplicable))
        or (isinstance(one, Text) and one.paragraphs[0].startswith("None"))
        for one in document.field(field_id).values
    )


class FieldTexts(HTMLParser):
    """The text and the links of each field of a page, by its id."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[str]] = {}
        self._field, self._depth = "", 0
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("id") or ""
        if not self._field and name.startswith("f-"):
            self._field, self._depth = name[2:], 0
        if self._field:
            self._depth += tag == "div"
            self.found.setdefault(self._field, []).append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._depth -= bool(self._field) and tag == "div"
        if not self._depth:
            self._field = ""

    def handle_data(self, data: str) -> None:
        if self._field:
            self.found[self._field].append(data)


def in_html(data: bytes) -> Callable[[str], str]:
    """Return what a page says in a field."""
    found = FieldTexts(data).found
    return lambda field_id: plain("".join(found[field_id]))


def in_jsonld(data: bytes) -> Callable[[str], str]:
    """Return what a JSON-LD file says in a field."""
    document = jsonld.read(data)
    return lambda field_id: shown_in(document, field_id)


def in_docx(data: bytes) -> Callable[[str], str]:
    """Return what a DOCX says in a field; the targets of links may stand anywhere."""
    found = Docx(data)
    links = [target for _, target, _ in found.relations("word/document.xml").values()]
    return lambda field_id: plain("\n".join([*found.lines(f"tdl:{field_id}"), *links]))


def in_pdf(data: bytes) -> Callable[[str], str]:
    """Return what the pages of a PDF say in a field: from its number and label to the next."""
    reader = PdfReader(io.BytesIO(data))
    whole = plain("".join(page.extract_text() for page in reader.pages)).replace("☑", "☒")
    starts: dict[str, int] = {}
    for spec in all_fields(SECTIONS):
        starts[spec.id] = whole.index(
            plain(f"{spec.id}{spec.label}"), max(starts.values(), default=0)
        )
    ends = dict(pairwise([*starts.values(), len(whole)]))
    return lambda field_id: whole[starts[field_id] : ends[starts[field_id]]]


READERS = {"html": in_html, "jsonld": in_jsonld, "docx": in_docx, "pdf": in_pdf}


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("form", READERS)
def test_every_fact_is_in_its_field_of_every_format(
    made: Mapping[str, Made], name: str, form: str
) -> None:
    document = made[name].document
    said = READERS[form](made[name].file(form))
    lost = [
        (fact.path, one)
        for fact in EXAMPLES[name].facts
        for one in wanted(document, fact)
        if one not in said(fact.field)
    ]
    assert lost == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_pdf_carries_the_form_that_its_pages_show(made: Mapping[str, Made], name: str) -> None:
    document = made[name].document
    attached = PdfReader(io.BytesIO(made[name].file("pdf"))).attachments
    assert attached["form.json"] == [to_bytes(document)]


def test_the_page_tells_what_we_read_in_them_and_what_the_researchers_did(
    made: Mapping[str, Made],
) -> None:
    page = (Path(__file__).parents[2] / "docs/regulations/criteria.md").read_text(encoding="utf-8")
    pair = r"(\d+, \d+)"
    rows = {
        name: [int(number) for said in pairs for number in said.split(", ")]
        for name, *pairs in re.findall(
            rf"^\| ([\w. -]+) \| {pair} \| {pair} \| {pair} \|$", page, re.M
        )
    }
    assert len(rows) == len(EXAMPLES)
    for name, one in made.items():
        theirs = facts_of(name)["aial"]
        expected = [*read(one), theirs["transparency"], theirs["usefulness"]]
        assert rows[one.published.release] == pytest.approx(expected, abs=1.5)


def read(one: Made) -> list[float]:
    """Return our two scores in percent, then the same with what no document decides as met."""
    found = assess(one.document, one.filing)
    scores = {TRANSPARENCY: found.transparency, USEFULNESS: found.usefulness}
    without = [50 * score.halves / score.maximum for score in scores.values()]
    left = found.with_verdict("depends on host", "depends on truth")
    for dimensions, score in scores.items():
        more = sum(each.check.weight for each in left if each.check.dimension in dimensions)
        without.append(100 * (score.halves / 2 + more) / (score.maximum + more))
    return without
