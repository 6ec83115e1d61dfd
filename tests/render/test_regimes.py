"""Forms of other regimes as files: each format says every answer and carries the form."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ledger.client.templates import find_template
from ledger.proof.document_slot import form_in
from ledger.render import DOCX, FORMATS, HTML, JSONLD, PDF, render
from ledger.summary.document import Document
from ledger.summary.document_json import to_bytes
from ledger.summary.visible import texts
from tests.render.docx_reading import Docx, W
from tests.render.docx_reading import shown as paragraph_text
from tests.render.pdf_reading import Pdf, squeezed
from tests.summary.regime_example import full

HEARING = Path(__file__).parents[2] / "docs" / "regulations" / "distillation-hearing.yaml"
TEMPLATES = ("ab2013", "model-documentation", str(HEARING))

Files = dict[str, bytes]


@pytest.fixture(scope="module", params=TEMPLATES, ids=lambda name: Path(name).stem)
def made(request: pytest.FixtureRequest) -> tuple[Document, Files]:
    """A form of another regime, and it as a file in each format."""
    document = find_template(request.param).fill(full({"show": {"sizes": "shares"}}))
    return document, {name: render(document, form).document for name, form in FORMATS.items()}


def said(document: Document) -> Iterator[str]:
    """Yield what every format must show: title, standing, sections, labels and answers."""
    yield document.title
    yield document.standing
    for section in document.sections:
        yield section.label
        for field in section.fields:
            yield field.label
            for value in field.values:
                yield from (text for text in texts(value) if text and text[0] not in "☒☐")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.skips = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.skips += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.skips -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.skips:
            self.parts.append(data)


def shown(name: str, data: bytes) -> str:
    """Return the text of a file, without spaces."""
    if name == HTML.name:
        reader = _Text()
        reader.feed(data.decode())
        return squeezed("".join(reader.parts))
    if name == PDF.name:
        return squeezed(Pdf(data).text)
    return squeezed("".join(map(paragraph_text, Docx(data).document.iter(f"{W}p"))))


@pytest.mark.parametrize("name", [PDF.name, DOCX.name, HTML.name])
def test_every_answer_stands_in_every_format(made: tuple[Document, Files], name: str) -> None:
    document, files = made
    text = shown(name, files[name])
    assert [one for one in said(document) if squeezed(one) not in text] == []


@pytest.mark.parametrize("name", [PDF.name, DOCX.name, HTML.name, JSONLD.name])
def test_every_format_carries_the_form(made: tuple[Document, Files], name: str) -> None:
    document, files = made
    assert form_in(files[name]) == to_bytes(document)


def test_no_format_calls_it_the_eus_form(made: tuple[Document, Files]) -> None:
    document, files = made
    for name in (PDF.name, DOCX.name, HTML.name):
        assert squeezed("Public Summary of Training Content") not in shown(name, files[name])
    assert document.template.encode() in files[JSONLD.name]
