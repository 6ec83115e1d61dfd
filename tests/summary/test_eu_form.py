"""The form is the Commission's, word for word."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.summary.eu.form import SECTIONS
from ledger.summary.eu.sizes import ALTERNATIVE, OTHER, SCALES
from ledger.summary.eu.summarise import ANSWERS
from ledger.summary.eu.template import (
    ISSUED,
    LEGAL_BASIS,
    NUMBER,
    TITLE,
    FieldSpec,
    SectionSpec,
    all_fields,
)

VECTOR = Path(__file__).parents[1] / "vectors" / "regulation" / "eu-template.yaml"
OFFICIAL: dict[str, Any] = yaml.safe_load(VECTOR.read_text(encoding="utf-8"))
FIELDS = {field.id: field for field in all_fields(SECTIONS)}


def official_sections(sections: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for section in sections:
        yield section
        yield from official_sections(section.get("sections", []))


def our_sections(sections: tuple[SectionSpec, ...]) -> Iterator[SectionSpec]:
    for section in sections:
        yield section
        yield from our_sections(section.sections)


def official_fields() -> list[dict[str, Any]]:
    sections = official_sections(OFFICIAL["sections"])
    return [field for section in sections for field in section.get("fields", [])]


def test_there_are_53_fields_in_official_order_with_official_labels() -> None:
    official = [(field["id"], field["label"]) for field in official_fields()]
    assert len(official) == 53
    assert [(field.id, field.label) for field in all_fields(SECTIONS)] == official


def test_the_sections_have_their_official_labels() -> None:
    official = [(s["id"], s["label"]) for s in official_sections(OFFICIAL["sections"])]
    assert [(s.id, s.label) for s in our_sections(SECTIONS)] == official


@pytest.mark.parametrize("official", official_fields(), ids=lambda field: str(field["id"]))
def test_a_field_has_its_official_kind_rule_and_options(official: dict[str, Any]) -> None:
    field = FIELDS[official["id"]]
    assert field.kind == official["type"]
    assert_same_rule(field, official)
    if "options" in official:
        assert list(field.options) == official["options"]
    elif "options_ref" in official and field.kind == "multi_choice":
        assert list(field.options) == OFFICIAL[official["options_ref"]]
    elif field.kind == "yes_no":
        assert list(field.options) == OFFICIAL["yes_no_options"]


def assert_same_rule(field: FieldSpec, official: dict[str, Any]) -> None:
    need = {True: "always", False: "optional", "conditional": "when"}
    condition = official.get("required_if") or official.get("required_if_any")
    if condition:
        asked = tuple(name for name in condition if name[0].isdigit())
        assert (field.rule.need, field.rule.fields) == ("if_yes", asked)
    else:
        assert field.rule.need == need[official["required"]]


@pytest.mark.parametrize("modality", ["text", "image", "audio", "video"])
def test_the_size_ranges_are_the_official_ones(modality: str) -> None:
    official, scale = OFFICIAL["size_ranges"][modality], SCALES[modality]
    assert scale.unit == official["unit"]
    assert list(scale.official) == [one["official"] for one in official["ranges"]]
    assert list(scale.shown) == [one["display"] for one in official["ranges"]]
    below, middle, above = official["ranges"]
    assert (scale.low, scale.high) == (below["lt"], above["gt"]) == (middle["ge"], middle["le"])


def test_the_other_official_words() -> None:
    template = OFFICIAL["template"]
    assert (template["title"], template["legal_basis"]) == (TITLE, LEGAL_BASIS)
    assert template["current"]["number"] == NUMBER
    assert str(template["current"]["date"]) == ISSUED
    assert OFFICIAL["size_ranges"]["text"]["alternative"]["label"] == ALTERNATIVE
    assert OFFICIAL["size_ranges"]["other"]["instruction_label"] == OTHER


def test_every_field_has_an_answerer_and_no_other_has() -> None:
    assert set(ANSWERS) == set(FIELDS)
