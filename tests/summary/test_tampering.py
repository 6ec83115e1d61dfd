"""A changed word is caught and a changed figure is named, in every format.

A sample of what `make soak ARGS=tampering` does in full.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import pytest

from api.verdict import judge
from ledger.checkpoint.trust import Trust
from ledger.errors import LedgerError
from ledger.proof import pdf_slot
from ledger.proof.differences import Difference
from ledger.proof.document_slot import form_in, split_evidence, with_evidence
from ledger.proof.verify import StepFailedError
from ledger.record.record import Record
from ledger.render import DOCX, HTML, JSONLD, PDF, Format, Rendition, render
from ledger.summary.document import Choice, Document, Field, Range, Ranges, Section, Text
from ledger.summary.document_json import from_bytes
from ledger.summary.figures import summary_extras
from ledger.summary.verify import verify_summary
from ledger.summary.visible import docx_differences, html_differences, page_differences
from tests.makers import CLAIMED_AT
from tests.summary.full_lab import Lab, published
from tests.summary.tampering import docx_changes, form_changes, html_changes

SAMPLE = 10
Item = TypeVar("Item")


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab that shows figures."""
    with published(tmp_path_factory.mktemp("figures"), "figures") as lab:
        yield lab


@pytest.fixture(scope="module")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab that shows ranges alone."""
    with published(tmp_path_factory.mktemp("ranges"), "ranges") as lab:
        yield lab


def sample(items: Sequence[Item], most: int = SAMPLE) -> Sequence[Item]:
    """Return some of the items, the first and those at equal distances after it."""
    return items[:: max(1, len(items) // most)]


def refused(data: bytes, trust: Trust) -> StepFailedError:
    with pytest.raises(StepFailedError) as caught:
        verify_summary(data, trust)
    return caught.value


def assert_named(error: StepFailedError, field: str, place: str) -> None:
    named = [one for one in error.differences if one.field == field]
    assert named, (field, place, error)
    assert all(one.shown != one.expected for one in named)


@pytest.mark.parametrize("form", ["pdf", "docx", "html", "jsonld"])
def test_an_untouched_document_verifies_with_its_figures(
    exact: Lab, coarse: Lab, form: str
) -> None:
    found = [verify_summary(lab.files[form], lab.trust) for lab in (exact, coarse)]
    assert [one.form for one in found] == [exact.document, coarse.document]
    assert [step.name for step in found[0].verified.steps][-3:-1] == ["Document", "Figures"]
    more, less = (one.figures for one in found)
    assert (more or 0) > (less or 0) > 10
    assert form_in(exact.files[form]) == form_in(exact.files["jsonld"])


@pytest.mark.parametrize("mode", ["exact", "coarse"])
def test_every_digit_of_a_page_is_under_its_digest_and_named_by_field(
    mode: str, request: pytest.FixtureRequest
) -> None:
    lab: Lab = request.getfixturevalue(mode)
    for change in sample(list(html_changes(lab.files["html"]))):
        error = refused(change.make(), lab.trust)
        assert error.number == 5
        assert_named(error, change.field or "outside the fields", change.place)


@pytest.mark.parametrize("mode", ["exact", "coarse"])
def test_every_digit_of_a_docx_is_under_its_digest_and_that_of_an_answer_is_named(
    mode: str, request: pytest.FixtureRequest
) -> None:
    lab: Lab = request.getfixturevalue(mode)
    for change in sample(list(docx_changes(lab.files["docx"]))):
        error = refused(change.make(), lab.trust)
        assert error.number == 5
        if change.is_named:
            assert_named(error, change.field, change.place)


@pytest.mark.parametrize("mode", ["exact", "coarse"])
def test_a_forger_who_changes_a_figure_everywhere_is_told_what_it_would_have_to_be(
    mode: str, request: pytest.FixtureRequest
) -> None:
    lab: Lab = request.getfixturevalue(mode)
    every = list(form_changes(lab.document))
    figures = [one for one in every if one.is_named]
    assert {one.field for one in figures} >= {"records", "1.3.b", "1.3.d", "2.3.h", "2.5.c"}
    for change in (*sample(figures, 16), *sample(every, 6)):
        error = refused(carried(lab, change.make(), JSONLD), lab.trust)
        assert error.number == 5
        if change.is_named:
            assert_named(error, change.field, change.place)


@pytest.mark.parametrize("form", [PDF, DOCX, HTML, JSONLD], ids=lambda form: form.name)
def test_a_changed_figure_is_named_with_what_it_shows_and_what_it_would_have_to_show(
    exact: Lab, form: Format
) -> None:
    wrong = with_size(exact.document, "343\u202f598\u202f096\u202f548\xa0tokens")
    error = refused(carried(exact, wrong, form), exact.trust)
    assert error.differences == (
        Difference(
            "1.3.b",
            "343\u202f598\u202f096\u202f548\xa0tokens",
            "343\u202f598\u202f096\u202f547\xa0tokens",
        ),
    )
    assert "1 answer does not follow from the figures that were logged" in error.reason


def test_the_api_names_it_too(exact: Lab) -> None:
    wrong = with_size(exact.document, "343\u202f598\u202f096\u202f548\xa0tokens")
    verdict = judge(carried(exact, wrong, JSONLD), exact.trust)
    assert verdict.verdict == "not verified"
    (one,) = verdict.differences or []
    assert (one.field, one.expected) == ("1.3.b", "343\u202f598\u202f096\u202f547\xa0tokens")
    good = judge(exact.files["pdf"], exact.trust)
    assert good.differences is None
    assert good.document is not None
    assert (good.document.figures or 0) > 10


def test_pages_and_attachments_of_a_pdf_are_under_its_digest(exact: Lab) -> None:
    data = exact.files["pdf"]
    base = split_evidence(data).document
    for at in sample(range(len(base)), 40):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(LedgerError):
            verify_summary(changed, exact.trust)
    # Another page under the form that was logged.
    where = base.index(b"\nstream\n", base.index(b"/Contents")) + 40
    page = data[:where] + bytes([data[where] ^ 1]) + data[where + 1 :]
    error = refused(page, exact.trust)
    assert error.reason.startswith("pages or other parts of the file were changed")
    assert "the form inside is as logged" in error.reason
    assert pdf_slot.form_in(page) == form_in(exact.files["jsonld"])


def test_a_changed_word_is_told_to_be_one(exact: Lab) -> None:
    changed = with_text(exact.document, "3.2.a", "Nothing is measured.")
    error = refused(carried(exact, changed, JSONLD), exact.trust)
    assert "the figures are as logged" in error.reason
    assert error.differences == ()
    page = exact.files["html"].replace(b"Hash lists", b"Hush lists", 1)
    (one,) = refused(page, exact.trust).differences
    assert one.field == "3.2.a"
    assert "Hush lists" in one.shown
    assert "Hash lists" in one.expected


def test_linked_data_that_says_otherwise_than_the_form_beside_it_is_named(exact: Lab) -> None:
    data = exact.files["jsonld"].replace(b'"eu-aiact:AIProvider"', b'"eu-aiact:AIOffice"', 1)
    (one,) = refused(data, exact.trust).differences
    assert one.field == "dcterms:publisher"
    assert "AIOffice" in one.shown
    assert "AIProvider" in one.expected


def test_evidence_of_another_version_is_told_to_be_of_another(exact: Lab) -> None:
    second = replace(exact.document, version=2)
    error = refused(carried(exact, second, HTML), exact.trust)
    assert error.reason == "the evidence inside is that of another version of the document"
    assert error.differences == (Difference("version", "2", "1"),)


@pytest.mark.parametrize("form", [HTML, DOCX, PDF], ids=lambda form: form.name)
def test_a_lab_whose_form_ticks_another_range_than_its_figures_give_is_told(
    exact: Lab, form: Format
) -> None:
    lie = with_size(exact.document, "343\u202f598\u202f096\u202f547\xa0tokens", ticked=0)
    error = refused(logged(exact, render(lie, form), lie), exact.trust)
    assert (error.number, error.name) == (6, "Figures")
    assert error.differences == (
        Difference(
            "1.3.b",
            "Text: Less than 1 billion tokens",
            "Text: 1 billion to 10 trillion tokens",
        ),
    )


def test_a_lab_that_logs_one_form_and_shows_another_is_told(exact: Lab) -> None:
    shown = with_text(exact.document, "3.2.a", "Everything is measured.")
    error = refused(logged(exact, render(shown, HTML), exact.document), exact.trust)
    assert error.number == 6
    assert "the file shows one form and the record speaks of another" in error.reason


def test_a_later_rendition_says_the_same_and_is_told_to_be_one(exact: Lab) -> None:
    (first,) = [
        one.id
        for one in verify_summary(exact.files["html"], exact.trust).verified.records
        if one.kind == "summary"
    ]
    as_html = render(exact.document, HTML).document.replace(b"<body>", b"<body >")
    data = logged(exact, Rendition(HTML, as_html), exact.document, rendition_of=str(first))
    assert verify_summary(data, exact.trust).rendition_of == str(first)
    other = replace(exact.document, show="shares")
    lie = logged(exact, render(other, HTML), other, rendition_of=str(first))
    error = refused(lie, exact.trust)
    assert error.number == 6
    assert f"calls itself a rendition of record {first}, which says otherwise in form" in str(error)


def test_nothing_is_named_where_nothing_was_changed(exact: Lab, coarse: Lab) -> None:
    for lab in (exact, coarse):
        page = split_evidence(lab.files["html"]).document
        assert html_differences(page, render(lab.document, HTML).document) == ()
        assert page_differences(page, lab.document) == ()
        assert docx_differences(lab.files["docx"], lab.document) == ()


def test_a_page_that_another_version_of_the_program_wrote_is_searched_for_what_it_shows(
    exact: Lab,
) -> None:
    old = Rendition(HTML, render(exact.document, HTML).document.replace(b"<body>", b"<body >"))
    data = logged(exact, old, exact.document)
    changed = data.replace("343\u202f598\u202f096".encode(), "344\u202f598\u202f096".encode(), 1)
    error = refused(changed, exact.trust)
    (one,) = error.differences
    assert one.field == "1.3.b"
    assert "344\u202f598\u202f096\u202f547" in one.shown
    assert "343\u202f598\u202f096\u202f547" in one.expected


def test_the_form_that_a_file_carries_is_the_filled_form(exact: Lab) -> None:
    for data in exact.files.values():
        inside = form_in(data)
        assert inside is not None
        assert from_bytes(inside) == exact.document


def carried(lab: Lab, document: Document, form: Format) -> bytes:
    """Return what a forger has: a document of ours, with the evidence of the true one."""
    evidence = split_evidence(lab.files["html"]).evidence
    assert evidence is not None
    return with_evidence(render(document, form).document, evidence)


def logged(lab: Lab, rendition: Rendition, form: Document, **more: str) -> bytes:
    """Return a document with the evidence of a record that names it and speaks of a form."""
    from ledger.client.summarising import summary_fields

    ledger = lab.ledger
    fields = {
        **summary_fields(form, [rendition]),
        **summary_extras(lab.filing, form),
        "release_record": form.release_record,
        **more,
    }
    for one in ledger.store.open_records("summary"):
        if str(one.id) == more.get("rendition_of"):
            fields["audit"] = one.record.fields["audit"]
    basis = dict.fromkeys(fields, "observed")
    record = Record.parse("summary", {**fields, "basis": basis, "claimed_at": CLAIMED_AT})  # type: ignore[dict-item]
    (added,) = ledger.record([record])
    ledger.publish()
    shown = {added: ()}
    if "rendition_of" in more:
        shown |= {
            one.id: ()
            for one in ledger.store.open_records("summary")
            if str(one.id) == more["rendition_of"]
        }
    return with_evidence(rendition.document, ledger.evidence(shown).to_bytes())


def with_text(document: Document, field: str, text: str) -> Document:
    """Return the form with another text in a field."""
    return _mapped(
        document, lambda one: replace(one, values=(Text((text,)),)) if one.id == field else one
    )


def with_size(document: Document, figure: str, ticked: int | None = None) -> Document:
    """Return the form with another size of text in 1.3.b, and another range ticked."""

    def changed(row: Range) -> Range:
        options = row.options
        if ticked is not None:
            options = tuple(Choice(o.label, at == ticked) for at, o in enumerate(options))
        return replace(row, figure=figure, options=options)

    def answer(one: Field) -> Field:
        if one.id != "1.3.b":
            return one
        (value,) = one.values
        assert isinstance(value, Ranges)
        rows = tuple(changed(row) if row.modality == "Text" else row for row in value.rows)
        return replace(one, values=(Ranges(rows),))

    return _mapped(document, answer)


def _mapped(document: Document, change: Callable[[Field], Field]) -> Document:
    def section(one: Section) -> Section:
        return replace(
            one,
            fields=tuple(map(change, one.fields)),
            sections=tuple(map(section, one.sections)),
        )

    return replace(document, sections=tuple(map(section, document.sections)))
