"""Each lint is raised by the mistake that it is about, and by nothing in a careful summary."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.summary.document import (
    Choice,
    Choices,
    Document,
    Domains,
    Item,
    Items,
    Moment,
    NotApplicable,
    Period,
    Range,
    Ranges,
    Text,
    Unstated,
    Value,
    YesNo,
)
from ledger.summary.eu import summarise
from ledger.summary.eu.lints import LINTS, TEXTS, Finding, lint, untold
from ledger.summary.filing import Filing
from tests.summary.complete import complete
from tests.summary.example import filing
from tests.summary.real.examples import EXAMPLES, Made
from tests.summary.real.lab import facts_of
from tests.summary.test_criteria import with_values

FILING = complete()
DOCUMENT = summarise(FILING)
BOXES = ("Text", "Image", "Video", "Audio", "Other")


def ticked(*labels: str) -> Choices:
    return Choices(tuple(Choice(label, label in labels) for label in BOXES))


def sizes(*labels: str, figure: str = "") -> Ranges:
    options = tuple(Choice(label, ticked=True) for label in labels)
    return Ranges((Range("Image", options, figure),))


def items(*names: str) -> Items:
    return Items(tuple(Item(name) for name in names))


def raised(document: Document, filing: Filing = FILING) -> set[tuple[str, str]]:
    return {(one.rule, one.field) for one in lint(document, filing)}


def test_a_careful_summary_raises_none() -> None:
    assert lint(DOCUMENT, FILING) == ()


MISTAKES: Mapping[str, tuple[str, tuple[Value, ...]]] = {
    "L1 2.1.b": ("1.3.a", (ticked("Image"),)),
    "L2 1.3.b two ranges": (
        "1.3.b",
        (sizes("Less than 1 million images", "More than 1 billion images"),),
    ),
    "L2 1.3.b another unit": ("1.3.b", (sizes("Less than 1 billion tokens"),)),
    "L2 1.3.b own figures": ("1.3.b", (sizes(figure="479 million"),)),
    "L2 1.3.b no size": ("1.3.b", (Ranges(()),)),
    "L3 2.2.1.a": ("2.2.1.a", (Text(("Other",)),)),
    "L3 3.1.a": ("3.1.a", (NotApplicable("Not applicable."),)),
    "L4 2.3.h categories": ("2.3.h", (Text(("News, forums, portals.",)),)),
    "L4 2.3.h no names": ("2.3.h", (Domains(("news sites",), 1, "top"),)),
    "L4 2.3.h too few": ("2.3.h", (Domains(("a.org",), 100, "top"),)),
    "L5 2.1.c": ("2.1.c", (items("Common Crawl"),)),
    "L6 1.3.d": ("1.3.d", (Moment("2020-01", "01/2020"), Text(("Not trained on new data.",)))),
    "L7 2.5.d": ("2.5.d", (items("Qwen3-32B"),)),
    "L7 2.5.c": ("2.5.c", (Items((Item("tutor (internal)", "https://t.example"),)),)),
    "L8 2.6.b": ("2.6.b", (Text(("Exercises, and synthetic dialogues.",)),)),
    "L9 3.2.a": ("3.2.a", (Text(("",)),)),
    "L9 2.6.c": ("2.6.c", ()),
    "L10 2.4.a": ("2.4.a", (YesNo(False),)),
    "L11 0.b": ("0.b", (Moment("2026-06-26", "26 June 2026"),)),
    "L11 0.b in words": ("0.b", (Text(("January 6, 2026",)),)),
    "L11 1.3.d": ("1.3.d", (Moment("2026-13", "13/2026"), Text(("Training continues.",)))),
    "L11 2.3.e": ("2.3.e", (Period("2018", "2026-06"),)),
    "L12 1.2.a": ("1.2.a", (items("m-1", "m-1-chat"),)),
    "L13 1.3.e": ("1.3.e", (Text(("Over 1000 languages.",)),)),
    "L14 1.3.d": ("1.3.d", (Moment("2026-10", "10/2026"),)),
    "L15 1.3.f": ("1.3.f", (Text(("Filtered for opt-outs and toxicity.",)),)),
    "L16 0.a": ("0.a", (Text(("Version 2", "The latest version.", "Nothing changed.")),)),
    "L17 0.a": ("0.a", (Text(("Version 2",)),)),
    "L18 0.a": ("0.a", (Text(("The latest version.",)),)),
    "L19 3.2.a": ("3.2.a", (Text(("Hash lists are matched against all images and",)),)),
    "L20 2.3.i": ("2.3.i", (Text(("From 2018 (approximately) on.",)),)),
    "L21 2.5.d": ("2.5.d", (items("Unnamed third-party models"),)),
    "L22 2.5.c": ("2.5.c", (items("Qwen3-32B"),)),
    "L23 1.2.c": ("1.2.c", (Text(("Not yet.",)),)),
    "L24 3.1.a": ("3.1.a", (Unstated("Not stated."),)),
    "L26 2.1.c": ("2.1.c", (items("FineWeb"),)),
    "L27 2.5.e": ("2.5.e", (Text(("Parts of FineWeb-Edu were rewritten.",)),)),
    "L28 0.a": ("0.a", (Text(("Version 2",)),)),
    "L29 0.a": ("0.a", (Text(("Version 2",)),)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_raises_its_lint(mistake: str) -> None:
    field, values = MISTAKES[mistake]
    rule, where = mistake.split()[:2]
    changed = with_values(replace(DOCUMENT, link=""), field, *values)
    assert (rule, where) in raised(changed)
    assert (rule, where) not in raised(DOCUMENT)


def test_every_lint_has_its_mistake() -> None:
    tried = {mistake.split()[0] for mistake in MISTAKES} | {"L25"}
    assert tried == set(TEXTS)
    assert list(TEXTS) == [f"L{number}" for number in range(1, len(LINTS) + 1)]


def test_a_provider_outside_the_union_needs_a_representative() -> None:
    for country, found in (("US", True), ("FR", False)):
        one = filing(profile={"provider": {"established_in": country}})
        assert (("L25", "1.1.b") in raised(summarise(one), one)) is found


def test_a_modality_that_no_source_has_is_told_where_it_is_ticked() -> None:
    none = with_values(DOCUMENT, "2.6.a", YesNo(False))
    boxes = tuple(Choice(label, ticked=True) for label in (*BOXES, "Smell"))
    assert ("L1", "1.3.a") in raised(with_values(none, "1.3.a", Choices(boxes)))


def test_a_gap_of_the_document_is_not_told_again() -> None:
    document = summarise(filing())
    told = {(one.rule, one.field) for one in untold(document, filing())}
    assert ("L24", "3.1.a") in raised(document, filing())
    assert ("L24", "3.1.a") not in told
    without = replace(document, gaps=())
    assert ("L24", "3.1.a") in {(one.rule, one.field) for one in untold(without, filing())}


def test_every_finding_says_what_mends_it() -> None:
    found: list[Finding] = []
    for field, values in MISTAKES.values():
        found += lint(with_values(DOCUMENT, field, *values), FILING)
    assert all(one.remedy and one.message for one in found)
    assert {one.severity for one in found} <= {"contradiction", "missing", "advice"}


def test_the_page_lists_the_lints() -> None:
    page = (Path(__file__).parents[2] / "docs/regulations/eu.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| L\d", line)]
    assert rows == [f"| {rule.id} | {rule.text} |" for rule in LINTS]


REAL: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "apertus": {
        "EU languages not listed": ("L13 1.3.e",),
        "continuous training not stated": ("L14 1.3.d",),
        "opt-out and toxicity text under 1.3 belongs in 3.1 and 3.2": ("L15 1.3.f",),
        "no canonical link": ("L16 0.a",),
        "no statement of being the latest version": ("L17 0.a",),
    },
    "bria-3-2": {
        "no version": ("L18 0.a",),
        "own figures instead of ticked ranges (an alternative unit is offered for text only)": (
            "L2 1.3.b",
        ),
        "summary buried in a 16-page document": (),
        "3.2 text cut off in the PDF": ("L19 3.2.a",),
    },
    "gpt-5-5": {
        "date format": ("L11 0.b",),
        "third answer in 2.2.1": ("L3 2.2.1.a",),
        "no snapshots for Common Crawl": ("L5 2.1.c",),
        "no domain names": ("L4 2.3.h",),
        "approximate start year": ("L20 2.3.i", "L11 2.3.e"),
        "2.4.a No against 2.4.c naming chats": ("L10 2.4.a",),
        "generators not uniquely named": ("L21 2.5.e",),
        "no links to generator summaries": ("L22 2.5.c",),
    },
    "smollm3-3b": {
        "no market placement date": ("L23 1.2.c",),
        "no CoP answer": ("L24 3.1.a",),
        "no representative for a non-EU entity": ("L25 1.1.b",),
        "Qwen3 is on the market but sits in 2.5.d": ("L7 2.5.d",),
        "continuous training not stated": ("L14 1.3.d",),
        "large datasets without pinned version": ("L26 2.1.c",),
        "SmolTalk2 reported in 2.1 and 2.5": ("L27 2.5.e",),
    },
}
"""What the facts files name, and the lints that say it. Where a file is, no document shows."""

AS_PUBLISHED: Mapping[str, Mapping[str, tuple[Value, ...]]] = {
    "apertus": {"0.a": (Text(("V1",)),)},
    "bria-3-2": {
        "0.a": (Text(("Bria 3, January 6",)),),
        "0.b": (Text(("January 6, 2026",)),),
        "1.3.b": (
            Ranges((Range("Text", (), "", "19.2B tokens"), Range("Image", (), "479 million"))),
        ),
        "3.2.a": (Text(("We use only licensed data from partners that were verified by the",)),),
    },
    "gpt-5-5": {
        "0.b": (Moment("2026-06-26", "26 June 2026"),),
        "2.2.1.a": (Text(("Other",)),),
        "2.3.e": (Period("2018", "2025-12"),),
    },
    "smollm3-3b": {},
}
"""What our own form cannot express, as it was published."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_was_wrong_with_a_published_summary_is_raised(
    made: Mapping[str, Made], name: str
) -> None:
    document: Any = made[name].document
    for field, values in AS_PUBLISHED[name].items():
        document = with_values(document, field, *values)
    found = {f"{rule} {field}" for rule, field in raised(document, made[name].filing)}
    assert list(REAL[name]) == facts_of(name)["lint"]
    assert {one for every in REAL[name].values() for one in every} <= found
    # A mistake of one is not seen in all: each example raises its own.
    assert not found >= {one for each in REAL.values() for every in each.values() for one in every}
