"""The page and the JSON-LD: complete, safe, self-contained, and the same bytes each time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from ledger.proof.document_slot import split_evidence, with_evidence
from ledger.summary import html, jsonld
from ledger.summary.document import Document, Gap
from ledger.summary.eu import summarise
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.template import all_fields
from ledger.summary.html_style import STYLE
from tests.summary.example import PROFILE, SYNTHETIC, example, filing, group

EVIDENCE = b'{"type":"tdl/evidence/v1"}\n'
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """What a page holds: its tags, attributes, ids and text, and whether its tags are balanced."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, attribute: str) -> Iterator[str]:
        return (attrs[attribute] for _, attrs in self.tags if attribute in attrs)


PAGE = Page(html.render(summarise(example())))


def test_the_same_document_gives_the_same_bytes() -> None:
    one, two = summarise(example()), summarise(example())
    assert html.render(one) == html.render(two)
    assert jsonld.render(one) == jsonld.render(two)


def test_the_page_has_every_label_word_for_word() -> None:
    text = "".join(PAGE.text)
    assert [field.id for field in all_fields(SECTIONS) if field.label not in text] == []


def test_the_page_loads_and_runs_nothing() -> None:
    tags = {tag for tag, _ in PAGE.tags}
    assert tags.isdisjoint({"img", "iframe", "object", "embed", "form", "svg", "base"})
    # A canonical link is read by search engines and loads nothing.
    assert [attrs["rel"] for tag, attrs in PAGE.tags if tag == "link"] == ["canonical"]
    form, script = [attrs for tag, attrs in PAGE.tags if tag == "script"]
    assert form == {"type": "application/json", "id": "tdl-form"}
    assert script == {"type": "text/plain", "id": "tdl-evidence"}
    names = {name for _, attrs in PAGE.tags for name in attrs}
    assert not [name for name in names if name.startswith("on") or name in ("style", "src")]
    (policy,) = [a["content"] for _, a in PAGE.tags if "http-equiv" in a]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_the_page_can_be_read_aloud_and_walked_by_keyboard() -> None:
    attributes = dict(next((tag, attrs) for tag, attrs in PAGE.tags if tag == "html")[1])
    assert attributes["lang"] == "en"
    ids = list(PAGE.values("id"))
    assert len(ids) == len(set(ids))
    inner = [href[1:] for href in PAGE.values("href") if href.startswith("#")]
    assert set(inner) <= set(ids)
    levels = [int(tag[1]) for tag, _ in PAGE.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in PAGE.tags if tag == "th")
    labelled = [name for value in PAGE.values("aria-labelledby") for name in value.split()]
    assert set(labelled) <= set(ids)


def test_a_tick_is_said_in_words_too() -> None:
    text = "".join(PAGE.text)
    assert text.count("☒") == text.count("(selected)")
    assert text.count("☐") == text.count("(not selected)")


def test_gaps_are_told_beside_the_field_and_listed_with_what_closes_them() -> None:
    document = summarise(example())
    text = "".join(PAGE.text)
    for gap in document.gaps:
        assert gap.remedy in text
        assert f"#f-{gap.field}" in set(PAGE.values("href"))


def test_a_document_without_gaps_says_none() -> None:
    page = html.render(replace(summarise(example()), gaps=())).decode()
    assert "<dt>Open points</dt><dd>none</dd>" in page
    assert 'id="open-points"' not in page


PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '<script type="text/plain" id="tdl-evidence">QQ==</script>',
    "</style><style>*{display:none}</style>",
    "<!--",
    "]]>",
    "&lt;b&gt; &amp; &#60;",
    "{{ 7*7 }} ${7*7} #read(\"/etc/passwd\") =cmd|'/c calc'!A1",
    "a\x00b\x07c\x1b[31m\x7f\x85\ufdd0\uffff",
    "‮gpj.exe‬ ⁦isolate",
    "שלום עולם مرحبا",
    "日本語の名前、長い文字列",
    "x" * 10_000,
    "語" * 10_000,
]


def with_payload(text: str) -> Document:
    poisoned = group(
        "public_dataset",
        text,
        dataset={"name": text, "version": text},
        source={
            "link": f"https://example.org/{text}" if text.isalnum() else text,
            "description": text,
            "selection": text,
            "content_types": [text],
            "geography": [text],
        },
        rights={"licence": text},
        processing={"illegal_content": text},
        languages=[text],
    )
    made = {**SYNTHETIC.fields, "generator": [{"provider": text, "model": text, "role": text}]}
    profile = {**PROFILE, "comments": {"2.4.e": f"a {re.sub('[^ -~]', '', text)} b"}}
    release = {"release": {"name": text, "models": [{"name": text, "link": text}]}}
    document = summarise(
        filing(poisoned, replace(SYNTHETIC, fields=made), profile=profile, release=release)
    )
    gap = Gap("0.a", "advice", text, text)
    return replace(document, provider=text, origin=text, gaps=(*document.gaps, gap))


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: repr(text[:24]))
def test_no_text_leaves_its_place_on_the_page(payload: str) -> None:
    document = with_payload(payload)
    # As a link it can be followed or it cannot, as the payload's.
    harmless = with_payload("x" * 20 if payload.isalnum() else "x-x" * 7)
    page, plain = Page(html.render(document)), Page(html.render(harmless))
    told = [(tag, sorted(attrs)) for tag, attrs in page.tags if tag not in ("a", "bdi")]
    assert told == [(tag, sorted(attrs)) for tag, attrs in plain.tags if tag not in ("a", "bdi")]
    shown = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0\uffff]", "\ufffd", payload)
    assert shown in "".join(page.text)
    links = [href for href in page.values("href") if not href.startswith("#")]
    assert all(href.startswith(("https://", "http://")) for href in links)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: repr(text[:24]))
def test_evidence_fits_whatever_the_document_says(payload: str) -> None:
    page = html.render(with_payload(payload))
    assert split_evidence(with_evidence(page, EVIDENCE)).document == page


def test_json_ld_reads_back_with_and_without_evidence() -> None:
    document = summarise(example())
    data = jsonld.render(document)
    assert jsonld.read(data) == document
    assert jsonld.read(with_evidence(data, EVIDENCE)) == document
