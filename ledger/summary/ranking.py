"""The proof that a list of domains is the top of the ranking that a summary committed to.

It stands in the value `domains` of a form, as lines of words with one space between:

    <bytes> <pseudonym, hex> <salt, hex>             one for each of the first leaves of the tree
    <bytes> <pseudonym, hex> <salt, hex> (none)      what came from no domain, which is not listed
    <n> <lo, hex> <hi, hex> <sum> <hash, hex>        the largest subtrees that hold the others

A leaf's key, ref and value follow from its line. The proof shows how many domains there are, that
none left out has more bytes than one listed, and which share of all bytes the list covers. That the
names listed are those of the pseudonyms is a promise to whoever has no name key.
docs/formats/audit.md, "The list of domains".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ledger.content.domains import NO_DOMAIN
from ledger.errors import MalformedError, VerificationError
from ledger.proof.json_members import bytes_of, decimal_of
from ledger.query.names import check_rank_leaf, pseudonym, rank_leaf
from ledger.query.sections import CRAWLED_RANK
from ledger.summary.document import Document, Domains
from ledger.tree.hashing import HASH_SIZE, Hash
from ledger.tree.sums import PrefixProof, SaltedLeaf, SumNode, check_prefix

INLINE: Final = 1_000
"""Names of a list whose proof stands in the form; that of a longer one is a file beside it."""
FILE: Final = "domain-ranking.txt"
FIELD: Final = "2.3.h"

_LEAF, _NONE, _NODE = 3, 4, 5
"""Words in a line of each kind."""


@dataclass(frozen=True, slots=True)
class CheckedRanking:
    """What a proof shows of a list: its length, how many domains there are, and their bytes."""

    listed: int
    total: int
    covered: int
    """Bytes of the domains listed."""
    bytes: int
    """Bytes of all, what came from no domain included."""

    @property
    def permille(self) -> int:
        """Thousandths of all bytes that the list covers, rounded down."""
        return 1000 * self.covered // self.bytes if self.bytes else 0

    def told(self) -> str:
        """Return what was shown, in words."""
        return (
            f"the list is the first {self.listed:,} in the committed ranking of {self.total:,} "
            f"domains, with {self.covered:,} of {self.bytes:,} bytes"
        )


def ranking_lines(proof: PrefixProof, none: bytes) -> tuple[str, ...]:
    """Return a prefix proof of the tree of ranks as lines.

    Args:
        proof: Of the first leaves.
        none: The pseudonym of `(none)`, which is marked where it is among them.
    """
    lines = []
    for one in proof.leaves:
        size, name = check_rank_leaf(one.leaf)
        mark = f" {NO_DOMAIN}" if name == none else ""
        lines.append(f"{size} {name.hex()} {one.salt.hex()}{mark}")
    for node in proof.rest:
        words = (str(node.count), node.lo.hex(), node.hi.hex(), str(node.sums[0]), node.hash.hex())
        lines.append(" ".join(words))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The lines read: the proof, and which of its leaves is `(none)`."""

    proof: PrefixProof
    none: int | None

    @classmethod
    def of(cls, lines: Sequence[str]) -> "Ranking":
        """Return what lines say.

        Raises:
            MalformedError: They are no such proof.
        """
        leaves: list[SaltedLeaf] = []
        rest: list[SumNode] = []
        none: int | None = None
        for line in lines:
            words = line.split(" ")
            if len(words) == _NODE:
                rest.append(_node(words))
            elif rest or len(words) not in (_LEAF, _NONE):
                raise MalformedError(f"{line[:80]!r} is no line of a ranking's proof, or too late")
            else:
                if len(words) == _NONE:
                    if words[3] != NO_DOMAIN or none is not None:
                        raise MalformedError(f"{line[:80]!r} is no line of a ranking's proof")
                    none = len(leaves)
                leaves.append(_leaf(words))
        return cls(PrefixProof(tuple(leaves), tuple(rest)), none)

    @property
    def listed(self) -> list[tuple[int, bytes]]:
        """The bytes and the pseudonym of each domain that is to be listed, in the tree's order."""
        leaves = enumerate(self.proof.leaves)
        return [check_rank_leaf(one.leaf) for at, one in leaves if at != self.none]


def _leaf(words: Sequence[str]) -> SaltedLeaf:
    name = bytes_of(words[1], "a pseudonym", HASH_SIZE)
    leaf = rank_leaf(decimal_of(words[0], "bytes of a domain"), name)
    return SaltedLeaf(leaf, bytes_of(words[2], "a salt", HASH_SIZE))


def _node(words: Sequence[str]) -> SumNode:
    count, lo, hi, total, digest = words
    return SumNode(
        decimal_of(count, "n"),
        bytes_of(lo, "lo"),
        bytes_of(hi, "hi"),
        (decimal_of(total, "a sum"),),
        Hash(bytes_of(digest, "a hash", HASH_SIZE)),
    )


def list_of_domains(form: Document) -> Domains | None:
    """Return the list of domains of a form; None if it has none."""
    values = (one for field in form.fields() if field.id == FIELD for one in field.values)
    return next((one for one in values if isinstance(one, Domains)), None)


def check_ranking(form: Document, sections: Mapping[str, SumNode]) -> CheckedRanking | None:
    """Check the list of domains of a form against the totals that its summary publishes.

    Returns:
        What was shown; None if the form lists no domains, or too many to have the proof in it.

    Raises:
        MalformedError: The proof is none.
        VerificationError: The list has no proof, or is not the top of the ranking.
    """
    value, root = list_of_domains(form), sections.get(CRAWLED_RANK)
    if value is None or not value.names:
        return None
    if root is None:
        raise VerificationError("the form lists domains, and the statement has no ranking of them")
    if not value.proof:
        if len(value.names) > INLINE:
            return None
        raise VerificationError("the list of domains has no proof, and the totals are published")
    return _check(value, root)


def check_ranking_file(
    form: Document, sections: Mapping[str, SumNode], data: bytes
) -> CheckedRanking:
    """Check the list of domains of a form against the proof in a file beside it.

    Args:
        form: The form.
        sections: The totals that its summary publishes.
        data: The file: the lines, each ended by LF.

    Raises:
        MalformedError: The proof is none.
        VerificationError: The list is not the top of the ranking, or there is none.
    """
    value, root = list_of_domains(form), sections.get(CRAWLED_RANK)
    if value is None or root is None:
        raise VerificationError("there is no list of domains, or no ranking to hold it against")
    try:
        *lines, end = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError("a ranking's proof is ASCII text") from error
    if end:
        raise MalformedError("a ranking's proof ends with a line feed; this file is cut off")
    return _check(replace(value, proof=tuple(lines)), root)


def _check(value: Domains, root: SumNode) -> CheckedRanking:
    found = Ranking.of(value.proof)
    sums = check_prefix(found.proof, tree_name=CRAWLED_RANK, root=root)
    listed = found.listed
    if len(listed) != len(value.names):
        raise VerificationError(
            f"the form lists {len(value.names)} domains, and its proof shows the first "
            f"{len(listed)} of the ranking"
        )
    # What came from no domain has a leaf of its own, which need not be among the first.
    without = {root.count - 1} if found.none is not None else {root.count, root.count - 1}
    if value.total not in without:
        raise VerificationError(
            f"the form says that there are {value.total} domains, and the ranking has {root.count} "
            "entries"
        )
    none = 0 if found.none is None else found.proof.leaves[found.none].leaf.values[0]
    return CheckedRanking(len(listed), value.total, sums[0] - none, root.sums[0])


def check_names(value: Domains, name_key: bytes) -> None:
    """Check, with the name key, that the names listed are those of the ranking's pseudonyms.

    Raises:
        VerificationError: A name is not, or equal ones are not all where they belong.
    """
    found = Ranking.of(value.proof)
    listed = {name for _, name in found.listed}
    for domain in value.names:
        if pseudonym(name_key, domain) not in listed:
            raise VerificationError(
                f"{domain} is listed, and is not among the first of the ranking"
            )
    if found.none is not None:
        _, name = check_rank_leaf(found.proof.leaves[found.none].leaf)
        if name != pseudonym(name_key, NO_DOMAIN):
            raise VerificationError(f"a domain is left out of the list under the name {NO_DOMAIN}")
