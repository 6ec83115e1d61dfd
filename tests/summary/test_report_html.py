"""The page of an audit's report: what it says, and that nothing in it runs or is cut off."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ledger.query.randomness import Mode
from ledger.query.report import Outcome, Report
from ledger.summary.report_html import render
from ledger.summary.report_page import MOST, report_page
from tests.query.reports import failure, large_report


class Words(HTMLParser):
    """Collects a page's texts, and checks that its elements nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)


def words(report: Report) -> str:
    parser = Words()
    parser.feed(render(report).decode())
    assert parser.open == []
    return " ".join(" ".join(parser.texts).split())


def test_a_good_report_says_so_first_and_then_what_it_does_not_show() -> None:
    said = words(large_report())
    assert said.index("Verified In every section it is excluded") < said.index("What the draws")
    assert "never recorded cannot be found by it" in said
    assert "any of the 7, with at most 7 %" in said
    assert "Draws that failed None." in said
    assert "none were counted again" in said


def test_a_bad_one_names_the_sections_and_every_draw_that_failed() -> None:
    failed = [failure(), failure("user.text", by_size=True, outcome=Outcome.UNAVAILABLE)]
    said = words(large_report(failed))
    assert "Misreported Too many draws failed in crawled.text and user.text" in said
    assert "crawled.text, by records 0, leaf 7 3.7 Misreported, step 4 its leaf says" in said
    assert "user.text, by size 0, leaf 7 Not opened, step 4 leaf 7 is not opened" in said


def test_a_void_one_and_a_self_check_are_called_that() -> None:
    assert "Void What the summary commits to does not hold" in words(
        large_report([failure(outcome=Outcome.BROKEN)])
    )
    own = words(large_report(mode=Mode.NOBODY, rand=b"", draws=8_828))
    assert "Self-check The lab drew for itself" in own
    assert "Bad records below" in own
    assert "With 99 %" not in own
    assert "Verified" not in own


def test_contents_and_what_could_not_be_told_are_shown() -> None:
    report = replace(
        large_report(),
        contents={"crawled.text": (5, 1)},
        untold=("whether the log holds a newer version",),
        notes=("record 3.4 was withdrawn",),
    )
    said = words(report)
    assert "those of 5 draws were counted again, and 1 differed" in said
    assert "What could not be told whether the log holds a newer version" in said
    assert "What else was seen record 3.4 was withdrawn" in said


def test_of_many_failures_the_page_shows_some_and_says_how_many_more() -> None:
    page = report_page(large_report([failure(number=number) for number in range(MOST + 7)]))
    assert len(page.failures) == MOST
    assert page.left_out == "and 7\N{NO-BREAK SPACE}failed draws more, listed in the file"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "\u202e evil"])
def test_what_a_lab_says_is_text_and_nothing_else(text: str) -> None:
    hostile = replace(failure(), reason=text, outcome=Outcome.UNAVAILABLE)
    page = render(large_report([hostile])).decode()
    assert "<script" not in page
    assert "<img" not in page
    assert re.search("default-src 'none'; style-src 'sha256-[^']+'", page)


def test_the_same_report_gives_the_same_page() -> None:
    assert render(large_report([failure()])) == render(large_report([failure()]))
