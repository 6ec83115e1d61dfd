"""Every leaf of a statement in one file: what the mode `counters` publishes.

A line a leaf, canonical JSON and LF, trees in the order of their names and leaves in that of their
keys; a leaf's index is its place among those of its tree:

    {"key": hex, "ref": hex, "salt": hex, "section": name, "values": ["<decimal>"...]}

No paths: whoever has all leaves builds the trees again, and needs nobody's word for any sum.
docs/formats/audit.md, "All leaves in a file", is normative.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from ledger.errors import MalformedError, VerificationError
from ledger.proof.sum_json import decode_leaf, encode_leaf
from ledger.query.statement import Statement
from ledger.record.canonical import JSON, decode_object, encode
from ledger.tree.sum_trees import join_all
from ledger.tree.sums import SaltedLeaf, SumLeaf, SumNode, join, leaf_node

NAME: Final = "leaves.jsonl"
MEDIA_TYPE: Final = "application/jsonl"
MAX_LINE: Final = 4096
"""Bytes of a line; the longest there can be has less than half of that."""


def leaf_line(section: str, leaf: SumLeaf, salt: bytes) -> bytes:
    """Return the line of a leaf."""
    value: dict[str, JSON] = {"section": section, **encode_leaf(leaf, salt)}
    return encode(value) + b"\n"


def read_leaf_line(line: bytes) -> tuple[str, SaltedLeaf]:
    """Return the section and the leaf of a line.

    Raises:
        MalformedError: It is no such line, or is spelled otherwise.
    """
    if len(line) > MAX_LINE or not line.endswith(b"\n"):
        raise MalformedError("a line of leaves is too long, or the file is cut off")
    value = decode_object(line[:-1], "a leaf")
    section = value.pop("section", None)
    if not isinstance(section, str):
        raise MalformedError("a line of leaves names its section")
    return section, decode_leaf(value)


def check_leaves(lines: Iterable[bytes], statement: Statement) -> int:
    """Check that these are all leaves of a statement; return how many.

    Memory is one node a level.

    Raises:
        MalformedError: A line is none.
        VerificationError: A tree has another root than the statement says, or is missing.
    """
    count, missing = 0, dict(statement.sections)
    leaves = map(read_leaf_line, lines)
    for section, group in groupby(leaves, key=lambda one: one[0]):
        wanted = missing.pop(section, None)
        if wanted is None:
            raise VerificationError(f"section {section[:80]!r} is not the statement's, or is split")
        root = _root(section, (leaf for _, leaf in group))
        if root != wanted:
            raise VerificationError(
                f"the leaves of section {section} have the totals {_totals(root)}, and the "
                f"statement has {_totals(wanted)} for it"
                if root is None or _totals(root) != _totals(wanted)
                else f"the leaves of section {section} do not hash to its root"
            )
        count += wanted.count
    if missing:
        raise VerificationError(f"the leaves of section {min(missing)} are missing")
    return count


def _root(section: str, leaves: Iterable[SaltedLeaf]) -> SumNode | None:
    waiting: list[SumNode] = []
    for index, one in enumerate(leaves):
        node = leaf_node(tree_name=section, index=index, salt=one.salt, leaf=one.leaf)
        while waiting and waiting[-1].count == node.count:
            node = join(waiting.pop(), node)
        waiting.append(node)
    return join_all(waiting)


def _totals(root: SumNode | None) -> str:
    if root is None:
        return "of nothing"
    return f"{root.count} leaves: {', '.join(map(str, root.sums)) or 'no sums'}"
