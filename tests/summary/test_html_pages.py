"""What a page says of a document of any regime: its head, its contents, its charts, its margin."""

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pytest

from ledger.proof.html_slot import form_in
from ledger.summary import document_json, html
from ledger.summary.document import (
    Basis,
    Chart,
    Document,
    Field,
    Gap,
    Section,
    Share,
    Support,
    Text,
    YesNo,
)
from ledger.summary.eu import summarise
from ledger.summary.regime import find_regime, regimes
from tests.summary.example import example, filing
from tests.summary.test_renderers import PAYLOADS, Page

CHARTS = (
    Chart(
        "sources",
        "Tokens by kind of source",
        "tokens",
        (Share("Public", 812), Share("Crawled", 186), Share("Synthetic", 2)),
    ),
    Chart("basis", "Records by basis", "records", (Share("observed", 611), Share("declared", 389))),
)
EXAMPLE = summarise(example())


def page(document: Document) -> str:
    return html.render(document).decode()


def text(shown: str) -> str:
    """Return the text of a page as one line."""
    return re.sub(r"\s+", " ", "".join(Page(shown.encode()).text))


@pytest.mark.parametrize("regime", [one.name for one in regimes()])
@pytest.mark.parametrize("facts", [example(), filing()], ids=["full", "empty"])
def test_every_regime_has_a_page(regime: str, facts: object) -> None:
    document = find_regime(regime).fill(facts)  # type: ignore[arg-type]
    shown = page(document)
    said = text(shown)
    for field in document.fields():
        assert re.sub(r"\s+", " ", field.label) in said
    assert document.standing in said
    assert form_in(shown.encode()) == document_json.to_bytes(document)
    ids = re.findall(r' id="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', shown)) <= set(ids)


def test_the_form_inside_is_what_the_page_gives_the_digest_of() -> None:
    shown = page(EXAMPLE)
    form = form_in(shown.encode())
    assert form is not None
    assert document_json.from_bytes(form) == EXAMPLE
    assert f"<code>sha256:{sha256(form).hexdigest()}</code>" in shown


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: repr(text[:24]))
def test_whatever_a_form_says_it_comes_out_of_the_page(payload: str) -> None:
    document = replace(EXAMPLE, provider=payload)
    assert form_in(html.render(document)) == document_json.to_bytes(document)


def test_the_head_says_what_the_provider_shows_and_when_it_was_logged() -> None:
    bare = replace(EXAMPLE, link="", no_later_than="", standing="")
    assert "Records logged" not in page(bare)
    assert "Authoritative copy</dt>" not in page(bare)
    assert 'rel="canonical"' not in page(bare)
    assert 'class="standing"' not in page(bare)
    assert "size ranges only" in page(bare)
    full = replace(
        EXAMPLE,
        show="shares",
        link="https://example.org/m-1",
        no_later_than="2026-11-24T09:15:02Z",
        standing="Not the <official> form.",
    )
    shown = page(full)
    assert "<dt>Records logged</dt><dd>no later than 24/11/2026, 09:15:02 UTC</dd>" in shown
    assert '<link rel="canonical" href="https://example.org/m-1">' in shown
    assert 'dir="auto">Not the &lt;official&gt; form.</p>' in shown
    assert "size ranges and shares" in shown


def test_a_link_that_is_none_is_shown_as_text() -> None:
    shown = page(replace(EXAMPLE, link="javascript:alert(1)"))
    assert 'href="javascript' not in shown
    assert "javascript:alert(1)" in shown


def test_charts_say_in_words_what_they_draw() -> None:
    shown = page(replace(EXAMPLE, show="figures", charts=CHARTS))
    said = text(shown)
    for chart in CHARTS:
        assert chart.title in said
        for share in chart.shares:
            percent = f"{share.permille // 10}.{share.permille % 10}\u00a0%"
            assert f'<th scope="row" dir="auto">{share.label}</th><td>{percent}<svg' in shown
    drawn = re.findall(r'<rect class="part" width="(\d+)"', shown)
    assert [int(width) for width in drawn] == [812, 186, 2, 611, 389]
    pictures = [attrs for tag, attrs in Page(shown.encode()).tags if tag == "svg"]
    assert all(attrs["aria-hidden"] == "true" for attrs in pictures)
    assert '<a href="#charts">' in shown


def test_without_charts_none_is_spoken_of() -> None:
    shown = page(replace(EXAMPLE, charts=()))
    assert "<svg" not in shown
    assert 'id="charts"' not in shown
    assert "#charts" not in shown


LEDGER = Support("ledger", "a", 7, (Basis("observed", 7),), of=(0, 2))
PROFILE = Support("profile", "b", 1, (Basis("declared", 1),), of=(1,))
ALL = Support("rule", "c")


def margins(supports: tuple[Support, ...]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the texts that stand together, and the owners in the margin beside them."""
    values = (Text(("one",)), Text(("two",)), Text(("three",)), YesNo(True))
    field = Field("x", "Label", values, supports)
    document = replace(EXAMPLE, sections=(Section("s", "Section", (field,)),), gaps=())
    shown = page(document)
    block = shown.partition('id="f-x">')[2].partition("\n</div>")[0]
    for part in block.split('<dd class="answer">')[1:]:
        answer, _, margin = part.partition('<dd class="rests">')
        texts = re.findall(r'<p dir="auto">(\w+)</p>', answer)
        yield texts, re.findall(r'class="owner">from (?:the )?(\w+)<', margin)


def test_each_value_stands_beside_what_it_rests_on() -> None:
    assert list(margins((LEDGER, PROFILE))) == [
        (["one"], ["records"]),
        (["two"], ["provider"]),
        (["three"], ["records"]),
        ([], []),
    ]
    assert list(margins((LEDGER, PROFILE, ALL)))[1] == (["two"], ["provider", "form"])
    assert list(margins((ALL,))) == [(["one", "two", "three"], ["form"])]
    assert list(margins(())) == [(["one", "two", "three"], [])]


def test_a_form_without_numbers_is_known_by_its_labels() -> None:
    field = Field("a b/<c>", "What is <open>?", (YesNo(True),))
    gap = Gap("a b/<c>", "missing", "something", "do it")
    other = Gap("gone", "advice", "a field that is not there", "")
    sections = (Section("one two", "Part", (field,)), Section("plain", "", (field,)))
    document = replace(EXAMPLE, sections=sections[:1], gaps=(gap, other))
    shown = page(document)
    assert '<body class="plain">' in shown
    assert 'id="f-a%20b%2F%3Cc%3E"' in shown
    assert '<a href="#f-a%2520b%252F%253Cc%253E">What is &lt;open&gt;?</a>' in shown
    assert '<th scope="row">gone</th>' in shown
    assert '<h2 class="number" id="s-one%20two">Part</h2>' in shown
    untitled = page(replace(EXAMPLE, sections=sections[1:], gaps=()))
    assert '<div class="untitled">' in untitled
    assert "s-plain" not in untitled


def test_how_to_check_has_five_lines() -> None:
    shown = page(EXAMPLE)
    lines = shown.partition('id="check">')[2].partition("</ol>")[0].split("<li>")[1:]
    assert len(lines) == 5
    assert EXAMPLE.origin in lines[1]
    assert "<code>ledger verify summary.html --trust trust.policy</code>" in lines[2]
