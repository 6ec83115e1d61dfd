"""The worked example of the audit protocol, as values of ours."""

import json
from pathlib import Path
from typing import Any, Final

from ledger.query.statement import Context, Statement
from ledger.tree.hashing import Hash
from ledger.tree.sums import SumLeaf, SumNode, SumTree

_FILE: Final = Path(__file__).parents[1] / "vectors" / "audit" / "worked-example.json"
EXAMPLE: Final[Any] = json.loads(_FILE.read_text())
SECRET: Final = bytes.fromhex(EXAMPLE["audit_secret"])
CONTEXT: Final = Context(provider="example-lab", release="Example-1", version=1, size=12)
TRAINING: Final = 8
"""How many records the release was trained on."""


def node(value: Any) -> SumNode:
    """Return a node of the example."""
    return SumNode(
        value["n"],
        bytes.fromhex(value["lo"]),
        bytes.fromhex(value["hi"]),
        tuple(value["sums"]),
        Hash(bytes.fromhex(value["h"])),
    )


def tree(name: str) -> SumTree:
    """Return a section's tree, built from its leaves."""
    leaves = (
        SumLeaf(
            key=bytes.fromhex(one["key"]),
            ref=bytes.fromhex(one["ref"]),
            values=tuple(one["vals"]),
        )
        for one in EXAMPLE["sections"][name]["leaves"]
    )
    return SumTree.build(name, SECRET, leaves)


STATEMENT: Final = Statement(
    CONTEXT,
    tuple(EXAMPLE["measures"]),
    {name: node(section["root"]) for name, section in EXAMPLE["sections"].items()},
)
