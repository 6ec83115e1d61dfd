"""Documents with a filled form inside, and documents as DOCX and PDF, tiny and written by hand."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import NamedTuple

from ledger.proof import docx_slot
from ledger.proof.document_slot import with_evidence
from ledger.proof.evidence import Opening
from ledger.proof.html_slot import SLOT_END, SLOT_START, form_element
from ledger.record.canonical import JSON, decode_object, encode
from tests.formats.cases import TRUSTS
from tests.formats.examples import (
    CLAIMED_AT,
    ORIGIN,
    PUBLISHER,
    ExampleLog,
    keys_log,
    sealed,
    some,
    whole,
)
from tests.formats.minimal_pdf import minimal_pdf

RANGES = (
    "Less than 1 billion tokens",
    "1 billion to 10 trillion tokens",
    "More than 10 trillion tokens",
)
FIGURES: dict[str, JSON] = {
    "latest": "2026-06",
    "records": 3,
    "show": "ranges",
    "sizes": [{"measure": "tokens", "modality": "text", "range": 1}],
}
EXACT: dict[str, JSON] = {
    "latest": "2026-06",
    "records": 3,
    "show": "figures",
    "sizes": [
        {
            "measure": "tokens",
            "missing": 1,
            "modality": "text",
            "records": 3,
            "sum": "18446744073709551616",
        }
    ],
}


class Case(NamedTuple):
    """One file: its name, what is the matter with it, the verdict, the step, and its bytes."""

    name: str
    what: str
    verdict: str
    step: int
    data: bytes

    def written(self) -> dict[str, object]:
        """Return the case as the vector file has it: text as it is, other bytes in base64."""
        stated: dict[str, object] = {
            "name": self.name,
            "what": self.what,
            "verdict": self.verdict,
            "step": self.step,
            "trust": "witnessed",
        }
        if self.data.isascii() or self.data.startswith((b"<", b"{")):
            return {**stated, "document": self.data.decode()}
        return {**stated, "base64": b64encode(self.data).decode()}


def form(
    ticked: int = 1, figure: str = "", show: str = "ranges", latest: str = "2026-06"
) -> dict[str, JSON]:
    """Return a filled form of three fields."""
    options: list[JSON] = [
        {"label": label, "ticked": place == ticked} for place, label in enumerate(RANGES)
    ]
    row: dict[str, JSON] = {"modality": "Text", "options": options}
    boxes: list[JSON] = [
        {"label": label, "ticked": label == "Text"}
        for label in ("Text", "Image", "Audio", "Video", "Other")
    ]
    year, number = latest.split("-")
    fields: list[JSON] = [
        _field("1.3.a", "Modality", {"type": "choices", "options": boxes}),
        _field(
            "1.3.b",
            "Training data size",
            {"type": "ranges", "rows": [{**row, "figure": figure} if figure else row]},
        ),
        _field(
            "1.3.d", "Latest date", {"type": "moment", "iso": latest, "shown": f"{number}/{year}"}
        ),
    ]
    return {
        "format": "tdl/document/v1",
        "template": "eu",
        "template_number": "1",
        "title": "Summary",
        "legal_basis": "Article 53",
        "language": "en",
        "provider": "Example Lab",
        "release": "Example-1",
        "models": ["example-1"],
        "version": 1,
        "last_update": "2026-09-01",
        "origin": ORIGIN,
        "size": 3,
        "records": 3,
        "sections": [{"id": "1.3", "label": "Sizes", "fields": fields}],
        **({} if show == "ranges" else {"show": show}),
    }


def _field(name: str, label: str, value: JSON) -> JSON:
    return {"id": name, "label": label, "values": [value]}


def html(inside: dict[str, JSON] | None, text: str = "1.3.d 06/2026") -> bytes:
    """Return a page, with a form inside or without."""
    page = f'<!doctype html>\n<html lang="en"><title>Summary</title><body>\n<p>{text}</p>\n'
    element = form_element(encode(inside)) if inside is not None else b""
    return page.encode() + element + SLOT_START + SLOT_END


def jsonld(inside: dict[str, JSON]) -> bytes:
    """Return the form as JSON-LD."""
    return encode({"@context": {"@vocab": "urn:tdl:"}, **inside}) + b"\n"


def minimal_docx(inside: dict[str, JSON], text: str = "1.3.d 06/2026") -> bytes:
    """Return the smallest DOCX that Word opens, with a form inside."""
    types = "application/vnd.openxmlformats-"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    return docx_slot.write(
        {
            docx_slot.TYPES: (
                f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
                f'ContentType="{types}package.relationships+xml"/><Default Extension="xml" '
                f'ContentType="{types}officedocument.wordprocessingml.document.main+xml"/>'
                '<Default Extension="json" ContentType="application/json"/></Types>'
            ).encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
                f'Type="{relation}" Target="word/document.xml"/></Relationships>'
            ).encode(),
            "word/document.xml": (
                f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
                "</w:body></w:document>"
            ).encode(),
            docx_slot.FORM: encode(inside),
            docx_slot.EVIDENCE: b"",
        }
    )


def pdf(inside: dict[str, JSON], text: str = "1.3.d 06/2026") -> bytes:
    """Return a PDF of one page, with a form inside."""
    return minimal_pdf(text, encode(inside))


def record_of(
    document: bytes, stated: dict[str, JSON] | None, figures: dict[str, JSON] | None, **more: JSON
) -> dict[str, JSON]:
    """Return the fields of a summary that names a document, a form and figures."""
    fields: dict[str, JSON] = {
        "release_record": "2.0",
        "renditions": [{"digest": _digest(document), "media_type": "text/html", "name": "summary"}],
        "summary": {
            "language": "en",
            "last_update": "2026-09-01",
            "provider": "Example Lab",
            "release": "Example-1",
            "size": 3,
            "template": "eu",
            "template_number": "1",
            "version": 1,
        },
        **more,
    }
    if stated is not None:
        fields["form"] = _digest(encode(stated))
    if figures is not None:
        fields["figures"] = figures
    basis: JSON = dict.fromkeys(fields, "declared")
    return {**fields, "basis": basis, "claimed_at": CLAIMED_AT}


def _digest(data: bytes) -> str:
    return f"sha256:{sha256(data).hexdigest()}"


def logged(document: bytes, *records: dict[str, JSON], shown: tuple[str, ...] = ()) -> bytes:
    """Return the document with evidence of these records; of the last `shown` alone, if any."""
    log: ExampleLog = keys_log()
    made = [sealed("summary", fields, 0x50 + at) for at, fields in enumerate(records)]
    log.append(PUBLISHER, made)
    openings: dict[int, Opening] = {at: whole(one) for at, one in enumerate(made)}
    if shown:
        openings[len(made) - 1] = some(made[-1], *shown)
    entry = log.entry(1, openings)
    return with_evidence(document, log.evidence([log.entry(0), entry]).to_bytes())


def form_cases() -> list[dict[str, object]]:
    """Return all cases as the vector file has them."""
    return [one.written() for one in (*_good(), *_lies(), *_later(), *_changed(), *_misspelt())]


MAKERS: tuple[tuple[str, Callable[[dict[str, JSON]], bytes]], ...] = (
    ("html", html),
    ("jsonld", jsonld),
    ("docx", minimal_docx),
    ("pdf", pdf),
)


def _good() -> Iterator[Case]:
    for name, make in MAKERS:
        document = make(form())
        data = logged(document, record_of(document, form(), FIGURES))
        yield Case(f"{name}-figures", f"form and figures, {name}", "verified", 6, data)
    document = html(form())
    for name, what, record in (
        ("form-alone", "the record names the form, and has no figures", (form(), None)),
        ("figures-alone", "the record has figures, and does not name the form", (None, FIGURES)),
    ):
        yield Case(name, what, "verified", 6, logged(document, record_of(document, *record)))
    old = logged(document, record_of(document, None, None))
    yield Case("neither", "a record from before both: there is no step 6", "verified", 5, old)
    shown = logged(document, record_of(document, form(), FIGURES), shown=("renditions",))
    yield Case("figures-hidden", "the evidence shows `renditions` alone", "verified", 5, shown)
    counted = f"{18_446_744_073_709_551_616:,}".replace(",", "\u202f")
    told = f"{counted}\u00a0tokens, not counted in 1\u00a0record"
    exact = form(ticked=2, figure=told, show="figures")
    document = jsonld(exact)
    data = logged(document, record_of(document, exact, EXACT))
    what = "a sum past 2^64; a range is certain though a record is not counted"
    yield Case("exact", what, "verified", 6, data)


def _lies() -> Iterator[Case]:
    for name, make in MAKERS:
        lie = form(ticked=2)
        document = make(lie)
        data = logged(document, record_of(document, lie, FIGURES))
        what = "the lab logged a form that ticks another range than its figures give"
        yield Case(f"{name}-lie", what, "not verified", 6, data)
    lies: tuple[tuple[str, str, dict[str, JSON]], ...] = (
        ("latest", "another month than the figures give", form(latest="2026-05")),
        ("records", "another number of records", {**form(), "records": 4}),
        ("version", "the form is of version 2, the record of version 1", {**form(), "version": 2}),
        ("release", "the form is of another release", {**form(), "release": "Example-2"}),
        ("provider", "the form is of another provider", {**form(), "provider": "Other Lab"}),
        ("origin", "the form speaks of another log", {**form(), "origin": "other.example/log"}),
        (
            "release-record",
            "the form speaks of another release record",
            {**form(), "release_record": "3.0"},
        ),
        ("no-sections", "the form has no fields", _without(form(), "sections")),
        ("no-form", "the form inside is no form", {"format": "tdl/document/v1"}),
    )
    for name, what, lie in lies:
        document = html(lie)
        data = logged(document, record_of(document, lie, FIGURES))
        yield Case(f"lie-{name}", what, "not verified", 6, data)
    document = html(form(ticked=2))
    data = logged(document, record_of(document, form(), FIGURES))
    what = "the lab shows one form and logs the digest of another"
    yield Case("other-form", what, "not verified", 6, data)
    document = html(None)
    data = logged(document, record_of(document, form(), FIGURES))
    yield Case("form-missing", "the record names a form, and the file has none", *_NO, data)
    document = html(form())
    uncertain = {**EXACT, "sizes": [_with(EXACT, sum="9999999999999")]}
    data = logged(document, record_of(document, form(), {**uncertain, "show": "ranges"}))
    what = "a box is ticked though a record that is not counted could change the range"
    yield Case("uncertain", what, "not verified", 6, data)


_NO = ("not verified", 6)


def _without(value: dict[str, JSON], name: str) -> dict[str, JSON]:
    return {key: item for key, item in value.items() if key != name}


def _with(figures: dict[str, JSON], **more: JSON) -> JSON:
    sizes = figures["sizes"]
    assert isinstance(sizes, list)
    (size,) = sizes
    assert isinstance(size, dict)
    return {**size, **more}


def _later() -> Iterator[Case]:
    """Yield files of which a later record says that they show the form of an earlier one."""
    first, document = html(form()), jsonld(form())
    old = record_of(first, form(), FIGURES)
    new = record_of(document, form(), FIGURES, rendition_of="1.0")
    yield Case(
        "rendition", "a later rendition, both records shown", "verified", 6,
        logged(document, old, new),
    )  # fmt: skip
    bare = record_of(document, None, None, rendition_of="1.0")
    what = "the later record drops the form and the figures of the earlier"
    yield Case("rendition-bare", what, "not verified", 6, logged(document, old, bare))
    itself = logged(document, record_of(document, form(), FIGURES, rendition_of="1.0"))
    yield Case("rendition-itself", "a record of itself", "not verified", 6, itself)
    twice = record_of(document, form(ticked=2), FIGURES)
    what = "two records name the document, and the form is that of the first alone"
    data = logged(document, record_of(document, form(), FIGURES), twice)
    yield Case("two-records", what, "not verified", 6, data)
    alone = logged(document, record_of(document, form(), FIGURES, rendition_of="0.9"))
    yield Case("rendition-alone", "of a record that is not shown", "verified", 6, alone)
    other = record_of(first, form(ticked=2), FIGURES)
    lie = logged(document, other, new)
    yield Case("rendition-lie", "the earlier record names another form", "not verified", 6, lie)


def _changed() -> Iterator[Case]:
    for name, make in MAKERS:
        document = make(form())
        evidence = record_of(document, form(), FIGURES)
        data = logged(document, evidence)
        changed = _moved(data, make(form(ticked=2)))
        what = "the form inside was changed after it was logged, the evidence is the old"
        yield Case(f"{name}-changed-form", what, "not verified", 5, changed)
        if make is not jsonld:
            shown = make(form(), "1.3.d 07/2026")  # type: ignore[call-arg]
            what = "the text beside the form was changed after it was logged"
            yield Case(f"{name}-changed-text", what, "not verified", 5, _moved(data, shown))


def _moved(data: bytes, document: bytes) -> bytes:
    """Return the document with the evidence of another file."""
    from ledger.proof.document_slot import split_evidence

    evidence = split_evidence(data).evidence
    assert evidence is not None
    return with_evidence(document, evidence)


def _misspelt() -> Iterator[Case]:
    good = {
        name: logged(make(form()), record_of(make(form()), form(), FIGURES))
        for name, make in MAKERS
    }
    docx, made = good["docx"], good["pdf"]
    yield Case("docx-more", "a byte after the end", "malformed", 0, docx + b"\n")
    flag = docx[:6] + b"\x02" + docx[7:]
    yield Case("docx-flag", "a flag of the first part", "malformed", 0, flag)
    crc = docx[:14] + bytes([docx[14] ^ 1]) + docx[15:]
    yield Case("docx-crc", "the CRC of the first part", "malformed", 0, crc)
    empty = minimal_docx(form())
    yield Case("docx-without-evidence", "the slot is empty", "cannot tell", 0, empty)
    yield Case("pdf-more", "a line feed after the end", "malformed", 0, made + b"\n")
    yield Case("pdf-less", "the last line feed is missing", "malformed", 0, made[:-1])
    yield Case(
        "pdf-twice", "the update stands twice", "malformed", 0, made + made[len(pdf(form())) :]
    )
    other = made.replace(b"\nxref\n8 1\n", b"\nxref\n3 1\n")
    yield Case("pdf-object", "the update names the page's object", "malformed", 0, other)
    yield Case("pdf-without-evidence", "the slot is empty", "cannot tell", 0, pdf(form()))


def example_parts() -> dict[str, object]:
    """Return what the page shows: a form, its element in a page, figures, and their digest."""
    return {
        "form": decode_object(encode(form()), "a form"),
        "element": form_element(encode(form())).decode(),
        "form_digest": _digest(encode(form())),
        "figures": FIGURES,
        "trust": TRUSTS["witnessed"],
    }
