"""The slot in a document that carries its evidence, and the digest of everything else.

A summary is one file with its proof inside (design, decision 13). The log holds the SHA-256 of the
file as it was before the evidence was put in. So the digest covers every byte except the slot's
content, and the content is covered by the proofs in it. The forms are told apart by how they begin:

HTML begins with `<!doctype html>` and ends with the slot: `html_slot.py`.

JSON-LD begins with `{"@context":` and is canonical JSON and one line feed. The evidence is the
member `evidence` of the top object, left out when there is none.

DOCX is a ZIP file whose last part is the evidence: `docx_slot.py`.

PDF holds the evidence in one incremental update: `pdf_slot.py`.

Each form has exactly one spelling: a file is accepted only if putting the evidence back into the
document gives the same bytes. docs/formats/document.md is normative.
"""

from dataclasses import dataclass
from hashlib import sha256

from ledger.errors import MalformedError
from ledger.proof import docx_slot, html_slot, pdf_slot
from ledger.record.canonical import decode_object, encode

JSON_START = b'{"@context":'
MEMBER = "evidence"


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


def is_document(data: bytes) -> bool:
    """Answer whether the bytes begin like a document; `split_evidence` says if they are."""
    is_text = html_slot.is_html(data) or data.startswith(JSON_START)
    return is_text or docx_slot.is_docx(data) or pdf_slot.is_pdf(data)


def split_evidence(data: bytes) -> SplitDocument:
    """Return the document without its evidence, and the evidence.

    Raises:
        MalformedError: None of the forms, a slot that is missing, doubled or not where it belongs,
            or content in any but its one spelling.
    """
    if html_slot.is_html(data):
        return SplitDocument(*html_slot.split(data))
    if data.startswith(JSON_START):
        return _split_json(data)
    if docx_slot.is_docx(data):
        return SplitDocument(*docx_slot.split(data))
    if pdf_slot.is_pdf(data):
        return SplitDocument(*pdf_slot.split(data))
    raise MalformedError("none of the documents of a ledger: HTML, JSON-LD, DOCX or PDF")


def with_evidence(document: bytes, evidence: bytes) -> bytes:
    """Return the document with evidence in its slot; whatever was in the slot is replaced.

    Raises:
        MalformedError: The document has no proper slot, or the evidence is empty or, for JSON-LD,
            not one canonical JSON object and a line feed.
    """
    if not evidence:
        raise MalformedError("evidence of no bytes")
    if html_slot.is_html(document):
        return html_slot.with_evidence(document, evidence)
    if docx_slot.is_docx(document):
        return docx_slot.with_evidence(document, evidence)
    if pdf_slot.is_pdf(document):
        return pdf_slot.with_evidence(document, evidence)
    empty = split_evidence(document).document
    members = decode_object(_line(empty, "a JSON-LD document"), "a JSON-LD document")
    members[MEMBER] = decode_object(_line(evidence, "evidence"), "evidence")
    return encode(members) + b"\n"


def _split_json(data: bytes) -> SplitDocument:
    members = decode_object(_line(data, "a JSON-LD document"), "a JSON-LD document")
    if MEMBER not in members:
        return SplitDocument(data, None)
    evidence = members.pop(MEMBER)
    if not isinstance(evidence, dict):
        raise MalformedError("evidence in a JSON-LD document is an object")
    return SplitDocument(encode(members) + b"\n", encode(evidence) + b"\n")


def _line(data: bytes, what: str) -> bytes:
    """Return the bytes of one line without its end."""
    if not data.endswith(b"\n"):
        raise MalformedError(f"{what} ends with a line feed")
    return data[:-1]
