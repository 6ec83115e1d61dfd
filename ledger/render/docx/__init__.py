"""A document as DOCX."""

from ledger.errors import InputError
from ledger.summary.document import Document


def render(document: Document) -> bytes:
    """Return the document with an empty slot for its evidence."""
    raise InputError("DOCX is not built yet", hint="--to html")
