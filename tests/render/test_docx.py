"""The form as DOCX: complete, in order, readable by tag, editable, and the same bytes each time."""

import io
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import docx as python_docx
import pytest

from ledger.errors import InputError
from ledger.proof.document_slot import split_evidence, with_evidence
from ledger.proof.docx_slot import EVIDENCE, FORM, TYPES, form_in, read, write
from ledger.render import DOCX, docx, render
from ledger.summary import document_json
from ledger.summary.document import (
    Basis,
    Chart,
    Choices,
    Domains,
    Field,
    Gap,
    Items,
    Labelled,
    Moment,
    NotApplicable,
    Period,
    Ranges,
    Section,
    Share,
    Support,
    Text,
    Unstated,
    Value,
    YesNo,
)
from ledger.summary.eu import summarise
from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.template import all_fields
from tests.render.docx_reading import Docx, R, W, value
from tests.summary.example import example, filing

PROOF = b'{"type":"tdl/evidence/v1"}\n'
DOCUMENT = replace(
    summarise(example()),
    standing="The labels of this form are not the official ones.",
    link="https://example.org/ai/summary/m-1/2",
    no_later_than="2026-11-24T09:00:00Z",
    charts=(
        Chart("modality", "Tokens by modality", "tokens", (Share("Text", 995), Share("Image", 5))),
    ),
)
FILE = docx.render(DOCUMENT)
READ = Docx(FILE)
FIELDS = list(DOCUMENT.fields())


def test_word_processors_and_libraries_open_it() -> None:
    opened = python_docx.Document(io.BytesIO(with_evidence(FILE, PROOF)))
    assert opened.paragraphs[0].text == DOCUMENT.title
    assert opened.core_properties.title.startswith(DOCUMENT.title)
    assert opened.core_properties.subject.startswith(DOCUMENT.legal_basis)
    assert opened.core_properties.author == "Example Labs SAS"
    assert opened.core_properties.language == "en"
    assert str(opened.core_properties.created) == "2026-11-24 00:00:00+00:00"
    assert str(opened.core_properties.modified) == "2026-11-24 00:00:00+00:00"


def test_labels_stand_in_the_order_of_the_form_word_for_word() -> None:
    labels = READ.styled("Label")
    ours = [field.label for field in all_fields(SECTIONS)]
    assert labels[labels.index(ours[0]) :][: len(ours)] == ours


def test_sections_are_headings_of_their_level() -> None:
    titles = READ.styled("Heading1")
    assert titles[:3] == [
        "1. General information",
        "2. List of data sources",
        "3. Data processing aspects",
    ]
    assert titles[3:] == ["Parts of the whole", "Open points", "How to check this document"]
    assert "1.3 Modalities, overall training data size and other characteristics" in READ.styled(
        "Heading2"
    )
    thirds = [third for part in SECTIONS for one in part.sections for third in one.sections]
    assert READ.styled("Heading3") == [third.label for third in thirds]


def expected(value_: Value) -> list[str]:
    """Return what a reader should see of a value; boxes are looked at elsewhere."""
    match value_:
        case Text(paragraphs):
            return list(paragraphs)
        case Labelled(rows):
            return [f"{row.label.removesuffix(':')}: {row.text}" for row in rows]
        case Items(items, title):
            lines = [title] if title else []
            for item in items:
                lines += [item.name, *([item.link] if item.link else [])]
                lines += [f"{row.label}: {row.text}" for row in item.details]
            return lines
        case Moment(_, shown):
            return [shown]
        case Period(start, end):
            return [f"From {start[5:]}/{start[:4]} to {end[5:]}/{end[:4]}"]
        case Domains(names, total, rule, digest):
            counts = f"{len(names)} of {total}\u00a0domains, in the list below this table."
            return [rule, counts, f"Digest of the full tally: {digest}", *names]
        case NotApplicable(reason):
            return [reason]
        case Unstated(reason):
            return [f"Not stated. {reason}"]
        case Ranges(rows):
            return [line for row in rows for line in (row.figure, row.note) if line]
        case _:
            return []


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field.id))
def test_an_answer_is_found_by_its_tag_and_is_the_documents(field: Field) -> None:
    lines = READ.lines(f"tdl:{field.id}")
    assert lines
    has_boxes = any(isinstance(one, YesNo | Choices | Ranges) for one in field.values)
    said = [line for one in field.values for line in expected(one)]
    if has_boxes:
        assert [line for line in said if line not in lines] == []
    else:
        assert lines == said


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field.id))
def test_every_box_of_the_form_is_a_control_in_the_right_state(field: Field) -> None:
    boxes = []
    for one in field.values:
        if isinstance(one, YesNo):
            boxes += [("Yes", one.answer), ("No", not one.answer)]
        elif isinstance(one, Choices):
            boxes += [(option.label, option.ticked) for option in one.options]
        elif isinstance(one, Ranges):
            boxes += [(box.label, box.ticked) for row in one.rows for box in row.options]
    assert READ.boxes(field.id) == boxes
    lines = "\n".join(READ.lines(f"tdl:{field.id}"))
    for label, ticked in boxes:
        assert f"{'☒' if ticked else '☐'}\u00a0{label}" in lines


def test_every_table_of_fields_begins_with_a_row_that_is_repeated() -> None:
    tables = [
        table
        for table in READ.document.iter(f"{W}tbl")
        if value(table, "tblPr", "tblCaption") != "Which document this is"
    ]
    assert len(tables) > 10
    for table in tables:
        first, *others = table.findall(f"{W}tr")
        assert first.find(f"{W}trPr/{W}tblHeader") is not None
        assert not any(row.find(f"{W}trPr/{W}tblHeader") is not None for row in others)
        assert all(cell[-1].tag == f"{W}p" for cell in table.iter(f"{W}tc"))


def test_the_head_says_which_document_this_is() -> None:
    table = READ.document.find(f".//{W}tbl")
    assert table is not None
    text = " ".join(element.text or "" for element in table.iter(f"{W}t"))
    said = (*DOCUMENT.models, DOCUMENT.provider, DOCUMENT.origin, DOCUMENT.release_record)
    seen = "no later than 24/11/2026, 09:00:00 UTC"
    form = f"sha256:{sha256(document_json.to_bytes(DOCUMENT)).hexdigest()}"
    for part in (*said, DOCUMENT.link, seen, form, "24/11/2026", "size 1\u202f184"):
        assert part in text
    assert READ.styled("Standing") == [DOCUMENT.standing]


def test_the_footer_says_it_on_each_page() -> None:
    footer = READ.parts["word/footer1.xml"].decode()
    for part in (DOCUMENT.title, "version 2", "24/11/2026", "log.example.org/2026", "1\u202f184"):
        assert part in footer
    assert 'w:instr=" PAGE "' in footer
    assert 'w:instr=" NUMPAGES "' in footer


def test_what_an_answer_rests_on_stands_beside_it() -> None:
    told = (Basis("observed", 3), Basis("inferred", 2))
    supports = (
        (Support("ledger", "modality", 3614, told[:1]),),
        (Support("ledger", "modality", 5, told), Support("ledger", "rights", 5, told)),
        (Support("ledger", "source", 9, none=True), Support("profile", "x", 1, told[:1])),
        (Support("ledger", "domains", 143), Support("release", "x", 1)),
        (Support("rule", "optional field"),),
        (),
    )
    fields = tuple(Field(f"1.{at}", "?", (), of) for at, of in enumerate(supports))
    read_ = Docx(docx.render(replace(DOCUMENT, sections=(Section("1", "One", fields),))))
    assert [line for line in read_.styled("Support") if not line.startswith("1.")] == [
        "from records: observed · 3\u202f614\u00a0records",
        "from records: observed 3 · inferred 2 records",
        "from records: none in 9\u00a0records; from the provider: observed",
        "from records: 143\u00a0domains; from the release",
        "from the form",
        "open",
    ]


def test_values_that_rest_on_different_things_say_so_each() -> None:
    supports = (
        Support("profile", "a", 1, (Basis("declared", 1),), of=(0,)),
        Support("ledger", "b", 2, (Basis("observed", 2),), of=(1, 2)),
        Support("release", "c", 1),
    )
    values = (Text(("one",)), Text(("two",)), Text(("three",)))
    field = Field("1.a", "?", values, supports)
    document = replace(DOCUMENT, sections=(Section("1", "One", (field,)),), gaps=())
    read_ = Docx(docx.render(document))
    assert read_.lines("tdl:1.a") == ["one", "two", "three"]
    assert read_.styled("Support")[1:] == [
        "from the provider: declared; from the release",
        "from records: observed · 2\u00a0records; from the release",
    ]


def test_open_points_name_the_field_and_lead_to_it() -> None:
    anchors = {link.get(f"{W}anchor") for link in READ.document.iter(f"{W}hyperlink")} - {None}
    marks = {mark.get(f"{W}name") for mark in READ.document.iter(f"{W}bookmarkStart")}
    assert anchors <= marks
    assert len(anchors) == len({gap.field for gap in DOCUMENT.gaps}) + 1
    text = [element.text for element in READ.document.iter(f"{W}t")]
    for gap in DOCUMENT.gaps:
        assert gap.remedy in text
    assert "Open points" not in Docx(docx.render(replace(DOCUMENT, gaps=()))).styled("Heading1")


def test_checking_takes_five_lines() -> None:
    steps = Docx(docx.render(replace(DOCUMENT, sections=()))).styled("Step")
    assert len(steps) == 5
    assert "ledger verify summary.docx --trust trust.policy" in steps[2]


def test_charts_are_tables_with_numbers_and_only_where_there_are_any() -> None:
    assert "99.5\u00a0%" in READ.styled("ChartRow")
    assert READ.styled("Bar") == ["", ""]
    assert Docx(docx.render(replace(DOCUMENT, charts=()))).styled("Bar") == []


def test_links_are_links_and_lead_where_they_say() -> None:
    relations = READ.relations("word/document.xml")
    links = [link for link in READ.document.iter(f"{W}hyperlink") if link.get(f"{R}id")]
    assert len(links) > 7
    for link in links:
        shown = "".join(element.text or "" for element in link.iter(f"{W}t"))
        assert relations[link.attrib[f"{R}id"]][1:] == (shown, "External")


def test_the_same_document_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from ledger.render import docx; from ledger.summary import document_json;"
        "sys.stdout.buffer.write(docx.render(document_json.from_bytes(sys.stdin.buffer.read())))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        input=document_json.to_bytes(DOCUMENT),
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": "1"},
    )
    assert ran.stdout == FILE


def test_the_form_is_inside_as_the_other_formats_carry_it() -> None:
    assert form_in(FILE) == document_json.to_bytes(DOCUMENT)


def test_evidence_goes_in_and_comes_out_and_the_digest_stays() -> None:
    carried = with_evidence(FILE, PROOF)
    split = split_evidence(carried)
    assert (split.document, split.evidence) == (FILE, PROOF)
    assert render(DOCUMENT, DOCX).digest == f"sha256:{sha256(FILE).hexdigest()}"
    assert read(FILE)[EVIDENCE] == b""
    assert form_in(carried) == form_in(FILE)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: str(field.id))
def test_a_changed_character_in_any_answer_changes_the_digest(field: Field) -> None:
    tag = f'<w:tag w:val="tdl:{field.id}"/>'.encode()
    text = bytearray(READ.parts["word/document.xml"])
    text[text.index(b"</w:t>", text.index(tag)) - 1] ^= 1
    changed = write({**READ.parts, "word/document.xml": bytes(text), EVIDENCE: PROOF})
    assert Docx(changed).lines(f"tdl:{field.id}") != READ.lines(f"tdl:{field.id}")
    assert split_evidence(changed).digest != split_evidence(FILE).digest


def test_every_part_has_a_type_and_every_relationship_a_target() -> None:
    types = READ.tree(TYPES)
    defaults = {one.get("Extension") for one in types if one.tag.endswith("Default")}
    overrides = [one.get("PartName", "") for one in types if one.tag.endswith("Override")]
    assert len(overrides) == len(set(overrides))
    parts = {f"/{part}" for part in READ.parts if part != TYPES}
    assert set(overrides) <= parts
    assert all(part in overrides or part.rsplit(".")[-1] in defaults for part in parts)
    assert {"/tdl/form.json", "/tdl/evidence.json"} <= set(overrides)
    for owner in ("", "word/document.xml"):
        folder = "word/" if owner else ""
        for _, target, mode in READ.relations(owner).values():
            assert mode == "External" or folder + target in READ.parts
    reached = {target for _, target, _ in READ.relations("").values()}
    assert {FORM, EVIDENCE, "word/document.xml"} <= reached


def test_no_number_is_used_twice_and_every_reference_is_there() -> None:
    tree = READ.document
    ids = [element.get(f"{W}val") for element in tree.iter(f"{W}id")]
    ids += [mark.get(f"{W}id") for mark in tree.iter(f"{W}bookmarkStart")]
    assert len(ids) == len(set(ids))
    relations = READ.relations("word/document.xml")
    used = {element.get(f"{R}id") for element in tree.iter()} - {None}
    assert used <= set(relations)
    styles = {style.get(f"{W}styleId") for style in READ.tree("word/styles.xml")}
    wanted = {
        element.get(f"{W}val")
        for kind in ("pStyle", "rStyle", "tblStyle")
        for element in tree.iter(f"{W}{kind}")
    }
    assert wanted <= styles
    lists = {one.get(f"{W}numId") for one in READ.tree("word/numbering.xml").iter(f"{W}num")}
    assert {one.get(f"{W}val") for one in tree.iter(f"{W}numId")} <= lists
    tags = [one.get(f"{W}val", "") for one in tree.iter() if one.tag in (f"{W}tag", f"{W}alias")]
    assert max(map(len, tags)) <= 64


ORDER = {
    "pPr": "pStyle keepNext keepLines numPr pBdr shd tabs bidi spacing ind outlineLvl sectPr",
    "rPr": "rStyle rFonts b bCs color sz szCs u rtl lang",
    "tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption",
    "tcPr": "tcW shd",
    "trPr": "cantSplit tblHeader",
    "sdtPr": "rPr alias tag id checkbox",
    "sectPr": "footerReference type pgSz pgMar cols",
    "sdt": "sdtPr sdtContent",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr",
}
"""The children that we use, in the order of the schema; Word takes another order for damage."""


def test_properties_stand_in_the_order_of_the_schema() -> None:
    for part in ("word/document.xml", "word/styles.xml", "word/footer1.xml", "word/numbering.xml"):
        for element in READ.tree(part).iter():
            order = ORDER.get(element.tag.partition("}")[2], "").split()
            names = [child.tag.partition("}")[2] for child in element]
            if order:
                assert names == sorted(names, key=order.index), part
                assert len(names) == len(set(names)), part


def test_a_form_with_nothing_stated_is_whole_and_says_so() -> None:
    document = summarise(filing())
    read_ = Docx(docx.render(document))
    assert "Not stated." in " ".join(read_.styled("Answer"))
    for field in document.fields():
        assert read_.lines(f"tdl:{field.id}")


def test_a_form_of_another_shape_is_laid_out_too() -> None:
    """Ids that are no numbers, a section without fields, fields without a section's label."""
    field = Field("Q-1 (a)", "Which data?", (Text(("None.",)), YesNo(False)))
    empty = Field("Q-2", "And?", ())
    deep = Section("A.1.1.1.1", "Deep", (empty,))
    inner = Section("A.1.1.1", "In", sections=(deep,))
    sections = (Section("A", "Questions", (field,), (Section("A.1", "On", sections=(inner,)),)),)
    gap = Gap("no such field", "advice", "odd", "")
    document = replace(DOCUMENT, sections=sections, gaps=(gap,), models=())
    read_ = Docx(docx.render(document))
    assert read_.lines("tdl:Q-1 (a)") == ["None.", "☐\u00a0Yes\u2003☒\u00a0No"]
    assert read_.lines("tdl:Q-2") == [""]
    assert read_.styled("Heading1")[0] == "Questions"


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for loaded in [name for name in sys.modules if name.split(".")[0] == "docx"]:
        monkeypatch.delitem(sys.modules, loaded)
    for ours in ("writer", "package"):
        monkeypatch.delitem(sys.modules, f"ledger.render.docx.{ours}")
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(InputError) as caught:
        docx.render(DOCUMENT)
    assert caught.value.hint == 'pip install "training-data-ledger[docx]"'
