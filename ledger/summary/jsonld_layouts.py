"""Which field of which form says what, in public terms.

A role (`jsonld_values.py`) turns the values of a field into statements. A form that is not here
still has its fields, and the statements that rest on the document's head alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Role: TypeAlias = Literal[
    "behaviour",
    "comment",
    "crawlers",
    "datasets",
    "description",
    "domains",
    "extent",
    "generators",
    "languages",
    "measure",
    "modality",
    "period",
    "purpose",
    "sources",
    "until",
]


@dataclass(frozen=True, slots=True)
class PartLayout:
    """A part of the training data: its section, its classes, and what its fields say of it.

    `used` is the field that says with Yes or No whether there is such data at all.
    """

    section: str
    used: str
    classes: tuple[str, ...]
    roles: Mapping[str, Role]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a form speaks of its provider, its models, and its training data."""

    contact: str = ""
    representative: str = ""
    models: str = ""
    bases: str = ""
    market: str = ""
    whole: Mapping[str, Role] = field(default_factory=dict)
    parts: tuple[PartLayout, ...] = ()


_EU: Final = Layout(
    contact="1.1.a",
    representative="1.1.b",
    models="1.2.a",
    bases="1.2.b",
    market="1.2.c",
    whole={
        "1.3.a": "modality",
        "1.3.b": "extent",
        "1.3.c": "description",
        "1.3.d": "until",
        "1.3.e": "languages",
        "1.3.f": "description",
        "1.3.g": "comment",
        "3.1.b": "measure",
        "3.1.c": "comment",
        "3.2.a": "measure",
        "3.3.a": "measure",
    },
    parts=(
        PartLayout(
            "2.1",
            "2.1.a",
            ("dpv:CollectedData", "PublicDatasets"),
            {
                "2.1.b": "modality",
                "2.1.c": "datasets",
                "2.1.d": "description",
                "2.1.e": "comment",
            },
        ),
        PartLayout(
            "2.2.1",
            "2.2.1.a",
            ("dpv:ProvidedData", "LicensedDatasets"),
            {"2.2.1.b": "modality"},
        ),
        PartLayout(
            "2.2.2",
            "2.2.2.a",
            ("dpv:ProvidedData", "PrivateDatasets"),
            {
                "2.2.2.b": "modality",
                "2.2.2.c": "datasets",
                "2.2.2.d": "description",
                "2.2.2.e": "comment",
            },
        ),
        PartLayout(
            "2.3",
            "2.3.a",
            ("dpv:CollectedData", "CrawledData"),
            {
                "2.3.b": "crawlers",
                "2.3.c": "purpose",
                "2.3.d": "behaviour",
                "2.3.e": "period",
                "2.3.f": "description",
                "2.3.g": "modality",
                "2.3.h": "domains",
                "2.3.i": "comment",
            },
        ),
        PartLayout(
            "2.4.a",
            "2.4.a",
            ("dpv:CollectedData", "ModelUserData"),
            {"2.4.d": "modality", "2.4.e": "comment"},
        ),
        PartLayout(
            "2.4.b",
            "2.4.b",
            ("dpv:CollectedData", "ServiceUserData"),
            {"2.4.c": "description", "2.4.d": "modality", "2.4.e": "comment"},
        ),
        PartLayout(
            "2.5",
            "2.5.a",
            ("dpv:SyntheticData",),
            {
                "2.5.b": "modality",
                "2.5.c": "generators",
                "2.5.d": "generators",
                "2.5.e": "comment",
            },
        ),
        PartLayout(
            "2.6",
            "2.6.a",
            ("dpv:Data", "OtherData"),
            {"2.6.b": "description", "2.6.c": "comment"},
        ),
    ),
)

_AB2013: Final = Layout(
    contact="developer",
    models="systems",
    whole={
        "sources": "sources",
        "purpose_fit": "purpose",
        "data_points": "extent",
        "data_point_types": "description",
        "cleaning": "measure",
        "collection_period": "period",
    },
)

_MODEL_DOCUMENTATION: Final = Layout(
    contact="legal_name",
    models="model_name",
    bases="model_dependencies",
    market="union_market_release_date",
    whole={
        "data_type": "modality",
        "how_obtained": "description",
        "data_points": "extent",
        "scope": "description",
        "curation": "measure",
        "unsuitable": "measure",
        "biases": "measure",
    },
)

LAYOUTS: Final[Mapping[str, Layout]] = {
    "eu": _EU,
    "ab2013": _AB2013,
    "model-documentation": _MODEL_DOCUMENTATION,
}

NONE: Final = Layout()
"""That of a form of which nothing is known."""
