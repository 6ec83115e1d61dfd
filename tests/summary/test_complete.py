"""What a complete summary reaches, and that nothing in it is open."""

import pytest

from ledger.render import FORMATS, render
from ledger.summary.criteria import Assessment, assess, score
from ledger.summary.criteria.check import TRANSPARENCY, USEFULNESS
from ledger.summary.document import Document, Unstated
from ledger.summary.eu import summarise
from ledger.summary.filing import Filing
from tests.summary.complete import complete


@pytest.fixture(scope="module")
def filed() -> Filing:
    return complete()


@pytest.fixture(scope="module")
def document(filed: Filing) -> Document:
    return summarise(filed)


@pytest.fixture(scope="module")
def found(document: Document, filed: Filing) -> Assessment:
    return assess(document, filed)


def test_a_complete_summary_reaches_95_and_95(found: Assessment) -> None:
    assert (found.transparency.permille or 0) >= 950
    assert (found.usefulness.permille or 0) >= 950


def test_so_does_each_section_with_the_crawler_among_them(found: Assessment) -> None:
    for one in found.sections:
        for of in (TRANSPARENCY, USEFULNESS):
            assert (score(one.findings, of).permille or 1000) >= 900, one.section.name


def test_every_section_applies_but_base_models(found: Assessment) -> None:
    fields = {one.check.field for one in found.with_verdict("not applicable")}
    assert fields <= {"1.2.b", "1.3.b", "1.3.g", "2.5.c", "2.5.d", "0.a", "3.1.c"}


def test_nothing_that_the_form_requires_is_open(document: Document) -> None:
    assert [gap for gap in document.gaps if gap.severity != "advice"] == []
    fields = [one.id for one in document.fields() for v in one.values if isinstance(v, Unstated)]
    assert fields == []


@pytest.mark.parametrize("form", FORMATS)
def test_it_is_written_in_every_format(document: Document, form: str) -> None:
    assert len(render(document, FORMATS[form]).document) > 10_000
