"""The two trees of names of a statement: who was crawled, and how much came from each.

    crawled.names    a leaf a domain, by pseudonym: presence and absence
    crawled.rank     a leaf a domain, the largest first: the list of field 2.3.h

Both are over the tallies of all crawled records of a training set, `(none)` included. Domains come
from the database in the order of their names and stand in the trees in that of their pseudonyms,
so they are sorted here: when they are many they wait on disk, as pseudonyms only.
"""

from collections.abc import Iterator
from heapq import nsmallest

from ledger.client.sorting import SortedKeys
from ledger.content.domains import NO_DOMAIN
from ledger.query.names import (
    generator_code,
    name_leaf,
    pseudonym,
    rank_key,
    rank_leaf,
    split_rank_key,
)
from ledger.query.sections import generators_of, read_section_name
from ledger.store.statements import KeptStatement
from ledger.store.store import Store
from ledger.store.tallies import SetDomains
from ledger.tree.hashing import HASH_SIZE, Hash
from ledger.tree.sums import SumLeaf

_RANK_KEY_SIZE = len(rank_key(0, bytes(HASH_SIZE)))


class NameLeaves:
    """The leaves of both trees, each in key order, as often as they are asked for.

    Memory does not grow past some 50 MB, however many domains there are.
    """

    def __init__(self) -> None:
        self._names = SortedKeys(HASH_SIZE)
        self._rank = SortedKeys(_RANK_KEY_SIZE)
        self.count = 0
        """How many there are, `(none)` included; with none the statement has no such trees."""

    def add(self, hidden: bytes, size: int) -> None:
        """Take one domain by its pseudonym, and the bytes that came from it."""
        self._names.add(hidden)
        self._rank.add(rank_key(size, hidden))
        self.count += 1

    def names(self) -> Iterator[SumLeaf]:
        """Yield the leaves of `crawled.names`."""
        return map(name_leaf, self._names)

    def rank(self) -> Iterator[SumLeaf]:
        """Yield the leaves of `crawled.rank`; all that one says is in its key."""
        return (rank_leaf(*split_rank_key(key)) for key in self._rank)


def name_leaves(store: Store, training: Hash, name_key: bytes) -> NameLeaves:
    """Return the leaves of the trees of names of a training set, read once from its tallies.

    A record that was corrected counts with the tally of the newest; one that was merged from
    several sources counts if its own category is crawled, since a tally has no parts.

    Raises:
        NotFoundError: No set is kept under this root.
    """
    leaves = NameLeaves()
    for domain, size, _ in store.training.domain_shares(training):
        leaves.add(pseudonym(name_key, domain), size)
    return leaves


def settled(store: Store, training: Hash, found: SetDomains, name_key: bytes) -> tuple[str, ...]:
    """Return the first domains of a ranking in the order of the tree of ranks.

    The database knows sizes and names; equal ones come here by pseudonym. If not all of the
    smallest size have a place, which of them have it is settled by pseudonym, too.
    """

    def hidden(domain: str) -> bytes:
        return pseudonym(name_key, domain)

    least = min(found.sizes, default=0)
    ranked = [one for one in zip(found.sizes, found.ranked, strict=True) if one[0] > least]
    ranked.sort(key=lambda one: (-one[0], hidden(one[1])))
    equal = (name for size, name in zip(found.sizes, found.ranked, strict=True) if size == least)
    if len(found.ranked) < found.total:
        shares = store.training.domain_shares(training)
        equal = (one.domain for one in shares if one.bytes == least and one.domain != NO_DOMAIN)
    last = nsmallest(len(found.ranked) - len(ranked), equal, key=hidden)
    return (*(name for _, name in ranked), *last)


def named_models(store: Store, kept: KeptStatement) -> dict[str, tuple[str, str]]:
    """Return by code who offers a model and what it is called, for each code in names of trees."""
    codes = {read_section_name(one.name).generator for one in kept.sections}
    found: dict[str, tuple[str, str]] = {}
    for _, fields in store.statements.descriptions(kept.training):
        for one in generators_of(fields):
            model = str(one["provider"]), str(one["model"])
            code = generator_code(kept.name_key, *model)
            if code in codes:
                found[code] = model
    return found
