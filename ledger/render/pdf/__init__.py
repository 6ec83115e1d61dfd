"""A document as PDF/A-3a, made to PDF/UA-1, with its filled form and its evidence attached.

    view.py        a document as the tree of texts that the pages show
    answers.py     each type of value in that tree
    texts.py       what pages can show of a text, and where its long words may break
    code.py        a link as a QR code
    typesetter.py  the tree to bytes, with Typst
    fonts.py       the fonts, and which one a text lacks
    pages/         the pages, in Typst's language;  fonts/  what they are set in (OFL)

Texts reach Typst as data, never as markup, so nothing that somebody wrote can run. The same
document gives the same bytes. `ledger.proof.pdf_slot` says how the file holds its evidence.
"""

from ledger.errors import InputError
from ledger.summary.document import Document


def render(document: Document) -> bytes:
    """Return the document with an empty slot for its evidence.

    Raises:
        InputError: The extra `pdf` is not installed, or no font has the letters of some text; the
            hint says what to install.
    """
    try:
        from ledger.render.pdf.typesetter import typeset
    except ModuleNotFoundError as error:
        if error.name not in ("typst", "segno"):
            raise
        raise InputError(
            f"PDF needs {error.name}, which is not installed",
            hint='pip install "training-data-ledger[pdf]"',
        ) from error
    return typeset(document)
