"""Documents as files: which formats there are, and the renderer of each.

    pdf/    Document -> PDF/A-3a, made to PDF/UA-1, with Typst (extra `pdf`)
    docx/   Document -> an editable DOCX in the official form's order (extra `docx`)

HTML and JSON-LD are rendered by `ledger.summary`: they need no library.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from typing import Final

from ledger.errors import InputError
from ledger.summary.document import Document


@dataclass(frozen=True, slots=True)
class Format:
    """A form that a document can take: its name in `--to`, file ending and media type."""

    name: str
    suffix: str
    media_type: str


PDF: Final = Format("pdf", ".pdf", "application/pdf")
DOCX: Final = Format(
    "docx",
    ".docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
HTML: Final = Format("html", ".html", "text/html")
JSONLD: Final = Format("jsonld", ".jsonld", "application/ld+json")
FORMATS: Final = {one.name: one for one in (PDF, DOCX, HTML, JSONLD)}


@dataclass(frozen=True, slots=True)
class Rendition:
    """A rendered document without its evidence, and the digest that the log holds for it."""

    format: Format
    document: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the document with its evidence's slot empty (`proof.document_slot`)."""
        return f"sha256:{sha256(self.document).hexdigest()}"


def find_formats(names: Sequence[str]) -> list[Format]:
    """Return the formats of these names, each once.

    Raises:
        InputError: There is no such format.
    """
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        wrong = f"there is no format {unknown[0]!r}" if unknown else "no format is named"
        raise InputError(f"{wrong}: expected {', '.join(FORMATS)}", hint="--to pdf,html")
    return [FORMATS[name] for name in dict.fromkeys(names)]


def available() -> list[str]:
    """Return the names of the formats that can be rendered here: those whose extra is installed."""
    needed = {"pdf": ("typst", "segno"), "docx": ("docx",)}
    return [name for name in FORMATS if all(map(find_spec, needed.get(name, ())))]


def render(document: Document, form: Format) -> Rendition:
    """Return the document in a format, its slot for evidence empty.

    Raises:
        InputError: The format needs an extra that is not installed; the hint installs it.
    """
    return Rendition(form, _bytes(document, form))


def _bytes(document: Document, form: Format) -> bytes:
    if form is PDF:
        from ledger.render import pdf

        return pdf.render(document)
    if form is DOCX:
        from ledger.render import docx

        return docx.render(document)
    if form is HTML:
        from ledger.summary import html

        return html.render(document)
    from ledger.summary import jsonld

    return jsonld.render(document)
