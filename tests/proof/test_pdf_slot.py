"""A PDF holds its evidence in one update of one spelling, and no other update is let through."""

import io
import re
import zlib
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest

from ledger.errors import MalformedError
from ledger.proof import pdf_slot
from ledger.proof.document_slot import is_document, split_evidence, with_evidence
from tests.formats.minimal_pdf import minimal_pdf

FORM = b'{"answer":"Yes"}'
BASE = minimal_pdf("Yes", FORM)
EVIDENCE = b'{"entries":[1,2],"type":"tdl/evidence/v1"}\n'
CARRIED = pdf_slot.with_evidence(BASE, EVIDENCE)
UPDATE = CARRIED[len(BASE) :]


def digest_and_evidence(data: bytes) -> tuple[bytes, bytes | None] | None:
    """Return what a verifier learns from a file; None when it is malformed."""
    try:
        document, evidence = pdf_slot.split(data)
    except MalformedError:
        return None
    return sha256(document).digest(), evidence


HONEST = digest_and_evidence(CARRIED)


def updated(base: bytes, number: int, body: bytes) -> bytes:
    """Return a PDF with an update that replaces an object, as any PDF program would write it."""
    found = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", base)
    assert found is not None
    replaced = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return (
        base
        + replaced
        + (
            b"xref\n%d 1\n%010d 00000 n\r\ntrailer\n<</Size 11/Root 10 0 R/Info 9 0 R"
            b"/ID[(bWluaW1hbA==)(bWluaW1hbA==)]/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        )
        % (number, len(base), int(found[1]), len(base) + len(replaced))
    )


def test_evidence_goes_in_and_comes_out() -> None:
    assert pdf_slot.split(CARRIED) == (BASE, EVIDENCE)
    assert pdf_slot.split(BASE) == (BASE, None)
    split = split_evidence(with_evidence(BASE, EVIDENCE))
    assert (split.document, split.evidence) == (BASE, EVIDENCE)
    assert split.digest == sha256(BASE).digest()
    assert is_document(CARRIED)


def test_the_page_shows_what_the_code_does() -> None:
    page = (Path(__file__).parents[2] / "docs/formats/document.md").read_text("utf-8")
    section = page.partition("### PDF\n")[2].partition("### Verifying\n")[0]
    document = minimal_pdf("2.3.a Yes")
    carried = pdf_slot.with_evidence(document, b'{"type":"tdl/evidence/v1"}\n')
    assert f"sha256:{sha256(document).hexdigest()}" in section
    assert f"{len(document):,} bytes" in section
    assert carried[len(document) :].decode().replace("\r\n", "\n") in section


def test_evidence_can_be_replaced() -> None:
    assert pdf_slot.with_evidence(pdf_slot.with_evidence(BASE, b"old"), EVIDENCE) == CARRIED


def test_evidence_may_look_like_a_pdf() -> None:
    for evidence in (BASE, CARRIED, UPDATE, b"\nendstream\nendobj\n", b"\nstream\ntdl-evidence\n"):
        assert pdf_slot.split(pdf_slot.with_evidence(BASE, evidence)) == (BASE, evidence)


def test_a_reader_of_pdf_opens_the_evidence_and_the_form() -> None:
    with pikepdf.open(io.BytesIO(CARRIED)) as pdf:
        assert pdf.check_pdf_syntax() == []
        held = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}
        first, second = (bytes(part) for part in pdf.trailer.ID)
    assert held == {"evidence.json": EVIDENCE, "form.json": FORM}
    assert (first, second) == (b"bWluaW1hbA==", sha256(EVIDENCE).digest()[:16])


def test_the_form_comes_out_with_and_without_evidence() -> None:
    assert pdf_slot.form_in(BASE) == pdf_slot.form_in(CARRIED) == FORM


def compressed(content: bytes) -> bytes:
    """Return the document with `content` in the place of its deflated form."""
    return minimal_pdf("Yes", content, deflated=True)


def test_a_compressed_form_is_inflated() -> None:
    packed = compressed(zlib.compress(FORM * 100))
    assert pdf_slot.form_in(packed) == FORM * 100
    with pikepdf.open(io.BytesIO(packed)) as pdf:
        assert pdf.attachments["form.json"].get_file().read_bytes() == FORM * 100


@pytest.mark.parametrize(
    "document",
    [
        compressed(b"this is not deflated"),
        compressed(zlib.compress(FORM)[:-1]),
        compressed(zlib.compress(FORM) + b"more"),
        BASE.replace(b"7 0 R/UF 7 0 R", b"7 0 R/UF 4 0 R"),
        BASE.replace(b"7 0 R/UF 7 0 R", b"3 0 R/UF 3 0 R"),
        BASE.replace(b"0000000016 00000 n", b"0000000017 00000 n").replace(b"7 0 R", b"1 0 R"),
        BASE.replace(b"/Length %d/Type" % len(FORM), b"/Length 15/Type"),
        BASE.replace(
            b"evidence.json)/UF(evidence.json)/EF<</F 8 0 R/UF 8 0 R>>",
            b"form.json)/UF(form.json)/EF<</F 8 0 R/UF 8 0 R>>" + b" " * 8,
        ),
    ],
    ids=[
        "no deflate",
        "cut",
        "longer",
        "two streams",
        "a page",
        "no object",
        "length",
        "two forms",
    ],
)
def test_a_form_that_is_not_where_it_belongs_is_malformed(document: bytes) -> None:
    pdf_slot.split(document)
    with pytest.raises(MalformedError, match=r"attachment form\.json"):
        pdf_slot.form_in(document)


def test_a_document_may_carry_no_form() -> None:
    assert pdf_slot.form_in(BASE.replace(b"(form.json)", b"(menu.json)")) is None


def page_stream(text: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text)


OTHER_PAGE = page_stream(b"BT /F1 24 Tf 72 720 Td (No) Tj ET")
ATTACKS = {
    "another object": updated(BASE, 3, OTHER_PAGE),
    "another object, then the evidence": updated(CARRIED, 3, OTHER_PAGE),
    "the evidence's update for another object": BASE + UPDATE.replace(b"8 0 obj", b"3 0 obj"),
    "the table for another object": BASE + UPDATE.replace(b"xref\n8 1", b"xref\n3 1"),
    "two objects in the table": BASE + UPDATE.replace(b"xref\n8 1", b"xref\n7 2"),
    "two updates": updated(CARRIED, 8, page_stream(EVIDENCE)),
    "the same update twice": CARRIED + UPDATE,
    "trailing bytes": CARRIED + b"\n",
    "trailing comment": CARRIED + b"% more\n",
    "prefix bytes": b"\n" + CARRIED,
    "another version": CARRIED.replace(b"%PDF-1.7", b"%PDF-1.4"),
    "marker twice": pdf_slot.with_evidence(BASE, EVIDENCE).replace(
        b"\n9 0 obj", b"\nstream\ntdl-evidence\nendstream\nendobj\n9 0 obj", 1
    ),
    "another root": BASE + UPDATE.replace(b"/Root 10", b"/Root  1"),
    "no end": CARRIED[:-1],
    "a reader's own ID": BASE + re.sub(rb"<[0-9a-f]{32}>", b"<" + b"0" * 32 + b">", UPDATE),
    "the evidence cut": BASE + UPDATE.replace(EVIDENCE, EVIDENCE[:-2]),
    "another length": BASE + UPDATE.replace(b"/Length %d" % len(EVIDENCE), b"/Length 99"),
    "length and size": BASE + UPDATE.replace(b"%d" % len(EVIDENCE), b"44"),
    "no evidence in the update": BASE + UPDATE.replace(EVIDENCE, b""),
    "the table points behind itself": BASE + re.sub(rb"\d{10} 00000", b"9999999999 00000", UPDATE),
    "the table points to the start": BASE + re.sub(rb"\d{10} 00000", b"0000000000 00000", UPDATE),
    "the marker's attachment is a page": BASE.replace(
        b"/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size 12",
        b"/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size 13",
    ),
    "the first table leads past the slot": re.sub(
        rb"(0000000016 00000 n\r\n(?:\d{10} 00000 n\r\n){6})\d{10}", rb"\g<1>0000000016", BASE
    ),
    "a free slot": re.sub(
        rb"(0000000016 00000 n\r\n(?:\d{10} 00000 n\r\n){6}\d{10} 00000) n", rb"\g<1> f", BASE
    ),
    "a table with a hole": BASE.replace(b"xref\n0 11", b"xref\n0 10"),
    "another size": BASE.replace(b"/Size 11", b"/Size 10"),
    "an encrypted file": BASE.replace(b"/Info 9 0 R", b"/Encrypt 9 0 R"),
    "an older revision below": updated(minimal_pdf("No"), 3, OTHER_PAGE),
}


@pytest.mark.parametrize("data", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_malformed(data: bytes) -> None:
    assert data != CARRIED
    assert data != BASE
    with pytest.raises(MalformedError):
        pdf_slot.split(data)


def test_evidence_over_an_update_has_another_digest_or_is_refused() -> None:
    with pytest.raises(MalformedError):
        pdf_slot.with_evidence(updated(BASE, 3, OTHER_PAGE), EVIDENCE)


def test_a_changed_word_changes_the_digest() -> None:
    changed = CARRIED.replace(b"(Yes) Tj", b"(Yea) Tj")
    found = digest_and_evidence(changed)
    assert HONEST is not None
    assert found is not None
    assert found[0] != HONEST[0]


def test_changed_evidence_is_malformed_or_other_evidence() -> None:
    # The second half of /ID is made of the evidence, so a careless change is malformed already.
    assert digest_and_evidence(CARRIED.replace(b"[1,2]", b"[1,3]")) is None
    careful = pdf_slot.with_evidence(BASE, EVIDENCE.replace(b"[1,2]", b"[1,3]"))
    assert HONEST is not None
    assert digest_and_evidence(careful) == (HONEST[0], EVIDENCE.replace(b"[1,2]", b"[1,3]"))


@pytest.mark.parametrize("change", [0x01, 0x20, 0x80, 0xFF])
def test_every_changed_byte_is_refused_or_seen(change: int) -> None:
    for at in range(len(CARRIED)):
        mutated = bytearray(CARRIED)
        mutated[at] ^= change
        assert digest_and_evidence(bytes(mutated)) != HONEST, (at, change)


def test_every_lost_or_added_byte_is_refused_or_seen() -> None:
    for at in range(len(CARRIED) + 1):
        for changed in (CARRIED[:at] + CARRIED[at + 1 :], CARRIED[:at] + b"0" + CARRIED[at:]):
            assert changed == CARRIED or digest_and_evidence(changed) != HONEST, at


def test_every_cut_is_refused_or_is_the_document_without_evidence() -> None:
    for at in range(len(CARRIED)):
        found = digest_and_evidence(CARRIED[:at])
        assert found is None or at == len(BASE)


def test_evidence_of_no_bytes_is_refused() -> None:
    with pytest.raises(MalformedError, match="no bytes"):
        pdf_slot.with_evidence(BASE, b"")
