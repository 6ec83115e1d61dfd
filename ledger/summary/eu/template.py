"""The EU's official form as data: 53 fields in official order, with their exact wording.

Template for the Public Summary of Training Content, Article 53(1)(d) of Regulation (EU) 2024/1689,
C(2025) 8311 final. Labels and options are the Commission's words, typing errors included; names of
kinds and rules are ours. Field ids are the section number and a letter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

TEMPLATE = "eu"
TITLE = "Template for the Public Summary of Training Content for General-Purpose AI models"
FILLED_TITLE = TITLE.removeprefix("Template for the ")
LEGAL_BASIS = "Article 53(1)(d) and Recital 107, Regulation (EU) 2024/1689"
NUMBER = "C(2025) 8311 final"
ISSUED = "2025-12-05"

YES_NO = ("Yes", "No")
MODALITIES = ("Text", "Image", "Video", "Audio", "Other")
MODALITIES_1_3 = ("Text", "Image", "Audio", "Video", "Other")
"""Section 1.3 alone puts audio before video."""

FieldKind = Literal[
    "version",
    "date",
    "text",
    "list",
    "date_per_model",
    "multi_choice",
    "range_per_modality",
    "text_per_modality",
    "month",
    "yes_no",
    "month_range",
    "domain_list",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """When the form wants an answer: always, never, when something holds, or after a Yes."""

    need: Literal["always", "optional", "when", "if_yes"]
    fields: tuple[str, ...] = ()
    """For `if_yes`: one Yes among these makes the field required."""
    when: str = ""
    """What must hold besides, in our words."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of the form."""

    id: str
    label: str
    kind: FieldKind
    rule: Rule
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A numbered section; its fields come before its subsections."""

    id: str
    label: str
    fields: tuple[FieldSpec, ...] = ()
    sections: tuple["SectionSpec", ...] = ()


def all_fields(sections: tuple[SectionSpec, ...]) -> Iterator[FieldSpec]:
    """Yield every field in official order."""
    for section in sections:
        yield from section.fields
        yield from all_fields(section.sections)


def if_yes(*fields: str, when: str = "") -> Rule:
    """Return the rule for a field that a Yes elsewhere asks for."""
    return Rule("if_yes", fields, when)


ALWAYS = Rule("always")
OPTIONAL = Rule("optional")
