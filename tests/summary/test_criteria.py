"""The researchers' checks are all there, and each looks at the document."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.summary.criteria import SECTIONS, TRANSPARENCY, USEFULNESS, Assessment, assess
from ledger.summary.criteria.assessment import GRADES, Score
from ledger.summary.document import Document, Field, Items, Section, Value
from ledger.summary.eu import summarise
from tests.summary.example import PROFILE, SYNTHETIC, example, filing, group

VECTOR = Path(__file__).parents[1] / "vectors" / "regulation" / "aial-criteria.yaml"
THEIRS: dict[str, Any] = yaml.safe_load(VECTOR.read_text(encoding="utf-8"))
CHECKS = [check for section in SECTIONS for check in section.checks]


def read(**changes: Any) -> Assessment:
    filed = example(**changes)
    return assess(summarise(filed), filed)


def profile(section: str, **keys: Any) -> dict[str, Any]:
    """Return the example's profile with some keys of one section changed."""
    whole: dict[str, Any] = PROFILE
    return {**whole, section: {**whole.get(section, {}), **keys}}


def verdict(found: Assessment, check_id: str) -> str:
    return next(one.verdict for one in found.findings() if one.check.id == check_id)


def with_values(document: Document, field_id: str, *values: Value) -> Document:
    """Return the document with other values in one field, its gaps kept."""

    def changed(field: Field) -> Field:
        return replace(field, values=values) if field.id == field_id else field

    def rebuilt(section: Section) -> Section:
        return replace(
            section,
            fields=tuple(map(changed, section.fields)),
            sections=tuple(map(rebuilt, section.sections)),
        )

    return replace(document, sections=tuple(map(rebuilt, document.sections)))


def test_the_checks_are_the_researchers() -> None:
    ours = [
        (one.id, section.id, one.field, one.dimension, one.weight, one.met_by, one.text)
        for section in SECTIONS
        for one in section.checks
    ]
    names = ("id", "section", "field", "dimension", "weight", "met_by", "check")
    assert ours == [tuple(one[name] for name in names) for one in THEIRS["checks"]]
    assert len(ours) == THEIRS["maximum"]["checks"]


def test_the_weights_add_up_to_the_published_maximum() -> None:
    for name, dimensions in (("transparency", TRANSPARENCY), ("usefulness", USEFULNESS)):
        weights = [one.weight for one in CHECKS if one.dimension in dimensions]
        assert sum(weights) == THEIRS["maximum"][name]


def test_the_sections_and_the_letters_are_the_researchers() -> None:
    assert [(one.id, one.name) for one in SECTIONS] == [
        (key, one["name"]) for key, one in THEIRS["sections"].items()
    ]
    assert [(bound / 10, letter) for bound, letter in GRADES] == [
        (one["min"], one["grade"]) for one in THEIRS["grades"]
    ]


@pytest.mark.parametrize(
    ("halves", "maximum", "permille", "letter"),
    [(2, 1, 1000, "A+"), (19, 10, 950, "A+"), (1898, 1000, 949, "A"), (0, 5, 0, "F")],
)
def test_a_score_is_points_over_what_can_be_decided(
    halves: int, maximum: int, permille: int, letter: str
) -> None:
    score = Score(halves, maximum)
    assert (score.permille, score.grade) == (permille, letter)


def test_where_nothing_can_be_decided_there_is_no_score() -> None:
    assert (Score(0, 0).permille, Score(0, 0).grade) == (None, "")


def test_what_depends_on_others_is_in_no_score() -> None:
    found = read()
    left_out = found.with_verdict("depends on host", "depends on truth", "not applicable")
    decided = [one for one in found.findings() if one.is_decided]
    assert len(left_out) + len(decided) == len(CHECKS)
    maximum = found.transparency.maximum + found.usefulness.maximum
    assert maximum == sum(one.check.weight for one in decided)


def test_truth_and_host_are_never_called_met() -> None:
    for one in read().findings():
        if one.check.met_by in ("truth", "hosting"):
            assert one.verdict not in ("met", "partly"), one.check.id


def test_every_check_that_is_not_met_says_what_would_raise_it() -> None:
    silent = [
        one.check.id
        for one in read().with_verdict("missed", "partly")
        if not one.judgement.remedy and one.check.met_by in ("ledger", "profile")
    ]
    assert silent == []


def test_reasons_are_one_sentence_each() -> None:
    for one in read().findings():
        assert one.judgement.reason.strip(), one.check.id
        assert "\n" not in one.judgement.reason


def test_a_section_with_a_no_is_left_out() -> None:
    found = read(profile=profile("confirm", other=False))
    assert verdict(found, "F2.6.a.1") == "met"
    assert {verdict(found, f"F2.6.b.{n}") for n in range(1, 5)} == {"not applicable"}
    assert {verdict(found, f"F2.6.c.{n}") for n in range(1, 4)} == {"not applicable"}


def test_a_section_that_nobody_answered_counts_as_missed() -> None:
    found = read()
    assert {verdict(found, f"F2.6.{one}") for one in ("a.1", "b.1", "b.2", "b.3")} == {"missed"}


def test_an_empty_profile_scores_less() -> None:
    full, empty = read(), read(profile={})
    assert (empty.transparency.permille or 0) < (full.transparency.permille or 0)
    assert (empty.usefulness.permille or 0) < (full.usefulness.permille or 0)
    assert verdict(empty, "F1.1.a.1") == "missed"


def test_a_contradiction_costs_consistency_and_truth() -> None:
    found = read(profile=profile("confirm", crawled=False))
    assert verdict(found, "F2.3.1") == "missed"
    assert verdict(found, "F2.3.a.2") == "missed"
    assert verdict(found, "F2.5.1") == "met"


def test_a_general_mailbox_is_no_dedicated_contact() -> None:
    general = profile("provider", contact="info@example.org")
    assert verdict(read(profile=general), "F1.1.a.4") == "missed"
    assert verdict(read(), "F1.1.a.4") == "met"


def test_a_document_that_leaves_a_model_or_a_crawler_out_is_seen() -> None:
    filed = example()
    document = summarise(filed)
    (models,) = (one for one in document.field("1.2.a").values if isinstance(one, Items))
    without = with_values(document, "1.2.a", replace(models, items=models.items[:1]))
    assert verdict(assess(without, filed), "F1.2.a.1") == "partly"


def test_a_document_in_another_order_does_not_follow_the_form() -> None:
    filed = example()
    document = summarise(filed)
    turned = replace(document, sections=document.sections[::-1])
    assert verdict(assess(document, filed), "D5") == "met"
    assert verdict(assess(turned, filed), "D5") == "missed"


def test_words_in_the_wrong_field_cost_clarity() -> None:
    aims = profile("content_types", text="web pages, chosen in order to improve mathematics")
    assert verdict(read(profile=aims), "F1.3.c.3") == "partly"
    assert verdict(read(), "F1.3.c.3") == "met"


def test_a_release_without_dependencies_leaves_the_base_models_out() -> None:
    found = read()
    assert verdict(found, "F1.2.b.1") == "not applicable"
    based = {"release": {"name": "m-1", "dependencies": [{"model": "base-1"}]}}
    found = read(release=based)
    assert verdict(found, "F1.2.b.1") == "met"
    assert verdict(found, "F1.2.b.4") == "missed"


def test_generators_without_a_version_are_not_identifiable() -> None:
    vague = group(
        "synthetic",
        "traces",
        generator=[{"provider": "X", "model": "Mixer", "role": "generator", "on_eu_market": True}],
    )
    filed = filing(vague, SYNTHETIC, profile=PROFILE)
    found = assess(summarise(filed), filed)
    assert verdict(found, "F2.5.c.2") == "partly"
    assert verdict(found, "F2.5.c.4") == "partly"


def test_a_better_grade_is_no_reason_for_a_no() -> None:
    (found,) = [one for one in read().findings() if one.check.id == "F2.6.a.1"]
    assert found.judgement.remedy == "answer confirm.other in provider.yaml: yes or no"


def test_a_remedy_names_the_datasets_that_lack_the_fact() -> None:
    (found,) = [one for one in read().findings() if one.check.id == "F2.1.c.6"]
    assert "ledger correct --dataset " in found.judgement.remedy
    assert "--set source.selection=" in found.judgement.remedy
