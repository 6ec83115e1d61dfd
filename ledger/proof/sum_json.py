"""Parts of Merkle-sum trees as JSON: nodes, openings, prefix proofs, absence proofs.

    node      {"hash": hex, "hi": hex, "lo": hex, "n": int, "sums": ["<decimal>"...]}
    opening   {"index": int, "key": hex, "path": [node...], "ref": hex, "salt": hex,
               "values": ["<decimal>"...]}
    prefix    {"leaves": [{"key": hex, "ref": hex, "salt": hex, "values": [...]}...],
               "rest": [node...]}
    absence   {"after": neighbour, "before": neighbour}    one is left out at an end of the tree,
                                                           both for an empty one
    neighbour {"index": int, "node": node, "path": [node...]}

Paths run from leaf to root. Sums and values are text, for they may pass 2^53. The values that
`decode_…` returns are well-formed and nothing more: `ledger.tree.sums` checks them against a root.
docs/formats/audit.md, "Openings", is normative.
"""

from collections.abc import Iterable

from ledger.errors import MalformedError
from ledger.proof.json_members import (
    bytes_of,
    decimal_of,
    list_of,
    members,
    number_of,
    text_of,
)
from ledger.record.canonical import JSON
from ledger.tree.hashing import HASH_SIZE, Hash
from ledger.tree.sums import (
    MAX_LEAVES,
    MAX_MEASURES,
    AbsenceProof,
    Neighbour,
    PrefixProof,
    SaltedLeaf,
    SumLeaf,
    SumNode,
    SumOpening,
)

MAX_KEY = 64
"""Bytes of a key; the longest in use, of a rank tree, has 40."""
MAX_PATH = MAX_LEAVES.bit_length()
"""Siblings of a leaf: the tree's levels."""
MAX_SHOWN = 100_000
"""Leaves of a prefix proof."""


def encode_node(node: SumNode) -> JSON:
    """Return a node as its JSON value."""
    return {
        "hash": node.hash.hex(),
        "hi": node.hi.hex(),
        "lo": node.lo.hex(),
        "n": node.count,
        "sums": _written(node.sums),
    }


def decode_node(value: JSON) -> SumNode:
    """Return the node that a JSON value states.

    Raises:
        MalformedError: It states none: a member is missing or one too many, not of its form, or
            there is no such node.
    """
    digest, hi, lo, count, sums = members(value, "a node", "hash", "hi", "lo", "n", "sums")
    return SumNode(
        number_of(count, "n"),
        _key(lo, "lo"),
        _key(hi, "hi"),
        _integers(sums, "sums"),
        Hash(bytes_of(digest, "a node's hash", HASH_SIZE)),
    )


def encode_leaf(leaf: SumLeaf, salt: bytes) -> dict[str, JSON]:
    """Return a leaf and its salt as their JSON value, without a place: one of a prefix proof."""
    return {
        "key": leaf.key.hex(),
        "ref": leaf.ref.hex(),
        "salt": salt.hex(),
        "values": _written(leaf.values),
    }


def decode_leaf(value: JSON) -> SaltedLeaf:
    """Return the leaf and the salt that a JSON value states."""
    key, ref, salt, values = members(value, "a leaf", "key", "ref", "salt", "values")
    return _salted(key, ref, salt, values)


def encode_opening(opening: SumOpening) -> JSON:
    """Return the opening of a leaf as its JSON value."""
    return {
        "index": opening.index,
        "path": _nodes(opening.path),
        **encode_leaf(opening.leaf, opening.salt),
    }


def decode_opening(value: JSON) -> SumOpening:
    """Return the opening that a JSON value states."""
    index, key, path, ref, salt, values = members(
        value, "an opening", "index", "key", "path", "ref", "salt", "values"
    )
    shown = _salted(key, ref, salt, values)
    return SumOpening(number_of(index, "index"), shown.leaf, shown.salt, _path(path, "path"))


def encode_prefix(proof: PrefixProof) -> JSON:
    """Return a prefix proof as its JSON value."""
    return {
        "leaves": [encode_leaf(one.leaf, one.salt) for one in proof.leaves],
        "rest": _nodes(proof.rest),
    }


def decode_prefix(value: JSON) -> PrefixProof:
    """Return the prefix proof that a JSON value states."""
    leaves, rest = members(value, "a prefix proof", "leaves", "rest")
    shown = list_of(leaves, "leaves")
    if len(shown) > MAX_SHOWN:
        raise MalformedError(f"a prefix proof shows at most {MAX_SHOWN} leaves, not {len(shown)}")
    return PrefixProof(tuple(decode_leaf(leaf) for leaf in shown), _path(rest, "rest"))


def encode_absence(proof: AbsenceProof) -> JSON:
    """Return an absence proof as its JSON value."""
    sides = (("before", proof.before), ("after", proof.after))
    return {name: _neighbour_json(side) for name, side in sides if side is not None}


def decode_absence(value: JSON) -> AbsenceProof:
    """Return the absence proof that a JSON value states."""
    members(value, "an absence proof", optional=("before", "after"))
    sides = value if isinstance(value, dict) else {}
    return AbsenceProof(
        _neighbour(sides["before"]) if "before" in sides else None,
        _neighbour(sides["after"]) if "after" in sides else None,
    )


def _neighbour_json(neighbour: Neighbour) -> JSON:
    return {
        "index": neighbour.index,
        "node": encode_node(neighbour.node),
        "path": _nodes(neighbour.path),
    }


def _neighbour(value: JSON) -> Neighbour:
    index, node, path = members(value, "a neighbour", "index", "node", "path")
    return Neighbour(number_of(index, "index"), decode_node(node), _path(path, "path"))


def _salted(key: JSON, ref: JSON, salt: JSON, values: JSON) -> SaltedLeaf:
    leaf = SumLeaf(
        key=_key(key, "key"),
        ref=bytes_of(ref, "a leaf's ref", HASH_SIZE),
        values=_integers(values, "values"),
    )
    return SaltedLeaf(leaf, bytes_of(salt, "a leaf's salt", HASH_SIZE))


def _nodes(nodes: Iterable[SumNode]) -> list[JSON]:
    return [encode_node(node) for node in nodes]


def _path(value: JSON, what: str) -> tuple[SumNode, ...]:
    nodes = list_of(value, what)
    if len(nodes) > MAX_PATH:
        raise MalformedError(f"{what} has at most {MAX_PATH} nodes, not {len(nodes)}")
    return tuple(decode_node(node) for node in nodes)


def _key(value: JSON, what: str) -> bytes:
    text = text_of(value, what)
    if not 2 <= len(text) <= 2 * MAX_KEY:
        raise MalformedError(f"{what} has 1 to {MAX_KEY} bytes, not {len(text) // 2}")
    return bytes_of(text, what)


def _written(integers: Iterable[int]) -> list[JSON]:
    return [str(one) for one in integers]


def _integers(value: JSON, what: str) -> tuple[int, ...]:
    written = list_of(value, what)
    if len(written) > MAX_MEASURES:
        raise MalformedError(f"{what} has at most {MAX_MEASURES} integers, not {len(written)}")
    return tuple(decimal_of(one, f"each of {what}") for one in written)
