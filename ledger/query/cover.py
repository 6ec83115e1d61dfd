"""Which trees of a statement hold every record that a query is about.

The name of a tree says something of all records in it: their kind of source, their modalities, or a
model that they name. So of many trees it is certain, without opening one of them, that no record
in them is meant. A *cover* is a set of trees such that none is meant outside of it: if all leaves
of a cover are opened, and their number is the one that the root commits to, nobody can have left a
record out.

    sections     each record of a training set is in exactly one; it covers by kind and modality
    generators   records that name a model are in its tree too; it covers by provider and model

Trees of models are named by codes. Who holds the key of names can tell that a code is not of a
model that is asked for, and has a proof; without it, that is what the lab says: a promise.
docs/disclosure.md explains it, docs/formats/package.md is normative.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ledger.query.expression import Query, Term, decide, is_one_of
from ledger.query.sections import (
    ERASED,
    GENERATOR,
    MERGED,
    REPLACED,
    UNKNOWN,
    SectionName,
    read_section_name,
)

SILENT: Final = (ERASED, REPLACED)
"""Sections of records that say nothing of their own: no query is about them."""

Model = tuple[str, str]
"""Provider and model, as records name them."""


@dataclass(frozen=True, slots=True)
class Trees:
    """The trees of a statement by name, and what is known of the codes in the names.

    `models` has the provider and the model of each code that is known. With `promised`, a code
    that is not known is taken to be of no model that a query could mean: for that is promised.
    """

    names: Collection[str]
    models: Mapping[str, Model] = field(default_factory=dict)
    promised: bool = False

    def is_cover(self, query: Query, opened: Collection[str]) -> bool:
        """Answer whether every record that the query is about is in one of the opened trees."""
        return not self.sections_left(query, opened)

    def sections_left(self, query: Query, opened: Collection[str]) -> list[str]:
        """Return the sections in which records outside the opened trees may be meant."""
        named = [read_section_name(one) for one in self.names if one not in opened]
        closed = [one for one in named if one.kind == GENERATOR]
        return [
            name
            for name in self.names
            if name not in opened
            and is_of_records(section := read_section_name(name))
            and decide(query, _Known(section, closed, self)) is not False
        ]

    def cover_by_sections(self, query: Query) -> list[str]:
        """Return the smallest cover that has no trees of models."""
        return sorted(self.sections_left(query, ()))

    def cover_by_models(self, query: Query) -> list[str]:
        """Return a cover that opens trees of models, and sections where those are not enough.

        It is the same as `cover_by_sections` where the query names no model.
        """
        opened = [name for name in self.names if self._may_be_meant(query, name)]
        opened += self.sections_left(query, opened)
        for name in sorted(opened):
            fewer = [one for one in opened if one != name]
            if self.is_cover(query, fewer):
                opened = fewer
        return sorted(opened)

    def _may_be_meant(self, query: Query, name: str) -> bool:
        """Answer whether a tree is of a model that the query names."""
        section = read_section_name(name)
        if section.kind != GENERATOR:
            return False
        hits: list[Term] = []

        def known(term: Term) -> bool | None:
            if term.path == ("modality",):
                return _is_any(section.modalities, term)
            if self._names(section, term):
                hits.append(term)
                return True
            return None

        return decide(query, known) is not False and bool(hits)

    def _names(self, section: SectionName, term: Term) -> bool | None:
        """Answer whether a term holds of the model of a generator's tree; None: not known."""
        if section.generator == UNKNOWN:
            return term.path == (GENERATOR,) and is_one_of(UNKNOWN, term.values)
        if term.path not in _OF_MODEL:
            return False
        model = self.models.get(section.generator)
        if model is None:
            return False if self.promised else None
        return is_one_of(model[_OF_MODEL.index(term.path)], term.values)


_OF_MODEL: Final = ((GENERATOR, "provider"), (GENERATOR, "model"))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the records of a section that are in no opened tree of a model."""

    section: SectionName
    closed: list[SectionName]
    """The generators' trees that are not opened: the models that the records may still name."""
    trees: Trees

    def __call__(self, term: Term) -> bool | None:
        """Return whether a term holds for all of them, for none, or neither is known."""
        if term.path == ("modality",):
            return _is_any(self.section.modalities, term)
        if term.path == ("source", "category") and self.section.kind != MERGED:
            return is_one_of(self.section.kind, term.values)
        if term.path in _OF_MODEL or term.path == (GENERATOR,):
            alike = (one for one in self.closed if one.modalities == self.section.modalities)
            named = [self.trees._names(one, term) for one in alike]
            return False if all(one is False for one in named) else None
        return None


def is_of_records(section: SectionName) -> bool:
    """Answer whether a section has records that a query can be about."""
    return section.is_counted and section.kind not in SILENT


def _is_any(words: Iterable[str], term: Term) -> bool:
    return any(is_one_of(word, term.values) for word in words)
