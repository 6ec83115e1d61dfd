"""What holds of every table of a statement's trees, whoever looks at it and whatever else is shown.

A tree's name fixes how long its keys are and what it adds up; no record comes from after the log's
size that is summarised; and the trees of domains add up to what the crawled records have.
docs/formats/audit.md, "Sections" and "Names", is normative.
"""

from collections.abc import Mapping
from typing import Final

from ledger.errors import MalformedError, VerificationError
from ledger.query.sections import (
    CRAWLED,
    CRAWLED_NAMES,
    CRAWLED_RANK,
    DOMAIN_BYTES,
    MEASURES,
    NAMES,
    RANK,
    SectionName,
    read_section_name,
)
from ledger.record.leaf import RecordId
from ledger.tree.sums import SumNode

_RECORD_KEY: Final = 12
_NAME_KEY: Final = 32
_RANK_KEY: Final = 40
_DOMAINS: Final = MEASURES.index(DOMAIN_BYTES)


def check_roots(sections: Mapping[str, SumNode], size: int) -> None:
    """Check each root against the name of its tree, and that it counts what was logged before.

    Args:
        sections: The roots of trees, by name.
        size: N0, the size of the log that is summarised.

    Raises:
        VerificationError: A tree has no name from the rules, the shape of another kind, or a record
            from entry `size` on.
    """
    for name, root in sections.items():
        try:
            kind = read_section_name(name)
        except MalformedError as error:
            raise VerificationError(str(error)) from error
        length, measures = _shape(kind)
        if len(root.lo) != length or len(root.sums) != measures:
            raise VerificationError(
                f"{name} has keys of {len(root.lo)} bytes and {len(root.sums)} measures, and a "
                f"tree of its kind has {length} and {measures}"
            )
        if length == _RECORD_KEY:
            check_keys(name, root, size)


def _shape(kind: SectionName) -> tuple[int, int]:
    """Return how long the keys of a tree are, and how many measures it has."""
    if kind.qualifier == NAMES:
        return _NAME_KEY, 0
    return (_RANK_KEY, 1) if kind.qualifier == RANK else (_RECORD_KEY, len(MEASURES))


def check_keys(name: str, root: SumNode, size: int) -> None:
    """Check that the records of a tree were logged in the first `size` entries."""
    last = RecordId.of_key(root.hi)
    if last.index >= size:
        raise VerificationError(
            f"{name} counts record {last}, and the summary ends before entry {size}"
        )


def check_crawl(sections: Mapping[str, SumNode]) -> None:
    """Check that the trees of names add up to what the crawled records have by domain.

    Raises:
        VerificationError: They do not, they hold different numbers of domains, or one is missing.
    """
    tallied = sum(
        root.sums[_DOMAINS]
        for name, root in sections.items()
        if (kind := read_section_name(name)).kind == CRAWLED and not kind.is_of_names
    )
    ranks, names = sections.get(CRAWLED_RANK), sections.get(CRAWLED_NAMES)
    if (ranks is None) != (names is None):
        raise VerificationError("a statement has both trees of names, or neither")
    ranked = ranks.sums[0] if ranks else 0
    if ranked != tallied:
        raise VerificationError(
            f"the domains of the crawl list have {ranked} bytes together, and the crawled records "
            f"{tallied}"
        )
    if ranks and names and ranks.count != names.count:
        raise VerificationError(
            f"the crawl list ranks {ranks.count} domains and names {names.count}"
        )
