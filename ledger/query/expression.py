"""Queries over records: which of them a question is about.

    source.category=synthetic and (generator.provider=OpenAI or generator.provider=Anthropic)

A term says that one of the values at a path is one of those given; a list has the values of all its
members. `and`, `or` and `not` combine terms. What a record does not state equals nothing, so `not`
and `!=` hold for it. `parse_query` in `ledger.query.expression_text` reads the text.

`decide` answers for many records at once, of which only some facts are known: yes for all, no for
all, or not known. So a query can be held against what the name of a tree says of the records in it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ledger.record.canonical import JSON

Scalar: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True)
class Term:
    """One of the values at `path` is one of `values`."""

    path: tuple[str, ...]
    values: tuple[Scalar, ...]

    @property
    def name(self) -> str:
        """The path as text."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Not:
    """What is inside does not hold."""

    inner: "Query"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of the parts holds."""

    parts: tuple["Query", ...]


Query: TypeAlias = Term | Not | All | Any


def matches(query: Query, fields: Mapping[str, JSON]) -> bool:
    """Answer whether a record with these fields is one that the query is about."""
    return decide(query, lambda term: holds(term, fields)) is True


def holds(term: Term, fields: Mapping[str, JSON]) -> bool:
    """Answer whether a term holds for a record with these fields."""
    return any(is_one_of(value, term.values) for value in _values(fields, term.path))


def is_one_of(value: JSON, values: tuple[Scalar, ...]) -> bool:
    """Answer whether `value` is among `values`; true is not 1 here."""
    return any(type(value) is type(one) and value == one for one in values)


def decide(query: Query, known: Callable[[Term], bool | None]) -> bool | None:
    """Return whether the query holds, by what is known of its terms; None: that is not enough.

    Args:
        query: The query.
        known: Whether a term holds; None where nobody can say.
    """
    if isinstance(query, Term):
        return known(query)
    if isinstance(query, Not):
        inner = decide(query.inner, known)
        return None if inner is None else not inner
    decisive = isinstance(query, Any)
    found = [decide(part, known) for part in query.parts]
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def terms_of(query: Query) -> Iterator[Term]:
    """Yield the terms of a query, in its order."""
    if isinstance(query, Term):
        yield query
    elif isinstance(query, Not):
        yield from terms_of(query.inner)
    else:
        for part in query.parts:
            yield from terms_of(part)


def fields_of(query: Query) -> tuple[str, ...]:
    """Return the names of the record fields that the query reads, each once."""
    return tuple(dict.fromkeys(term.path[0] for term in terms_of(query)))


def _values(value: JSON | Mapping[str, JSON], path: tuple[str, ...]) -> Iterator[JSON]:
    if isinstance(value, list):
        for one in value:
            yield from _values(one, path)
    elif not path:
        if not isinstance(value, Mapping):
            yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values(value[path[0]], path[1:])
