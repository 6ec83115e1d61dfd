r"""The slot of a PDF document: one attachment, filled by one incremental update of one spelling.

A PDF is objects, a table of where each begins, and a trailer; whoever changes it may append new
objects, a new table and a new trailer (ISO 32000-1, 7.5.6). A reader shows what the last table
names, so an appended update may replace any page. Here exactly one update is allowed, and it
replaces exactly one object: the stream of the attachment `evidence.json`.

The document without evidence is a PDF of one revision, in which that stream holds twelve bytes:

    31 0 obj
    <</Length 12/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size 12/ModDate(D:…Z)>>>>
    stream
    tdl-evidence
    endstream
    endobj

Evidence comes after the last byte of it, and nothing comes after this:

    31 0 obj
    <</Length 4711/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size 4711/ModDate(D:…Z)>>>>
    stream
    EVIDENCE
    endstream
    endobj
    xref
    31 1
    0000014000 00000 n\r
    trailer
    <</Size 37/Root 36 0 R/Info 34 0 R/ID[(A)<B>]/Prev 13834>>
    startxref
    18851
    %%EOF

So the update is a function of the document and the evidence. A verifier reads where it begins,
writes it again, and compares all bytes. docs/formats/document.md is normative.
"""

import re
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ledger.errors import MalformedError

PDF_START: Final = b"%PDF-1.7\n"
MARKER: Final = b"tdl-evidence"
FORM: Final = "form.json"
EVIDENCE: Final = "evidence.json"

_STREAM: Final = b"\nstream\n" + MARKER + b"\nendstream\nendobj\n"
_HEAD: Final = re.compile(
    rb"\n([1-9][0-9]{0,6}) 0 obj\n<</Length 12/Type/EmbeddedFile/Subtype/application#2Fjson"
    rb"/Params<</Size 12/ModDate(\(D:[0-9]{14}Z\))>>>>\Z"
)
_MAX_HEAD: Final = 200
_TRAILER: Final = re.compile(
    rb"trailer\n<<(/Size ([1-9][0-9]{0,6})/Root [1-9][0-9]{0,6} 0 R/Info [1-9][0-9]{0,6} 0 R"
    rb"/ID\[(\([A-Za-z0-9+/=]{1,64}\)))\([A-Za-z0-9+/=]{1,64}\)\]>>\n"
    rb"startxref\n([1-9][0-9]{0,9})\n%%EOF\n\Z"
)
_MAX_TRAILER: Final = 400
_UPDATE_END: Final = re.compile(rb"\nstartxref\n([1-9][0-9]{0,9})\n%%EOF\n\Z")
_MAX_UPDATE_END: Final = 40
_UPDATE_TABLE: Final = re.compile(rb"xref\n[1-9][0-9]{0,6} 1\n([0-9]{10}) 00000 n\r\n")
_UPDATE_HEAD: Final = re.compile(rb"[1-9][0-9]{0,6} 0 obj\n<</Length ([1-9][0-9]{0,9})/Type/Embed")
_ENTRY: Final = 20
"""Bytes of one line of a table."""
_REFERENCES: Final = 2
"""To the slot, from the specification of the attachment: /F and /UF."""
_MAX_FORM: Final = 67_108_864

_HINT: Final = "ask its publisher for the file as `ledger summary` wrote it"


@dataclass(frozen=True, slots=True)
class _Base:
    """What an update needs to know of the document that it follows."""

    number: int
    """The object that is replaced."""
    date: bytes
    trailer: bytes
    """The trailer's members up to the second half of /ID."""
    table: int
    """Where the table of objects begins."""


def is_pdf(data: bytes) -> bool:
    """Answer whether the bytes begin like a document as PDF."""
    return data.startswith(PDF_START)


def split(data: bytes) -> tuple[bytes, bytes | None]:
    """Return the document without evidence, and the evidence; None when it carries none.

    Raises:
        MalformedError: It is no PDF of one revision with one slot, or what follows the document
            is anything but the one update that puts this evidence in.
    """
    start = _start_of_update(data)
    if start is None:
        _read(data)
        return data, None
    document = data[:start]
    evidence = _evidence_at(data, start)
    if _updated(document, evidence) != data:
        raise _malformed("what follows the document is not the one update that holds its evidence")
    return document, evidence


def with_evidence(document: bytes, evidence: bytes) -> bytes:
    """Return the document with evidence in its slot, in the place of what was there.

    Raises:
        MalformedError: As `split`, or the evidence is empty.
    """
    if not evidence:
        raise MalformedError("evidence of no bytes")
    return _updated(split(document)[0], evidence)


def form_in(data: bytes) -> bytes | None:
    """Return the filled form that the file carries as an attachment, None if it carries none.

    Raises:
        MalformedError: As `split`, or the attachment is not stored as the page on formats says.
    """
    document, _ = split(data)
    names = re.findall(
        rb"\n<</Type/Filespec/F\(form\.json\)/UF\(form\.json\)"
        rb"/EF<</F ([1-9][0-9]{0,6}) 0 R/UF ([1-9][0-9]{0,6}) 0 R>>",
        document,
    )
    if not names:
        return None
    if len(names) != 1 or names[0][0] != names[0][1]:
        raise _malformed(f"the document has one attachment {FORM}, found {len(names)}")
    return _stream(document, int(names[0][0]))


def _updated(document: bytes, evidence: bytes) -> bytes:
    """Return a document of one revision and the update that puts the evidence in."""
    base = _read(document)
    size = len(evidence)
    replaced = (
        b"%d 0 obj\n<</Length %d/Type/EmbeddedFile/Subtype/application#2Fjson"
        b"/Params<</Size %d/ModDate%s>>>>\nstream\n%s\nendstream\nendobj\n"
    ) % (base.number, size, size, base.date, evidence)
    table = (
        b"xref\n%d 1\n%010d 00000 n\r\ntrailer\n<<%s<%s>]/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    ) % (
        base.number,
        len(document),
        base.trailer,
        # The second half of /ID tells revisions apart (ISO 32000-1, 14.4).
        sha256(evidence).hexdigest()[:32].encode(),
        base.table,
        len(document) + len(replaced),
    )
    return document + replaced + table


def _start_of_update(data: bytes) -> int | None:
    """Return where the update begins; None when the file has but one revision."""
    if not is_pdf(data):
        raise _malformed("a document as PDF begins with %PDF-1.7")
    found = _UPDATE_END.search(data, max(0, len(data) - _MAX_UPDATE_END))
    if found is None:
        raise _malformed("a PDF document ends with startxref, a number and %%EOF; found otherwise")
    table = int(found[1])
    if data.startswith(b"xref\n0 ", table):
        return None
    entry = _UPDATE_TABLE.match(data, table)
    if entry is None:
        raise _malformed("the last table of the PDF names other objects than its evidence")
    start = int(entry[1])
    if start >= table:
        raise _malformed("the last table of the PDF points behind itself")
    return start


def _evidence_at(data: bytes, start: int) -> bytes:
    head = _UPDATE_HEAD.match(data, start)
    at = data.find(b"\nstream\n", start, start + _MAX_HEAD)
    if head is None or at < 0:
        raise _malformed("what follows the document is no attachment")
    at += len(b"\nstream\n")
    return data[at : at + int(head[1])]


def _read(document: bytes) -> _Base:
    """Return what the document says of its slot; `MalformedError` if it is no such document."""
    if not is_pdf(document):
        raise _malformed("a document as PDF begins with %PDF-1.7")
    trailer = _TRAILER.search(document, max(0, len(document) - _MAX_TRAILER))
    if trailer is None:
        raise _malformed("the PDF does not end with the trailer of its first revision")
    size, table = int(trailer[2]), int(trailer[4])
    if table + len(b"xref\n0 %d\n" % size) + _ENTRY * size != trailer.start():
        raise _malformed("the table of the PDF's objects is not where the trailer says")
    if not document.startswith(b"xref\n0 %d\n" % size, table):
        raise _malformed("the PDF has not one table of all its objects")
    number, date = _slot(document)
    return _Base(number, date, trailer[1], table)


def _slot(document: bytes) -> tuple[int, bytes]:
    """Return the number of the evidence's object and its date."""
    found = document.count(_STREAM)
    if found != 1:
        raise _malformed(f"a PDF document has one slot for evidence, found {found}")
    end = document.index(_STREAM)
    head = _HEAD.search(document, max(0, end - _MAX_HEAD), end)
    if head is None:
        raise _malformed("the slot for evidence is no attachment")
    number = int(head[1])
    # The table decides what a reader opens: it must lead to the slot, not past it.
    if _offset(document, number) != head.start() + 1:
        raise _malformed("the table of the PDF's objects does not lead to the slot for evidence")
    if len(re.findall(rb"(?<![0-9])%d\s+0\s+R(?![A-Za-z0-9])" % number, document)) != _REFERENCES:
        # A page that refers to the slot would show what the digest leaves out.
        raise _malformed("the PDF refers to its slot for evidence elsewhere than as an attachment")
    return number, head[2]


def _offset(document: bytes, number: int) -> int:
    """Return where an object begins, by the table of a document of one revision."""
    trailer = _TRAILER.search(document, max(0, len(document) - _MAX_TRAILER))
    if trailer is None or number >= int(trailer[2]):
        raise _malformed(f"the table of the PDF's objects has no object {number}")
    at = trailer.start() - _ENTRY * (int(trailer[2]) - number)
    entry = re.compile(rb"([0-9]{10}) 00000 n\r\n").match(document, at)
    if entry is None:
        raise _malformed(f"the table of the PDF's objects has no object {number}")
    return int(entry[1])


def _stream(document: bytes, number: int) -> bytes:
    """Return the content of a stream that is stored or compressed with Flate."""
    at = _offset(document, number)
    head = re.compile(
        rb"%d 0 obj\n<</Length ([0-9]{1,10})/Type/EmbeddedFile(/Filter/FlateDecode)?"
        rb"/Subtype/application#2Fjson/Params<<[^\n<>]{0,100}>>>>\nstream\n" % number
    ).match(document, at)
    if head is None:
        raise _malformed(f"the attachment {FORM} is not where the PDF says")
    content = document[head.end() : head.end() + int(head[1])]
    if not document.startswith(b"\nendstream\nendobj\n", head.end() + int(head[1])):
        raise _malformed(f"the attachment {FORM} is longer or shorter than it says")
    return _inflated(content) if head[2] else content


def _inflated(content: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(content, _MAX_FORM)
    except zlib.error:
        raise _malformed(f"the attachment {FORM} cannot be inflated") from None
    if not inflater.eof or inflater.unused_data:
        raise _malformed(f"the attachment {FORM} is too long, or has more behind its end")
    return plain


def _malformed(message: str) -> MalformedError:
    return MalformedError(message, hint=_HINT)
