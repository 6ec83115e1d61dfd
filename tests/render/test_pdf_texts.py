"""What people wrote comes out as text: long, in any script, and whatever it tries."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.errors import InputError
from ledger.render import pdf
from ledger.render.pdf import fonts
from ledger.render.pdf.code import qr_code
from ledger.render.pdf.texts import UNSEEN, laid, shown
from ledger.render.pdf.view import view
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
    NotApplicable,
    Range,
    Ranges,
    Row,
    Section,
    Share,
    Support,
    Text,
    Unstated,
    Value,
)
from tests.render.pdf_reading import Pdf, squeezed

HOSTILE = (
    '#read("/etc/passwd") #panic("x") *bold* _it_ $x^2$ `c` {{ 7*7 }} ${7*7} =cmd|calc = head '
    "<b>&amp;</b> \\ \" ' // no /* c */ @ref <label> - item + item / term: x ~ -- --- ... [a](b)"
)
GREEK = "Ἀθῆναι, Αθήνα"
CYRILLIC = "Київ, Ђорђе"
LATIN = "Łódź, Þingvellir, Ħamrun, Timișoara, Việt"
LONG = "N" * 10_000
MANY = ("word-" * 2_000).strip("-")
ADDRESS = "https://example.org/" + "a" * 400 + "?b=" + "c" * 400


def document(*values: Value, **changes: object) -> Document:
    """Return a document of one field, with members exchanged by keyword."""
    field = Field("1.a", "What is it?", values, (Support("rule", "form"),))
    made = Document(
        template="eu",
        template_number="none",
        title="Summary",
        legal_basis="None",
        language="en",
        provider="Example",
        release="m-1",
        models=("m-1",),
        version=1,
        last_update="2026-11-24",
        origin="log.example.org",
        size=1,
        records=1,
        sections=(Section("0", "Head"), Section("1", "Section", (field,))),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def everywhere(text: str) -> Document:
    """Return a document that says a text in each place where a text can stand."""
    row = Row(text, text)
    values = (
        Text((text,)),
        Choices((Choice(text, True), Choice("No", False)), text),
        Ranges((Range(text, (Choice(text, False),), text, text),)),
        Labelled((row,)),
        Items((Item(text, text, (row,)),), text),
        Domains((text,), 10, text, text),
        NotApplicable(text),
        Unstated(text),
    )
    made = document(
        *values,
        title=text,
        legal_basis=text,
        template_number=text,
        provider=text,
        release=text,
        models=(text, text),
        origin=text,
        standing=text,
        release_record=text,
        charts=(Chart("c", text, text, (Share(text, 1000),)),),
        gaps=(Gap("1.a", "missing", text, text), Gap("9.z", "advice", text, "")),
    )
    head, section = made.sections
    labelled = replace(section.fields[0], label=text)
    inner = Section("1.1", text, (replace(labelled, id="1.1.a"),))
    return replace(
        made, sections=(head, replace(section, label=text, fields=(labelled,), sections=(inner,)))
    )


@pytest.fixture(scope="module")
def hostile() -> Pdf:
    return Pdf(pdf.render(everywhere(HOSTILE)))


def test_no_text_is_run_as_markup(hostile: Pdf) -> None:
    # Not on the pages: the head and foot of a page, where it is cut, and the file's own members.
    assert squeezed(hostile.text).count(squeezed(HOSTILE)) > 30
    assert "root:" not in hostile.text


def test_the_letters_of_europe_have_a_font() -> None:
    read = Pdf(pdf.render(document(Text((GREEK, CYRILLIC, LATIN)), provider=GREEK)))
    for text in (GREEK, CYRILLIC, LATIN):
        assert read.says(text)
    assert all(read.fonts().values())


@pytest.fixture(scope="module")
def long() -> Pdf:
    made = document(
        Text((MANY, ADDRESS)),
        Items((Item(LONG[:500], ADDRESS),)),
        Domains((LONG[:300], "example.org"), 20, "The rule."),
        provider=LONG,
        models=(LONG[:500],),
        origin=LONG[:500],
        link=ADDRESS,
    )
    return Pdf(pdf.render(made))


def test_long_words_go_on_in_the_next_line(long: Pdf) -> None:
    lines = [line.strip() for line in long.text.splitlines()]
    # A line of the widest letters is shorter than a line of text.
    assert max(map(len, lines)) < 200
    assert max(len(line) for line in lines if set(line) == {"N"}) < 110
    assert squeezed(long.text).count("word-") == MANY.count("word-")


def test_nothing_is_added_to_a_long_word(long: Pdf) -> None:
    assert squeezed(long.text).count("a" * 400 + "?b=" + "c" * 400) >= 2
    assert "\u200b" not in long.text


def test_a_link_that_is_too_long_for_a_code_stands_in_words(long: Pdf) -> None:
    assert [one for one in long.elements() if one.kind == "Figure"] == []
    assert (ADDRESS, ADDRESS) in long.links()


def test_only_a_web_address_becomes_a_link() -> None:
    items = Items(tuple(Item("x", link) for link in ("javascript:alert(1)", "file:///etc/passwd")))
    read = Pdf(pdf.render(document(items)))
    assert not any(address for address, _ in read.links())
    assert read.says("javascript:alert(1)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a\x00b\x1bc\x7fd\x9fe\ufefff\ufffe",
            f"a{UNSEEN}b{UNSEEN}c{UNSEEN}d{UNSEEN}e{UNSEEN}f{UNSEEN}",
        ),
        ("a\r\nb\rc\x85d\u2028e\x0bf", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a b"),
        ("a\ud800b", f"a{UNSEEN}b"),
    ],
)
def test_what_no_page_can_show_is_replaced_visibly(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_control_characters_do_not_stop_a_page() -> None:
    read = Pdf(pdf.render(everywhere("a\x00b\x1b[31mc\u202ed\x7f\ufeff\u200be")))
    assert read.says(f"a{UNSEEN}b{UNSEEN}[31mc")


@pytest.mark.parametrize(
    "word",
    [LONG, MANY, ADDRESS, "e\u0301" * 60, "www.a-very-long-name-of-a-host.example.org/path.html"],
)
def test_the_pieces_of_a_word_are_the_word(word: str) -> None:
    pieces = laid(f"before {word} after")
    assert "".join(pieces) == f"before {word} after"
    assert max(len(piece.split(" ")[-1]) for piece in pieces) <= 40
    assert not any(piece.startswith("\u0301") for piece in pieces)


def test_short_words_and_ideographs_stay_whole() -> None:
    for text in ("a sentence of short words", "株式会社" * 20, "https://example.org/a"):
        assert laid(text) == text


def test_the_words_of_a_command_stay_whole() -> None:
    command = "ledger add PATH --set generator.on_eu_market=true"
    assert laid({"remedy": command, "to": ADDRESS}) == {"remedy": command, "to": ADDRESS}
    assert isinstance(laid({"remedy": "ledger add " + "p" * 40})["remedy"], list)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("معهد الابتكار", "Noto Sans Arabic"),
        ("株式会社モデル", "Noto Sans CJK"),
        ("모델", "Noto Sans CJK"),
        ("מכון", "Noto Sans Hebrew"),
        ("संस्थान", "Noto Sans Devanagari"),
        ("🙂", "Noto Sans Symbols"),
        ("\ue000", "a font that has it"),
    ],
)
def test_a_script_without_a_font_is_an_error_that_says_what_to_install(
    name: str, family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(fonts.VARIABLE, raising=False)
    with pytest.raises(InputError, match="no font here has") as caught:
        pdf.render(document(provider=name))
    assert family in str(caught.value.hint)
    assert "LEDGER_FONTS" in str(caught.value.hint)


def test_fonts_of_the_users_folder_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ours without the one that has Greek with its old accents, and a folder that has it.
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    shutil.copytree(fonts.FOLDER, ours, ignore=shutil.ignore_patterns("SourceSans3*"))
    theirs.mkdir()
    monkeypatch.setattr(fonts, "FOLDER", ours)
    monkeypatch.delenv(fonts.VARIABLE, raising=False)
    with pytest.raises(InputError, match="GREEK SMALL LETTER ETA WITH PERISPOMENI"):
        pdf.render(document(provider=GREEK))
    for font in ("SourceSans3-Regular.otf", "SourceSans3-Semibold.otf"):
        shutil.copy(Path(fonts.__file__).parent / "fonts" / font, theirs)
    monkeypatch.setenv(fonts.VARIABLE, str(theirs))
    assert Pdf(pdf.render(document(provider=GREEK))).says(GREEK)


def test_a_folder_of_fonts_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fonts.VARIABLE, "/no/such/folder")
    with pytest.raises(InputError, match="/no/such/folder"):
        pdf.render(document())


@pytest.mark.parametrize(
    ("tag", "language", "region"),
    [("en", "en", None), ("fr-BE", "fr", "BE"), ("zh-Hant-TW", "zh", "TW"), ("DE", "de", None)],
)
def test_the_language_is_handed_on(tag: str, language: str, region: str | None) -> None:
    assert view(document(language=tag))["language"] == {"lang": language, "region": region}


def test_a_code_is_made_of_squares_within_its_frame() -> None:
    svg = qr_code("https://example.org/")
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 33 33">')
    assert svg.count("M4 4h1v1h-1z") == 1, "the corner of a finder pattern, past the quiet zone"
    assert qr_code("https://example.org/" + "a" * 300) == ""


def test_an_id_is_shown_where_the_form_prints_it() -> None:
    field = Field("data_points", "(3) Number of data points", (Text(("Many.",)),))
    gap = Gap("data_points", "missing", "something", "do something")
    section = Section("items", "Training data", (field,))
    made = document(sections=(Section("head", "Head"), section), gaps=(gap,))
    read = Pdf(pdf.render(made))
    assert not read.says("data_points")
    assert not read.says("items")
    assert read.text.count("(3) Number of data points") == 2, "its label names it among the points"
    assert Pdf(pdf.render(document(Text(("Many.",))))).says("1.a What is it?")


def test_each_value_stands_beside_what_it_rests_on() -> None:
    supports = (
        Support("profile", "a", of=(0,)),
        Support("profile", "b", of=(1,)),
        Support("ledger", "c", 7, of=(2,)),
    )
    field = Field("1.a", "What?", (Text(("x",)), Text(("y",)), Text(("z",))), supports)
    made = view(document(sections=(Section("1", "S", (field, Field("1.b", "None", ()))),)))
    first, second = made["sections"][0]["fields"]
    assert [[one["paragraphs"] for one in part["values"]] for part in first["parts"]] == [
        [["x"], ["y"]],
        [["z"]],
    ]
    owners = [[line["owner"] for line in part["rests"]] for part in first["parts"]]
    assert owners == [["from the provider"], ["from records"]]
    assert second["parts"] == [{"values": [], "rests": []}]


def test_a_list_of_many_pages_keeps_its_order() -> None:
    names = tuple(f"domain-{number}.example" for number in range(700))
    text = squeezed(Pdf(pdf.render(document(Domains(names, 7000, "The rule.")))).text)
    places = [text.index(f"{number + 1}{name}") for number, name in enumerate(names)]
    assert places == sorted(places)
