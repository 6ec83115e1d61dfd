"""A second Merkle-sum tree, made of docs/formats/audit.md alone, and without any of its rules.

It is what a lab would use that wants to lie: leaves may have any value below 2^128, keys may come
twice or in any order, and a node says of itself what it is told to. Parts are in their JSON form.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

Node = dict[str, Any]
Leaf = dict[str, Any]


def lp(data: bytes) -> bytes:
    """Return uint16 length and the bytes."""
    return len(data).to_bytes(2, "big") + data


def encoded(node: Node) -> bytes:
    """Return `enc` of a node."""
    count: int = node["n"]
    sums = b"".join(int(total).to_bytes(16, "big") for total in node["sums"])
    return (
        count.to_bytes(8, "big")
        + lp(bytes.fromhex(node["lo"]))
        + lp(bytes.fromhex(node["hi"]))
        + bytes([len(node["sums"])])
        + sums
        + bytes.fromhex(node["hash"])
    )


def salted(secret: bytes, name: str, index: int, leaf: Leaf) -> Leaf:
    """Return a leaf with its salt."""
    message = b"tdl/audit/salt/v1\0" + lp(name.encode()) + index.to_bytes(8, "big")
    return {**leaf, "salt": hmac.digest(secret, message, "sha256").hex()}


def leaf_of(name: str, index: int, leaf: Leaf) -> Node:
    """Return the node of a salted leaf."""
    values = leaf["values"]
    content = (
        b"\0tdl/audit/leaf/v1\0"
        + bytes.fromhex(leaf["salt"])
        + lp(name.encode())
        + index.to_bytes(8, "big")
        + lp(bytes.fromhex(leaf["key"]))
        + bytes.fromhex(leaf["ref"])
        + bytes([len(values)])
        + b"".join(int(value).to_bytes(16, "big") for value in values)
    )
    digest = sha256(content).hexdigest()
    return {"n": 1, "lo": leaf["key"], "hi": leaf["key"], "sums": values, "hash": digest}


def parent(left: Node, right: Node) -> Node:
    """Return the node over two nodes; its sums wrap at 2^128, as a careless adder's would."""
    sums = [
        str((int(one) + int(two)) % 2**128)
        for one, two in zip(left["sums"], right["sums"], strict=True)
    ]
    digest = sha256(b"\1tdl/audit/node/v1\0" + encoded(left) + encoded(right)).hexdigest()
    count = left["n"] + right["n"]
    return {"n": count, "lo": left["lo"], "hi": right["hi"], "sums": sums, "hash": digest}


def grown(nodes: Sequence[Node]) -> tuple[Node, list[list[Node]]]:
    """Return the root over `nodes`, and the path of each, from leaf to root."""
    if len(nodes) == 1:
        return nodes[0], [[]]
    middle = 1
    while 2 * middle < len(nodes):
        middle *= 2
    left, left_paths = grown(nodes[:middle])
    right, right_paths = grown(nodes[middle:])
    paths = [[*path, right] for path in left_paths] + [[*path, left] for path in right_paths]
    return parent(left, right), paths


def opened(secret: bytes, name: str, leaves: Sequence[Leaf]) -> tuple[Node, list[dict[str, Any]]]:
    """Return the root of a tree over `leaves`, in the order given, and all openings."""
    salted_leaves = [salted(secret, name, at, leaf) for at, leaf in enumerate(leaves)]
    root, paths = grown([leaf_of(name, at, leaf) for at, leaf in enumerate(salted_leaves)])
    return root, [
        {"index": at, "path": path, **leaf}
        for at, (leaf, path) in enumerate(zip(salted_leaves, paths, strict=True))
    ]
