"""The pages of an audit's report as PDF: what they say, and the report inside."""

import io
from pathlib import Path

import pdfua
import pikepdf
import pytest

from ledger.render.pdf.report import render
from tests.query.reports import failure, large_report
from tests.render.pdf_reading import Pdf

REPORT = large_report([failure(), failure("user.text", by_size=True)])


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(REPORT)


def test_the_report_for_programs_is_inside_and_the_title_says_the_verdict(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.attachments["report.json"].get_file().read_bytes() == REPORT.to_bytes()
        assert str(opened.docinfo["/Title"]) == "Audit of the summary of Example-1: Misreported"
        with opened.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["pdfuaid:part"] == "1"


def test_the_same_report_gives_the_same_bytes(pdf: bytes) -> None:
    assert render(REPORT) == pdf


def test_a_checker_of_accessibility_finds_nothing(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    assert pdfua.validate(str(path)).findings == ()


def test_the_pages_say_the_verdict_and_every_failed_draw(pdf: bytes) -> None:
    pages = Pdf(pdf)
    assert pages.says("Too many draws failed in crawled.text and user.text")
    assert pages.says("crawled.text, by records 0, leaf 7")
    assert pages.says("never recorded cannot be found by it")
    assert all(pages.fonts().values())
