"""Putting the proof into a summary that its list of domains is the top of what it committed to."""

from dataclasses import replace

from ledger.content.domains import NO_DOMAIN
from ledger.query.names import pseudonym
from ledger.query.sections import CRAWLED_RANK
from ledger.store.statements import KeptStatement
from ledger.summary.attachment import Attachment
from ledger.summary.document import Document, Domains, Section
from ledger.summary.ranking import (
    FIELD,
    FILE,
    INLINE,
    list_of_domains,
    ranking_lines,
)
from ledger.tree.sums import SumTree


def with_ranking(document: Document, kept: KeptStatement) -> Document:
    """Return a document whose list of domains carries its proof; unchanged if it is too long.

    Only for summaries whose totals are published: the proof shows the bytes of each domain listed.
    """
    value = list_of_domains(document)
    if value is None or not 1 <= len(value.names) <= INLINE:
        return document
    return with_list(document, value, replace(value, proof=_lines(value, kept)))


def ranking_file(document: Document, kept: KeptStatement) -> Attachment | None:
    """Return the proof of a list that is too long to carry it; None if it is not."""
    value = list_of_domains(document)
    if value is None or len(value.names) <= INLINE:
        return None
    data = "".join(f"{line}\n" for line in _lines(value, kept)).encode()
    return Attachment(FILE, "text/plain", data)


def _lines(value: Domains, kept: KeptStatement) -> tuple[str, ...]:
    tree = SumTree.build(CRAWLED_RANK, kept.audit_secret, kept.section(CRAWLED_RANK).leaves())
    none = pseudonym(kept.name_key, NO_DOMAIN)
    shown = len(value.names)
    if any(tree.leaf(at).key[8:] == none for at in range(shown)):
        shown += 1  # what came from no domain is no line of the list
    return ranking_lines(tree.open_prefix(shown), none)


def with_list(document: Document, old: Domains, new: Domains) -> Document:
    """Return a document with another list of domains in the place of its own."""
    return replace(document, sections=_put(document.sections, old, new))


def _put(sections: tuple[Section, ...], old: Domains, new: Domains) -> tuple[Section, ...]:
    return tuple(
        replace(
            section,
            fields=tuple(
                replace(field, values=tuple(new if one is old else one for one in field.values))
                if field.id == FIELD
                else field
                for field in section.fields
            ),
            sections=_put(section.sections, old, new),
        )
        for section in sections
    )
