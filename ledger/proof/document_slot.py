"""The slot in a document that carries its evidence, and the digest of everything else.

A summary is one file with its proof inside (design, decision 13). The log holds the SHA-256 of the
file as it was before the evidence was put in. So the digest covers every byte except the slot's
content, and the content is covered by the proofs in it. The forms are told apart by how they begin:

    HTML      <!doctype html>       the slot ends the file            html_slot.py
    JSON-LD   {"@context":          it is the member `evidence`       jsonld_slot.py
    DOCX      a stored ZIP part     it is the last part               docx_slot.py
    PDF       %PDF-1.7              it is in one incremental update   pdf_slot.py

Each form has exactly one spelling: a file is accepted only if putting the evidence back into the
document gives the same bytes. Each carries the filled form too, for programs: `form_in`.
docs/formats/document.md is normative.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.errors import MalformedError
from ledger.proof import docx_slot, html_slot, jsonld_slot, pdf_slot


@dataclass(frozen=True, slots=True)
class SplitDocument:
    """A document and the evidence that was in its slot.

    `document` is the file with the slot empty, byte for byte; `evidence` is the bytes of an
    evidence file, None when the slot was empty.
    """

    document: bytes
    evidence: bytes | None

    @property
    def digest(self) -> bytes:
        """The 32 bytes that the log holds for this document: SHA-256 of `document`."""
        return sha256(self.document).digest()


class _Slot(NamedTuple):
    """What one form of file does: told by how it begins, split, filled, and read."""

    name: str
    begins: Callable[[bytes], bool]
    split: Callable[[bytes], tuple[bytes, bytes | None]]
    fill: Callable[[bytes, bytes], bytes]
    form_in: Callable[[bytes], bytes | None]


_SLOTS: Final = (
    _Slot("HTML", html_slot.is_html, html_slot.split, html_slot.with_evidence, html_slot.form_in),
    _Slot(
        "JSON-LD",
        jsonld_slot.is_jsonld,
        jsonld_slot.split,
        jsonld_slot.with_evidence,
        jsonld_slot.form_in,
    ),
    _Slot("DOCX", docx_slot.is_docx, docx_slot.split, docx_slot.with_evidence, docx_slot.form_in),
    _Slot("PDF", pdf_slot.is_pdf, pdf_slot.split, pdf_slot.with_evidence, pdf_slot.form_in),
)


def is_document(data: bytes) -> bool:
    """Answer whether the bytes begin like a document; `split_evidence` says if they are."""
    return any(slot.begins(data) for slot in _SLOTS)


def form_name(data: bytes) -> str:
    """Return what kind of document the bytes begin like: `HTML`, `JSON-LD`, `DOCX` or `PDF`.

    Raises:
        MalformedError: Like none.
    """
    return _slot(data).name


def split_evidence(data: bytes) -> SplitDocument:
    """Return the document without its evidence, and the evidence.

    Raises:
        MalformedError: None of the forms, a slot that is missing, doubled or not where it belongs,
            or content in any but its one spelling.
    """
    return SplitDocument(*_slot(data).split(data))


def with_evidence(document: bytes, evidence: bytes) -> bytes:
    """Return the document with evidence in its slot; whatever was in the slot is replaced.

    Raises:
        MalformedError: The document has no proper slot, or the evidence is empty or, for JSON-LD,
            not one canonical JSON object and a line feed.
    """
    if not evidence:
        raise MalformedError("evidence of no bytes")
    return _slot(document).fill(document, evidence)


def form_in(data: bytes) -> bytes | None:
    """Return the filled form that a document carries, as canonical JSON; None if it carries none.

    Nothing is said of whether it is a form: `ledger.summary.document_json` reads it.

    Raises:
        MalformedError: As `split_evidence`, or the form is not stored in its one place.
    """
    return _slot(data).form_in(data)


def _slot(data: bytes) -> _Slot:
    for slot in _SLOTS:
        if slot.begins(data):
            return slot
    names = ", ".join(slot.name for slot in _SLOTS)
    raise MalformedError(f"none of the documents of a ledger: {names}")
