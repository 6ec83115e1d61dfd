"""Whatever a text holds comes out as that text: never as markup, a formula, a field, a link."""

import unicodedata
from dataclasses import replace

import pytest

from ledger.render import docx
from ledger.render.docx.script import closed, is_rtl, pieces
from ledger.summary.document import (
    Chart,
    Choice,
    Choices,
    Document,
    Domains,
    Field,
    Gap,
    Item,
    Items,
    Labelled,
    Range,
    Ranges,
    Row,
    Section,
    Share,
    Text,
    Unstated,
)
from tests.render.docx_reading import Docx, R, W, shown, value

TEXTS = [
    "=cmd|'/c calc'!A1",
    '{{ 7*7 }} ${7*7} {% x %} #read("/etc/passwd")',
    '{ INCLUDETEXT "C:\\\\secret.txt" } { DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" }',
    "</w:t></w:r></w:p><w:p><w:r><w:t>forged & \"quoted\" 'too'",
    "<!-- --> ]]> <?xml?> &lt; &#60; &amp;",
    "  two  spaces  at both ends  ",
    "_x0000_ %00 \\u202e",
    "x" * 10_000,
    "語" * 10_000,
    "emoji 👩‍👩‍👧 and \U0001d518nicode",
    "line\nline\tcolumn",
]


def document(text: str, language: str = "en") -> Document:
    """Return a document that has the text wherever a document has a text."""
    row = Row(text, text)
    box = Choice(text, True)
    values = (
        Text((text, text)),
        Choices((box,), text),
        Ranges((Range(text, (box,), text, text),)),
        Labelled((row,)),
        Items((Item(text, text, (row,)),), text),
        Domains((text, "b.example"), 2, text, text),
        Unstated(text),
    )
    fields = (Field("1.a", text, values), Field("1.b", text, (Text((text,)),)))
    return Document(
        template="eu",
        template_number=text,
        title=text,
        legal_basis=text,
        language=language,
        provider=text,
        release=text,
        models=(text, text),
        version=1,
        last_update="2026-11-24",
        origin=text,
        size=1,
        records=1,
        release_record=text,
        link=text,
        no_later_than=text,
        standing=text,
        sections=(Section("1", text, fields),),
        charts=(Chart("c", text, text, (Share(text, 1000),)),),
        gaps=(Gap("1.a", "missing", text, text),),
    )


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:24]))
def test_a_text_comes_out_as_it_is(text: str) -> None:
    read = Docx(docx.render(document(text)))
    assert read.lines("tdl:1.b") == [text]
    assert read.lines("tdl:1.a")[:2] == [text, text]
    assert text in read.styled("Label")
    assert read.styled("Title") == [text]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:24]))
def test_a_text_adds_no_markup(text: str) -> None:
    read, harmless = (Docx(docx.render(document(one))) for one in (text, "plain"))
    for tag in ("p", "tbl", "tr", "tc", "sdt", "hyperlink", "fldSimple", "instrText", "drawing"):
        kind = f"{W}{tag}"
        assert len([*read.document.iter(kind)]) == len([*harmless.document.iter(kind)]), tag
    assert set(read.parts) == set(harmless.parts)
    for part in read.parts:
        if part.endswith((".xml", ".rels")):
            read.tree(part)


@pytest.mark.parametrize(
    "char", ["\0", "\x07", "\x1b", "\x0b", "\r", "\x7f", "\x85", "\ufffe", "\ufdd0"]
)
def test_a_character_that_xml_forbids_is_replaced_where_people_see_it(char: str) -> None:
    read = Docx(docx.render(document(f"a{char}b")))
    assert read.lines("tdl:1.b") == ["a\ufffdb"]


def test_a_long_name_stays_out_of_footer_and_properties() -> None:
    data = docx.render(document("n" * 10_000))
    read = Docx(data)
    footer = "".join(shown(one) for one in read.tree("word/footer1.xml").iter(f"{W}p"))
    assert len(footer) < 500
    assert "n" * 256 not in read.parts["docProps/core.xml"].decode()


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://example.org/a?b=c&d=%20#e", "https://example.org/a?b=c&d=%20#e"),
        ("https://example.org/ü|\"'<>{}", "https://example.org/%C3%BC%7C%22'%3C%3E%7B%7D"),
        ("https://example.org/%", ""),
        ("https://example.org/a#b#c", ""),
        ("https://[::1/", ""),
        ("https://exa<mple.org/", ""),
        ("https:///path", ""),
        ("https://example.org/" + "a" * 2000, ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("mailto:a@example.org", ""),
    ],
)
def test_a_link_is_one_that_word_can_follow_or_plain_text(address: str, target: str) -> None:
    """A relationship with a target that is no URI makes Word call the whole file damaged."""
    field = Field("1.a", "?", (Items((Item("Name", address),)),))
    plain = replace(document("x"), sections=(Section("1", "One", (field,)),), link="")
    read = Docx(docx.render(plain))
    assert read.lines("tdl:1.a") == ["Name", address]
    relations = read.relations("word/document.xml")
    links = [
        relations[link.attrib[f"{R}id"]][1]
        for link in read.document.iter(f"{W}hyperlink")
        if link.get(f"{R}id")
    ]
    assert links == ([target] if target else [])


HEBREW, ARABIC, CHINESE = "שלום עולם (2026)", "مرحبا بالعالم", "日本語の名前"


@pytest.mark.parametrize("text", [HEBREW, ARABIC, "\u202b" + HEBREW, "1. " + HEBREW])
def test_right_to_left_text_runs_right_to_left(text: str) -> None:
    read = Docx(docx.render(document(text)))
    (control,) = [one for one in read.controls() if value(one, "sdtPr", "tag") == "tdl:1.b"]
    (paragraph,) = control.iter(f"{W}p")
    assert paragraph.find(f"{W}pPr/{W}bidi") is not None
    runs = list(paragraph.iter(f"{W}r"))
    assert all(run.find(f"{W}rPr/{W}rtl") is not None for run in runs)
    assert shown(paragraph) == text


def test_text_of_the_other_direction_is_marked_run_by_run() -> None:
    text = f"The library {HEBREW}, page 12"
    assert not is_rtl(text)
    assert list(pieces(text)) == [
        ("plain", "The library "),
        ("rtl", "שלום עולם"),
        ("plain", " (2026), page 12"),
    ]


@pytest.mark.parametrize(
    ("text", "script", "language"),
    [(CHINESE, "japanese", "ja-JP"), ("数据集", "chinese", "zh-CN"), ("데이터", "korean", "ko-KR")],
)
def test_east_asian_text_names_its_font_and_language(text: str, script: str, language: str) -> None:
    assert list(pieces(f"a {text} b")) == [("plain", "a "), (script, text), ("plain", " b")]
    read = Docx(docx.render(document(text)))
    markup = read.parts["word/document.xml"].decode()
    assert 'w:hint="eastAsia" w:eastAsia="' in markup
    assert f'<w:lang w:eastAsia="{language}"/>' in markup


@pytest.mark.parametrize("text", [*TEXTS, HEBREW, ARABIC, CHINESE, "שלום 日本 abc 12 (x)", ""])
def test_pieces_together_are_the_text(text: str) -> None:
    assert "".join(piece for _, piece in pieces(text)) == text


@pytest.mark.parametrize(
    "text", ["\u202egpj.exe", "\u202ea\u2066b\u2069", "\u2067\u202ex\u202c", "a"]
)
def test_a_name_in_a_sentence_does_not_turn_it_around(text: str) -> None:
    depth = 0
    for char in closed(text):
        kind = unicodedata.bidirectional(char)
        depth += kind in ("LRE", "RLE", "LRO", "RLO", "LRI", "RLI", "FSI")
        depth -= kind in ("PDF", "PDI")
    assert depth == 0
    assert closed(text).startswith(text)


def test_the_language_of_the_answers_is_set() -> None:
    styles = Docx(docx.render(document("x", language="fr"))).tree("word/styles.xml")
    languages = [one.get(f"{W}val") for one in styles.iter(f"{W}lang")]
    assert languages == ["fr"]
