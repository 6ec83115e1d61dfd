"""What a complete summary reaches, and that nothing in it is open."""

from dataclasses import replace

import pytest

from ledger.render import FORMATS, render
from ledger.summary.criteria import Assessment, assess, score
from ledger.summary.criteria.check import TRANSPARENCY, USEFULNESS
from ledger.summary.document import Document, Unstated
from ledger.summary.eu import summarise
from ledger.summary.eu.lints import lint
from ledger.summary.facts import Group
from ledger.summary.filing import Filing
from ledger.summary.profile import SCHEMA
from tests.summary.complete import CRAWLED, DOMAINS, GROUPS, IDENTITY, PROFILE, RELEASE, complete
from tests.summary.example import filing


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


def test_every_check_applies_but_those_of_base_models_and_other_units(found: Assessment) -> None:
    left = {one.check.id for one in found.with_verdict("not applicable")}
    assert left == {*(f"F1.2.b.{n}" for n in range(1, 6)), "F1.3.b.2"}


def test_every_key_of_the_profile_is_set() -> None:
    keys = {(section, key) for section, keys in SCHEMA.items() for key in keys}
    assert keys == {(section, key) for section, keys in PROFILE.items() for key in keys}


def terse() -> Group:
    """The crawl, saying as little as it may: the profile alone speaks about it then."""
    (crawl,) = CRAWLED
    source = {k: v for k, v in crawl.source.items() if k not in ("geography", "content_types")}
    names = {"crawlers": [{"name": "examplebot"}]}
    return replace(crawl, fields={**crawl.fields, "source": {**source, "crawl": names}})


@pytest.mark.parametrize(
    ("key", "checks"),
    [
        ("provider.name", "D7 F1.1.a.1"),
        ("provider.contact", "F1.1.a.3 F1.1.a.4"),
        ("representative.name", "F1.1.b.1"),
        ("representative.contact", "F1.1.b.3 F1.1.b.4"),
        ("publication.summary_link", "D18"),
        ("publication.updates_link", "D17"),
        ("publication.language", "D11"),
        ("crawling.robots_txt", "F2.3.d.5"),
        ("crawling.captchas", "F2.3.d.2"),
        ("crawling.passwords", "F2.3.d.3"),
        ("crawling.paywalls", "F2.3.d.4"),
        ("crawling.other_protocols", "F2.3.d.6"),
        ("crawling.geography", "F2.3.f.1"),
        ("crawling.demography", "F2.3.f.3"),
        ("crawling.site_types", "F2.3.f.4"),
        ("describe.crawler_purposes", "F2.3.c.1"),
        ("describe.crawler_behaviour", "F2.3.d.7"),
        ("describe.crawled_content", "F2.3.f.5"),
        ("describe.demography", "F1.3.f.2"),
        ("describe.characteristics", "F1.3.f.3"),
        ("describe.generators", "F2.5.d.4"),
        ("rights_reservations.code_of_practice", "F3.1.a.1"),
        ("rights_reservations.measures", "F3.1.b.4"),
        ("rights_reservations.dataset_opt_outs", "F3.1.b.2"),
        ("comments.1.3.g", "F1.3.g.4"),
        ("comments.2.1.e", "F2.1.e.2"),
        ("comments.2.2.2.e", "F2.2.2.e.3"),
        ("comments.2.3.i", "F2.3.i.2 F2.3.i.3"),
        ("comments.2.4.e", "F2.4.e.1"),
        ("comments.2.5.e", "F2.5.e.1"),
        ("comments.2.6.c", "F2.6.c.1"),
        ("show.sizes", "F2.1.e.1 F2.2.2.e.2"),
        ("show.domains", "F2.3.i.1"),
    ],
)
def test_what_is_left_out_is_missed(key: str, checks: str) -> None:
    section, _, name = key.partition(".")
    profile = {**PROFILE, "confirm": {**PROFILE["confirm"], "no_other_comments": False}}
    profile[section] = {k: v for k, v in profile[section].items() if k != name}
    parts = {"profile": profile, "release": RELEASE, "domains": DOMAINS, "identity": IDENTITY}
    groups = [terse() if one in CRAWLED else one for one in GROUPS]
    filed = filing(*groups, **parts)
    missed = {
        one.check.id for one in assess(summarise(filed), filed).with_verdict("missed", "partly")
    }
    assert set(checks.split()) <= missed


def test_nothing_that_the_form_requires_is_open(document: Document) -> None:
    assert [gap for gap in document.gaps if gap.severity != "advice"] == []
    fields = [one.id for one in document.fields() for v in one.values if isinstance(v, Unstated)]
    assert fields == []


def test_no_lint_is_raised(document: Document, filed: Filing) -> None:
    assert lint(document, filed) == ()


@pytest.mark.parametrize("form", FORMATS)
def test_it_is_written_in_every_format(document: Document, form: str) -> None:
    assert len(render(document, FORMATS[form]).document) > 10_000
