"""The form as PDF: complete, tagged, whole in one file, and the same bytes each time."""

import io
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pdfua
import pikepdf
import pytest

from ledger.errors import InputError, MalformedError
from ledger.proof import pdf_slot
from ledger.proof.document_slot import split_evidence, with_evidence
from ledger.render import PDF, pdf, render
from ledger.summary import document_json
from ledger.summary.document import Chart, Choices, Share, Unstated, YesNo
from ledger.summary.eu import summarise
from tests.render.pdf_reading import Pdf, squeezed
from tests.summary.example import example, filing

PROOF = b'{"entries":[1,2],"type":"tdl/evidence/v1"}\n'
LINK = "https://example.org/ai/summary/m-1/2"
DOCUMENT = replace(
    summarise(example()),
    standing="The labels of this form are not the official ones.",
    link=LINK,
    no_later_than="2026-11-24T09:00:00Z",
    charts=(
        Chart("modality", "Tokens by modality", "tokens", (Share("Text", 995), Share("Image", 5))),
    ),
)


@pytest.fixture(scope="module")
def file() -> bytes:
    return pdf.render(DOCUMENT)


@pytest.fixture(scope="module")
def carried(file: bytes) -> bytes:
    return with_evidence(file, PROOF)


@pytest.fixture(scope="module")
def read(carried: bytes) -> Pdf:
    return Pdf(carried)


BARE = summarise(filing(profile={}))
"""A document in which nobody has stated anything."""


@pytest.fixture(scope="module")
def bare() -> Pdf:
    return Pdf(pdf.render(BARE))


def test_every_label_and_section_stands_on_a_page_in_the_order_of_the_form(read: Pdf) -> None:
    text, at = squeezed(read.text), 0
    for field in DOCUMENT.fields():
        at = text.find(squeezed(f"{field.id} {field.label}"), at)
        assert at >= 0, field.id
    for section in DOCUMENT.sections[1:]:
        assert read.says(f"{section.id}{section.label}")


def test_the_answers_stand_on_the_pages(read: Pdf) -> None:
    assert read.says("Reads robots.txt and tdmrep.json before each visit.")
    assert read.says("12 rue des Exemples, 75011 Paris, France")
    assert read.says("straßburg.example")
    assert read.says("blake3:" + "5f" * 32)
    for field in DOCUMENT.fields():
        for value in field.values:
            if isinstance(value, YesNo):
                assert read.says("☑Yes☐No" if value.answer else "☐Yes☑No")
            elif isinstance(value, Choices):
                assert read.says("".join("☐☑"[one.ticked] + one.label for one in value.options))


def test_the_first_page_says_which_document_this_is(read: Pdf) -> None:
    for said in (
        DOCUMENT.title,
        DOCUMENT.legal_basis,
        DOCUMENT.standing,
        "Example Labs SAS",
        "m-1-base-2026-11 and m-1-chat-2026-11",
        "Last update 24/11/2026",
        "log log.example.org/2026 at size 1\u202f184",
        "Records logged no later than 24/11/2026, 09:00:00 UTC",
        f"Authoritative copy {LINK}",
        "Amounts shown size ranges only",
        f"sha256:{sha256(document_json.to_bytes(DOCUMENT)).hexdigest()}",
        "ledger verify summary.pdf --trust trust.policy",
    ):
        assert squeezed(said) in squeezed(read.pages[0]), said


def test_each_page_says_where_it_belongs(read: Pdf) -> None:
    form = sha256(document_json.to_bytes(DOCUMENT)).hexdigest()
    for number, page in enumerate(read.pages, 1):
        assert f"Page {number} of {len(read.pages)}" in page
        assert f"Form sha256:{form[:16]}…" in page
        assert squeezed("Version 2 · 24/11/2026") in squeezed(page)


def test_what_an_answer_rests_on_stands_beside_it(read: Pdf) -> None:
    assert read.says("from records declared · 3\u202f093\xa0records")
    assert read.says("from records none in 3\u202f614\xa0records")


def test_not_stated_and_not_applicable_are_told_apart(bare: Pdf) -> None:
    unstated = [v for f in BARE.fields() for v in f.values if isinstance(v, Unstated)]
    assert unstated
    assert all(bare.says(f"Not stated. {value.reason}") for value in unstated)
    assert bare.text.count("Not stated.") == len(unstated) + 1, "the provider has no name either"


def test_open_points_say_what_closes_them(read: Pdf) -> None:
    for gap in DOCUMENT.gaps:
        assert read.says(gap.remedy)
    inner = [name for address, name in read.links() if not address]
    contents = 2 + sum(1 + len(section.sections) for section in DOCUMENT.sections[1:])
    assert len(inner) >= len(DOCUMENT.gaps) + 1 + contents, "the points, their number, contents"
    assert all(inner)


def test_the_contents_name_the_pages(read: Pdf) -> None:
    for number, page in enumerate(read.pages, 1):
        if "2.3 Data crawled and scraped" in page and number > 1:
            said = squeezed(f"2.3 Data crawled and scraped from online sources{number}")
            assert said in squeezed(read.pages[0])
            return
    raise AssertionError("no such section")


def test_charts_are_there_when_there_are_any(read: Pdf, bare: Pdf) -> None:
    [chart] = [element for element in read.elements() if "Bar chart" in element.alt]
    assert chart.kind == "Figure"
    assert "Tokens by modality, share of tokens: Text 99.5\xa0%; Image 0.5\xa0%" in chart.alt
    assert read.says("Image 0.5 %")
    assert not bare.says("Parts of the whole")


def test_the_code_has_words_and_a_link(read: Pdf, bare: Pdf) -> None:
    codes = [element.alt for element in read.elements() if "QR" in element.alt]
    assert codes == [f"QR code that leads to {LINK}"]
    assert (LINK, LINK) in read.links()
    assert not [one for one in bare.elements() if one.kind == "Figure"]


def test_a_reader_is_told_title_language_and_structure(read: Pdf) -> None:
    root = read.file.Root
    assert str(root.Lang) == "en"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    title = "Public Summary of Training Content for General-Purpose AI models"
    assert str(read.file.docinfo["/Title"]).startswith(f"{title}: m-1-base-2026-11")
    assert "/Outlines" in root


def test_the_metadata_name_the_standards(read: Pdf) -> None:
    found = read.metadata()
    assert "<pdfaid:part>3</pdfaid:part>" in found
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in found
    assert "<pdfuaid:part>1</pdfuaid:part>" in found
    assert str(read.file.Root.OutputIntents[0].S) == "/GTS_PDFA1"


def test_headings_are_named_and_no_level_is_left_out(read: Pdf) -> None:
    headings = [one for one in read.elements() if re.fullmatch("H[1-6]", one.kind)]
    assert len(headings) > sum(1 for _ in DOCUMENT.fields()) + len(DOCUMENT.sections)
    assert all(one.title.strip() for one in headings)
    levels = [int(one.kind[1]) for one in headings]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert "2.1.a Have you used publicly available datasets to train the model?" in [
        one.title for one in headings
    ]


def test_tables_have_header_cells(read: Pdf) -> None:
    kinds = [element.kind for element in read.elements()]
    tables = kinds.count("Table")
    assert tables >= 2
    assert kinds.count("TH") == 2 * (tables - 1) + 4


def test_all_fonts_are_ours_and_inside(read: Pdf) -> None:
    assert all(read.fonts().values())
    assert {name.partition("-")[0] for name in read.fonts()} == {
        "SourceSerif4",
        "SourceSans3",
        "SourceCodePro",
    }


def test_the_form_and_the_evidence_are_attached(read: Pdf, carried: bytes) -> None:
    form = document_json.to_bytes(DOCUMENT)
    held = {name: one.get_file().read_bytes() for name, one in read.file.attachments.items()}
    assert held == {"form.json": form, "evidence.json": PROOF}
    relations = {
        str(one.UF): (str(one.AFRelationship), str(one.EF.F.Subtype)) for one in read.file.Root.AF
    }
    assert relations == {
        "form.json": ("/Data", "/application/json"),
        "evidence.json": ("/Supplement", "/application/json"),
    }
    assert pdf_slot.form_in(carried) == form


def test_a_checker_of_accessibility_finds_nothing(carried: bytes, tmp_path: Path) -> None:
    path = tmp_path / "summary.pdf"
    path.write_bytes(carried)
    report = pdfua.validate(str(path))
    assert report.findings == ()
    # This checker knows 12 rules of the standard; of those, one fails over arrays in this release.
    assert {one.rule_id for one in report.skipped} <= {"UA-14-001"}


def test_a_syntax_checker_finds_nothing(read: Pdf) -> None:
    assert read.file.check_pdf_syntax() == []


def test_evidence_goes_in_and_comes_out(file: bytes, carried: bytes) -> None:
    split = split_evidence(carried)
    assert (split.document, split.evidence) == (file, PROOF)
    rendition = render(DOCUMENT, PDF)
    assert rendition.document == file
    assert rendition.digest == f"sha256:{split.digest.hex()}"


def test_the_same_document_gives_the_same_bytes_in_another_process(file: bytes) -> None:
    script = (
        "import sys\n"
        "from ledger.render import pdf\n"
        "from ledger.summary import document_json\n"
        "document = document_json.from_bytes(sys.stdin.buffer.read())\n"
        "sys.stdout.buffer.write(pdf.render(document))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=document_json.to_bytes(DOCUMENT),
        capture_output=True,
        check=True,
    )
    assert done.stdout == file


def changed(data: bytes, *, incremental: bool) -> bytes:
    """Return the file with one letter of its first page drawn in the place of another."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        page = opened.pages[0]
        content = page.Contents.read_bytes()
        first = content.index(b"Tj") if b"Tj" in content else content.index(b"TJ")
        at = content.rindex(b"(", 0, first) + 2 if b"(" in content[:first] else first - 3
        mutated = bytearray(content)
        mutated[at] ^= 1
        page.Contents.write(bytes(mutated))
        if not incremental:
            written = io.BytesIO()
            opened.save(written)
            return written.getvalue()
        number = page.Contents.objgen[0]
    body = b"<</Length %d>>\nstream\n%s\nendstream" % (len(mutated), mutated)
    table = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", data)
    trailer = re.search(rb"trailer\n<<(/Size \d+/Root \d+ 0 R/Info \d+ 0 R)", data)
    assert table is not None
    assert trailer is not None
    update = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return (
        data
        + update
        + (b"xref\n%d 1\n%010d 00000 n\r\ntrailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n")
        % (number, len(data), trailer[1], int(table[1]), len(data) + len(update))
    )


@pytest.mark.parametrize("incremental", [False, True], ids=["saved anew", "appended"])
def test_a_changed_letter_is_caught(file: bytes, carried: bytes, incremental: bool) -> None:
    for data in (file, carried):
        with pytest.raises(MalformedError):
            split_evidence(changed(data, incremental=incremental))


def test_every_changed_byte_of_a_real_file_is_refused_or_seen(carried: bytes) -> None:
    honest = split_evidence(carried)
    tail = carried.rindex(b"\nxref\n0 ")
    slot = carried.index(b"\nstream\ntdl-evidence\n")
    places = {
        *range(200),
        *range(slot - 200, slot + 60),
        *range(0, tail, 2999),
        *range(tail, len(carried), 61),
        *range(len(carried) - len(PROOF) - 500, len(carried)),
    }
    for at in sorted(places):
        mutated = bytearray(carried)
        mutated[at] ^= 0x01
        try:
            split = split_evidence(bytes(mutated))
        except MalformedError:
            continue
        assert (split.digest, split.evidence) != (honest.digest, honest.evidence), at


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in ("typst", "segno"):
        with monkeypatch.context() as patched:
            for name in [one for one in sys.modules if one.startswith("ledger.render.pdf.")]:
                patched.delitem(sys.modules, name)
            patched.setitem(sys.modules, missing, None)
            with pytest.raises(InputError, match=missing) as caught:
                pdf.render(DOCUMENT)
        assert caught.value.hint == 'pip install "training-data-ledger[pdf]"'
