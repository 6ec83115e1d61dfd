"""Which records an answer of the EU form rests on: the part of the training set it speaks about."""

from collections.abc import Callable, Mapping

from ledger.summary.document import Field, Items, Support
from ledger.summary.eu.synthetic import synthetic
from ledger.summary.facts import Facts, Fields, Group

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "2.1": ("public_dataset",),
    "2.2.1": ("private_licensed",),
    "2.2.2": ("private_third_party",),
    "2.3": ("crawled",),
    "2.4.a": ("user_data_model",),
    "2.4.b": ("user_data_other_service",),
    "2.4": ("user_data_model", "user_data_other_service"),
    "2.6": ("other",),
}
"""A field's section, and the kinds of source that it is about; the longest that fits counts."""

EVERYWHERE = ("content", "measures", "source.category", "modality")
"""Paths that every record states, or that a sum over all of them was made of."""


def is_meant(field: Field, support: Support) -> Callable[[Fields], bool]:
    """Return the test by which a record's shared fields belong to what an answer rests on."""
    part = _part(field.id) if not support.none else (lambda facts: facts)
    names = {
        item.name for value in field.values if isinstance(value, Items) for item in value.items
    }
    listed = names if field.id == "2.1.c" else set()

    def meant(fields: Fields) -> bool:
        found = part(Facts((Group(fields=fields, records=1),)))
        return any(
            _states(group, support.what) and (not listed or group.source_name in listed)
            for group in found.groups
        )

    return meant


def _part(field_id: str) -> Callable[[Facts], Facts]:
    if field_id.startswith("2.5"):
        return synthetic
    fitting = [name for name in SECTIONS if field_id == name or field_id.startswith(f"{name}.")]
    if not fitting:
        return lambda facts: facts
    kinds = SECTIONS[max(fitting, key=len)]
    return lambda facts: facts.category(*kinds)


def _states(group: Group, path: str) -> bool:
    """Answer whether records say something at a path; what is no shared field every one may."""
    everywhere = any(path == one or path.startswith(f"{one}.") for one in EVERYWHERE)
    return everywhere or group.at(path) is not None
