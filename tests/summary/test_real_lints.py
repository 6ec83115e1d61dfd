"""What was wrong with four published summaries is told here, or cannot be said here at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pytest

from ledger.errors import MalformedError
from ledger.record.canonical import JSON
from ledger.record.record import Record
from ledger.render import FORMATS, render
from ledger.summary.criteria import assess
from ledger.summary.document import (
    Choice,
    Moment,
    Period,
    Range,
    Ranges,
    Text,
    Value,
)
from ledger.summary.eu.lints import lint
from ledger.summary.filing import Identity
from ledger.summary.profile import check_profile
from tests.makers import release, shard
from tests.summary.real.examples import EXAMPLES, Made
from tests.summary.real.lab import facts_of
from tests.summary.test_criteria import verdict, with_values
from tests.summary.test_real_summaries import READERS, plain


@dataclass(frozen=True)
class Raised:
    """A lint of the facts file, and what raises it on the summary as we encoded it.

    `gap`: the document itself lists it, in this field, in these words. `check`: the reading by
    published criteria does not find this check met. `host`: it is about how the file is published.
    `impossible`: our form cannot express it; a test below shows that, by the name in `where`.
    """

    name: str
    lint: str
    by: Literal["gap", "check", "host", "impossible"]
    where: str
    says: str = ""


RAISED = (
    Raised("apertus", "EU languages not listed", "check", "F1.3.e.3"),
    Raised("apertus", "continuous training not stated", "gap", "1.3.d", "trained on new data"),
    Raised(
        "apertus",
        "opt-out and toxicity text under 1.3 belongs in 3.1 and 3.2",
        "check",
        "F1.3.f.5",
    ),
    Raised("apertus", "no canonical link", "gap", "0.a", "authoritative copy"),
    Raised("apertus", "no statement of being the latest version", "impossible", "not the latest"),
    Raised("bria-3-2", "no version", "impossible", "no version"),
    Raised(
        "bria-3-2",
        "own figures instead of ticked ranges (an alternative unit is offered for text only)",
        "impossible",
        "figures instead of ranges",
    ),
    Raised("bria-3-2", "summary buried in a 16-page document", "host", "D2"),
    Raised("bria-3-2", "3.2 text cut off in the PDF", "impossible", "cut off"),
    Raised("gpt-5-5", "date format", "impossible", "date in words"),
    Raised("gpt-5-5", "third answer in 2.2.1", "impossible", "third answer"),
    Raised("gpt-5-5", "no snapshots for Common Crawl", "gap", "2.1.c", "Common Crawl"),
    Raised("gpt-5-5", "no domain names", "gap", "2.3.h", "domains"),
    Raised("gpt-5-5", "approximate start year", "impossible", "year alone"),
    Raised("gpt-5-5", "2.4.a No against 2.4.c naming chats", "check", "F2.4.1"),
    Raised("gpt-5-5", "generators not uniquely named", "gap", "2.5.c", "no known generator"),
    Raised("gpt-5-5", "no links to generator summaries", "gap", "2.5.c", "summary of what GPT-5.4"),
    Raised("smollm3-3b", "no market placement date", "gap", "1.2.c", "date of placement"),
    Raised("smollm3-3b", "no CoP answer", "gap", "3.1.a", "Code of Practice"),
    Raised("smollm3-3b", "no representative for a non-EU entity", "gap", "1.1.b", "representative"),
    Raised("smollm3-3b", "Qwen3 is on the market but sits in 2.5.d", "check", "F2.5.d.2"),
    Raised("smollm3-3b", "continuous training not stated", "gap", "1.3.d", "trained on new data"),
    Raised(
        "smollm3-3b", "large datasets without pinned version", "gap", "2.1.c", "version of FineMath"
    ),
    Raised("smollm3-3b", "SmolTalk2 reported in 2.1 and 2.5", "check", "F2.5.1"),
)

by_lint = pytest.mark.parametrize(
    "raised", RAISED, ids=[f"{one.name}-{one.lint}" for one in RAISED]
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_lint_of_the_facts_is_spoken_of(name: str) -> None:
    assert [one.lint for one in RAISED if one.name == name] == facts_of(name)["lint"]


@by_lint
def test_what_was_wrong_is_told(made: Mapping[str, Made], raised: Raised) -> None:
    document, filing = made[raised.name].document, made[raised.name].filing
    if raised.by == "gap":
        told = [gap.message for gap in document.gaps if gap.field == raised.where]
        assert any(raised.says in one for one in told), told
    elif raised.by == "impossible":
        assert raised.where in IMPOSSIBLE
    else:
        found = verdict(assess(document, filing), raised.where)
        assert found in (("missed", "partly") if raised.by == "check" else ("depends on host",))


@dataclass(frozen=True)
class ByHand:
    """A mistake that our form cannot express, put into a document by hand, and who sees it."""

    field: str
    values: tuple[Value, ...]
    check: str


TICKLESS = tuple(Choice(f"{n} images", ticked=False) for n in ("few", "some", "many"))

RULES: Mapping[tuple[str, str], str] = {
    ("apertus", "EU languages not listed"): "L13",
    ("apertus", "continuous training not stated"): "L14",
    ("apertus", "opt-out and toxicity text under 1.3 belongs in 3.1 and 3.2"): "L15",
    ("apertus", "no canonical link"): "L16",
    ("gpt-5-5", "no snapshots for Common Crawl"): "L5",
    ("gpt-5-5", "no domain names"): "L4",
    ("gpt-5-5", "approximate start year"): "L20",
    ("gpt-5-5", "2.4.a No against 2.4.c naming chats"): "L10",
    ("gpt-5-5", "generators not uniquely named"): "L21",
    ("gpt-5-5", "no links to generator summaries"): "L22",
    ("smollm3-3b", "no market placement date"): "L23",
    ("smollm3-3b", "no CoP answer"): "L24",
    ("smollm3-3b", "no representative for a non-EU entity"): "L25",
    ("smollm3-3b", "Qwen3 is on the market but sits in 2.5.d"): "L7",
    ("smollm3-3b", "continuous training not stated"): "L14",
    ("smollm3-3b", "large datasets without pinned version"): "L26",
    ("smollm3-3b", "SmolTalk2 reported in 2.1 and 2.5"): "L27",
}
"""The rules of `ledger check` that raise them on the summaries as we encoded them."""

BY_HAND = {
    "not the latest": "L17",
    "no version": "L18",
    "figures instead of ranges": "L2",
    "cut off": "L19",
    "date in words": "L11",
    "third answer": "L3",
    "year alone": "L11",
}
"""The rules that raise what our form cannot express, once it is put in by hand."""


@pytest.mark.parametrize(("name", "text"), RULES)
def test_the_rule_for_it_is_raised(made: Mapping[str, Made], name: str, text: str) -> None:
    found = lint(made[name].document, made[name].filing)
    assert RULES[name, text] in {one.rule for one in found}


def test_every_lint_has_a_rule_but_the_one_about_hosting() -> None:
    told = {(one.name, one.lint) for one in RAISED if one.where not in BY_HAND}
    assert told - set(RULES) == {("bria-3-2", "summary buried in a 16-page document")}


@pytest.mark.parametrize("mistake", BY_HAND)
def test_the_rule_sees_what_is_put_in_by_hand(made: Mapping[str, Made], mistake: str) -> None:
    by_hand, rule = IMPOSSIBLE[mistake], BY_HAND[mistake]
    name = next(one.name for one in RAISED if one.where == mistake)
    document, filing = made[name].document, made[name].filing
    changed = with_values(document, by_hand.field, *by_hand.values)
    assert rule not in {one.rule for one in lint(document, filing)}
    raised = [one for one in lint(changed, filing) if one.rule == rule]
    assert by_hand.field in {one.field for one in raised}


IMPOSSIBLE: Mapping[str, ByHand] = {
    "not the latest": ByHand("0.a", (Text(("Version 1",)),), "D16"),
    "no version": ByHand("0.a", (Text(("The latest version.",)),), "D23"),
    "figures instead of ranges": ByHand(
        "1.3.b",
        (Ranges((Range("Image", TICKLESS, "479 million"), Range("Text", (), ""))),),
        "F1.3.b.1",
    ),
    "cut off": ByHand("3.2.a", (Text(("Only data of partners is taken and",)),), "F3.2.a.1"),
    "date in words": ByHand("0.b", (Moment("2026-06-26", "26 June 2026"),), "D30"),
    "third answer": ByHand("2.2.1.a", (Text(("Other",)),), "F2.2.1.a.1"),
    "year alone": ByHand("2.3.e", (Period("2018", "2025-12"),), "F2.3.e.4"),
}


@pytest.mark.parametrize("mistake", IMPOSSIBLE)
def test_a_mistake_put_in_by_hand_is_seen(made: Mapping[str, Made], mistake: str) -> None:
    by_hand = IMPOSSIBLE[mistake]
    name = next(one.name for one in RAISED if one.where == mistake)
    document, filing = made[name].document, made[name].filing
    changed = with_values(document, by_hand.field, *by_hand.values)
    assert verdict(assess(document, filing), by_hand.check) == "met"
    assert verdict(assess(changed, filing), by_hand.check) in ("missed", "partly")


def test_a_summary_has_a_version_from_one_on_and_says_that_it_is_the_latest(
    made: Mapping[str, Made],
) -> None:
    with pytest.raises(MalformedError, match="versions count from 1"):
        Identity(version=0, last_update="2026-01-06", origin="o", size=1)
    for one in made.values():
        (text, *_) = one.document.field("0.a").values
        assert isinstance(text, Text)
        assert text.paragraphs[0] == "Version 1"
        assert "latest version" in text.paragraphs[1]


def test_the_form_ticks_one_range_for_each_modality_beside_any_figure(
    made: Mapping[str, Made],
) -> None:
    for one in made.values():
        (value,) = [v for v in one.document.field("1.3.b").values if isinstance(v, Ranges)]
        for row in value.rows:
            assert sum(box.ticked for box in row.options) == 1


def test_yes_and_no_have_no_third_answer() -> None:
    with pytest.raises(MalformedError, match="expected yes or no"):
        check_profile({"confirm": {"private_licensed": "Other"}})


@pytest.mark.parametrize("start", ["2018", "2018 (approximately)", "01/2018", "2018-13", "2018-1"])
def test_a_period_is_from_month_to_month(start: str) -> None:
    source: JSON = {"category": "crawled", "period": {"start": start, "end": "2025-12"}}
    with pytest.raises(MalformedError, match="a month as YYYY-MM"):
        Record.parse("shard", shard(source=source))


@pytest.mark.parametrize("date", ["26 June 2026", "26/06/2026", "2026-6-26", "2026-02-30"])
def test_a_date_is_written_in_one_way(date: str) -> None:
    fields = release()
    fields["release"] = {"name": "m", "market_date": date}
    with pytest.raises(MalformedError, match=r"YYYY-MM-DD|not in the calendar"):
        Record.parse("release", fields)


@pytest.mark.parametrize("form", READERS)
def test_a_long_text_is_whole_in_every_format(made: Mapping[str, Made], form: str) -> None:
    words = " ".join(f"measure-{number}." for number in range(1, 1200))
    document = with_values(made["bria-3-2"].document, "3.2.a", Text((words,)))
    said = READERS[form](render(document, FORMATS[form]).document)("3.2.a")
    assert plain(words) in said or all(plain(one) in said for one in words.split()[-3:])
