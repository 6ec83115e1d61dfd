"""Bad input of documents, through every format: a clear error, or a page that is right."""

import io
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ledger.client.client import Ledger
from ledger.errors import InputError, LedgerError, MalformedError
from ledger.record.record import Record
from ledger.render import FORMATS, render
from ledger.summary import jsonld
from ledger.summary.criteria import assess
from ledger.summary.document import Document, Domains, Items, Unstated, YesNo
from ledger.summary.eu import summarise
from ledger.summary.facts import DomainTally
from ledger.summary.profile import check_profile
from tests.makers import shard
from tests.render.docx_reading import Docx
from tests.summary.example import CRAWL, PROFILE, example, filing, group
from tests.summary.test_real_summaries import FieldTexts, in_pdf, plain

READABLE = ("html", "jsonld", "docx")
"""Formats whose text can be read field by field here; the PDF's is read as a whole."""

PAYLOADS = (
    '#read("/etc/passwd")',
    "#import sys: inputs",
    "$ sum_(k=0)^n $ *bold* _it_ `raw` <label> @ref",
    "{{ 7*7 }} {% raw %} ${7*7} <%= 7*7 %>",
    "=cmd|' /C calc'!A0",
    "</script><script>alert(1)</script>",
    "]]><w:p/><!--",
    "&lt;b&gt; &amp; &#60;",
    "{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe } { HYPERLINK x }",
    "\\input{/etc/passwd} \\u0000 %PDF-1.7 endstream endobj",
    "'; DROP TABLE shard; --",
)

RIGHT_TO_LEFT = "שלום עולם"
LONG = "x" * 10_000


def profile(section: str, **keys: Any) -> dict[str, Any]:
    whole: dict[str, Any] = PROFILE
    return {**whole, section: {**whole.get(section, {}), **keys}}


def poisoned(*texts: str) -> Document:
    """Return a document with each text as the name of a dataset, and all of them in comments."""
    groups = [
        group(
            "public_dataset",
            text,
            dataset={"name": text, "version": text},
            source={"link": text, "description": text, "selection": text},
        )
        for text in texts
    ]
    said = {"2.1.e": "\n\n".join(texts), "1.3.g": texts[0]}
    filed = filing(*groups, profile={**PROFILE, "comments": said})
    return replace(summarise(filed), provider=texts[0], release=texts[-1], models=texts)


def in_fields(form: str, data: bytes) -> Callable[[str], str]:
    """Return what a file says in a field, spaces left out."""
    if form == "pdf":
        return in_pdf(data)
    if form == "html":
        found = FieldTexts(data).found
        return lambda field_id: plain("".join(found[field_id]))
    if form == "docx":
        docx = Docx(data)
        return lambda field_id: plain("\n".join(docx.lines(f"tdl:{field_id}")))
    document = jsonld.read(data)
    return lambda field_id: plain(repr(document.field(field_id)))


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    """One document with every payload in it, in every format."""
    document = poisoned(*PAYLOADS)
    return {name: render(document, form).document for name, form in FORMATS.items()}


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_text_that_tries_to_be_code_is_shown_as_text(files: Mapping[str, bytes], form: str) -> None:
    said = in_fields(form, files[form])
    assert [text for text in PAYLOADS if plain(text) not in said("2.1.c")] == []
    assert [text for text in PAYLOADS if plain(text) not in said("2.1.e")] == []


def test_text_that_tries_to_be_code_comes_back_from_json_ld(files: Mapping[str, bytes]) -> None:
    document = jsonld.read(files["jsonld"])
    items = [one for one in document.field("2.1.c").values if isinstance(one, Items)]
    assert {item.name for one in items for item in one.items} == set(PAYLOADS)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_read_from_this_machine(files: Mapping[str, bytes], form: str) -> None:
    assert b"root:x:0" not in files[form]


def test_a_docx_holds_no_field_that_runs(files: Mapping[str, bytes]) -> None:
    main = Docx(files["docx"]).parts["word/document.xml"].decode()
    instructions = re.findall(r"<w:instrText[^>]*>([^<]*)<", main)
    instructions += re.findall(r'<w:fldSimple[^>]*w:instr="([^"]*)"', main)
    assert not [one for one in instructions if "DDE" in one or "HYPERLINK x" in one]


def test_a_page_holds_no_script_that_runs(files: Mapping[str, bytes]) -> None:
    scripts = re.findall(r"<script([^>]*)>", files["html"].decode())
    assert scripts
    assert all(re.search(r'type="(?:text/plain|application/json)"', one) for one in scripts)


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_of_ten_thousand_characters_fits(form: str) -> None:
    document = poisoned(LONG)
    data = render(document, FORMATS[form]).document
    said = in_fields(form, data)("2.1.c")
    # On the pages of a PDF the ends of pages stand in between.
    assert said.count("x") >= len(LONG) if form == "pdf" else LONG in said


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize(
    "text", [RIGHT_TO_LEFT, "日本語の名前", "مرحبا ١٢٣", "ሰላም", "\U0001d518\U0001d52b\U0001d526"]
)
def test_every_script_is_shown_as_it_was_typed(form: str, text: str) -> None:
    data = render(poisoned(text), FORMATS[form]).document
    assert plain(text) in in_fields(form, data)("2.1.c")


@pytest.mark.parametrize("text", [RIGHT_TO_LEFT, "日本語の名前"])
def test_a_pdf_shows_every_script_or_says_which_font_it_lacks(text: str) -> None:
    refused: InputError | None = None
    data = b""
    try:
        data = render(poisoned(text), FORMATS["pdf"]).document
    except InputError as error:
        refused = error
    if refused is None:
        assert data.startswith(b"%PDF-")
    else:
        assert refused.hint
        assert re.search("font|letters|characters", str(refused))


@pytest.mark.parametrize("form", FORMATS)
def test_a_release_without_records_makes_a_document_that_says_so(form: str) -> None:
    filed = filing(profile=PROFILE)
    document = summarise(filed)
    assert "the training set holds no records" in [gap.message for gap in document.gaps]
    assert isinstance(document.field("1.3.a").values[0], Unstated)
    assert render(document, FORMATS[form]).document
    assert (assess(document, filed).transparency.permille or 0) < 500


def test_no_release_is_made_of_nothing(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, origin="lab.example/empty") as ledger:
        with pytest.raises(InputError, match="at least one dataset") as caught:
            ledger.release("m-1", datasets=[])
        assert caught.value.hint
        with pytest.raises(LedgerError, match="no records of dataset 'none'"):
            ledger.release("m-1", datasets=["none"])
        with pytest.raises(LedgerError, match="there is no release 'm-1'"):
            ledger.draft("m-1")


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_profile_leaves_gaps_in_every_format(form: str) -> None:
    document = summarise(example(profile={}))
    assert {"1.1.a", "1.1.b", "3.1.a", "3.1.b"} <= {gap.field for gap in document.gaps}
    assert render(document, FORMATS[form]).document


def test_a_no_against_records_is_a_contradiction_and_the_records_win() -> None:
    document = summarise(example(profile=profile("confirm", crawled=False)))
    (gap,) = [one for one in document.gaps if one.severity == "contradiction"]
    assert gap.field == "2.3.a"
    assert "set confirm.crawled: yes" in gap.remedy
    assert YesNo(True) in document.field("2.3.a").values


def test_a_yes_without_records_is_a_contradiction() -> None:
    document = summarise(example(profile=profile("confirm", other=True)))
    (gap,) = [one for one in document.gaps if one.severity == "contradiction"]
    assert (gap.field, "holds no record" in gap.message) == ("2.6.a", True)


@pytest.mark.parametrize(
    ("section", "key", "value", "told"),
    [
        ("provider", "established_in", "France", "two-letter country code"),
        ("provider", "established_in", False, "for Norway|found no"),
        ("provider", "sme", "maybe", "yes or no"),
        ("provider", "name", 42, "a text"),
        ("provider", "nmae", "x", "did you mean provider.name"),
        ("provider", "name", "  ", "empty"),
        ("provider", "name", "a\x00b", "control character"),
        ("publication", "summary_link", "javascript:alert(1)", "a link"),
        ("publication", "summary_link", "https://a b", "a link"),
        ("show", "sizes", "everything", "ranges, shares or figures"),
        ("confirm", "crawled", "Other", "yes or no"),
    ],
)
def test_a_profile_that_is_wrong_is_refused_by_path(
    section: str, key: str, value: object, told: str
) -> None:
    with pytest.raises(MalformedError, match=told) as caught:
        check_profile({section: {key: value}})
    assert str(caught.value).startswith(f"{section}.{key}")


ODD_DOMAINS = (
    "xn--straburg-vpa.example",
    "EXAMPLE.ORG",
    "example.net.",
    "bücher.example",
    "日本語.example",
    "a" * 63 + ".example",
    "=cmd.example",
)


@pytest.mark.parametrize("form", FORMATS)
def test_odd_domain_names_are_listed_as_they_were_tallied(form: str) -> None:
    tally = DomainTally(ranked=ODD_DOMAINS, total=7 * 10)
    document = summarise(example(domains=tally))
    (value,) = [one for one in document.field("2.3.h").values if isinstance(one, Domains)]
    assert value.names == ODD_DOMAINS
    if form == "pdf":
        with pytest.raises(InputError, match="font"):
            render(document, FORMATS[form])
        return
    data = render(document, FORMATS[form]).document
    said = in_fields(form, data)("2.3.h")
    assert [name for name in ODD_DOMAINS if name not in said] == []


def test_one_site_in_many_spellings_is_one_domain(tmp_path: Path) -> None:
    from ledger.capture import DomainColumn

    spellings = (
        "https://www.bücher.example/a",
        "https://xn--bcher-kva.example/b",
        "HTTPS://BÜCHER.EXAMPLE./c",
        "https://user:pw@xn--BCHER-kva.example:8443/d",
    )
    path = tmp_path / "crawl.jsonl"
    rows = "".join(f'{{"url": "{url}", "text": "x"}}\n' for url in spellings)
    path.write_text(rows, encoding="utf-8")
    said = ["dataset.name=d", "source.category=crawled"]
    with Ledger.create(tmp_path / "ledger", origin="lab.example/odd") as ledger:
        ledger.add(path, set=said, domains=DomainColumn("url"))
        ledger.release("m-1", datasets=["d"])
        document = ledger.draft("m-1")
    (value,) = [one for one in document.field("2.3.h").values if isinstance(one, Domains)]
    assert (len(value.names), value.total) == (1, 1)


def test_a_crawl_of_no_names_at_all_is_a_gap() -> None:
    document = summarise(filing(CRAWL, profile=PROFILE, domains=DomainTally((), 0)))
    assert any(gap.field == "2.3.h" for gap in document.gaps)


def test_a_docx_is_well_formed_whatever_it_says(files: Mapping[str, bytes]) -> None:
    with ZipFile(io.BytesIO(files["docx"])) as archive:
        assert archive.testzip() is None
    for name in Docx(files["docx"]).parts:
        if name.endswith((".xml", ".rels")):
            Docx(files["docx"]).tree(name)


@pytest.mark.parametrize(("form", "package"), [("pdf", "typst"), ("docx", "docx")])
def test_a_missing_extra_is_told_before_anything_is_logged(
    form: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = f"ledger.render.{form}."
    for loaded in [name for name in sys.modules if name.startswith((ours, f"{package}."))]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, package, None)  # what Python does for a module that is not
    with Ledger.create(tmp_path / "ledger", origin="lab.example/extra") as ledger:
        ledger.record([Record.parse("shard", shard())])
        ledger.release("m-1", datasets=["example"])
        size = ledger.store.head().size
        with pytest.raises(InputError, match="not installed") as caught:
            ledger.summary("m-1", to=["html", form], folder=tmp_path / "out")
        assert caught.value.hint == f'pip install "training-data-ledger[{form}]"'
        assert ledger.store.head().size == size
        assert list((tmp_path / "out").glob("*")) == []


def test_a_summary_that_no_font_can_show_logs_nothing(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", origin="lab.example/font") as ledger:
        ledger.record([Record.parse("shard", shard())])
        ledger.release("日本語", datasets=["example"])
        size = ledger.store.head().size
        try:
            made = ledger.summary("日本語", to=["pdf", "html"], folder=tmp_path / "out")
        except InputError as error:
            assert (error.hint or "") != ""  # noqa: PT017 - either outcome is right
            assert ledger.store.head().size == size
            assert list((tmp_path / "out").glob("*")) == []
        else:
            assert len(made.files) == 2
