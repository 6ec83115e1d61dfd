"""The ordered Merkle-sum tree: hashes that also commit to counts, key ranges and totals.

The format is docs/formats/audit.md. Every node is a tuple (n, lo, hi, sums, h): leaf count,
smallest and largest key, one sum per measure, hash. A node binds both children whole, so no sum can
be moved from one side to the other under the same root; keys ascend, so nothing counts twice. The
shape is RFC 6962's.

    sum_nodes   leaves, inner nodes, and how two nodes join
    sum_proofs  openings, prefix proofs, absence proofs: what is shown, and how it is checked
    sum_trees   building: as a stream, or whole to open leaves of it
"""

from ledger.tree.sum_nodes import (
    MAX_LEAVES,
    MAX_MEASURES,
    MAX_VALUE,
    T_LEAF,
    T_NODE,
    T_SALT,
    SumLeaf,
    SumNode,
    check_tree_name,
    join,
    leaf_node,
    leaf_salt,
    prefixed,
)
from ledger.tree.sum_proofs import (
    AbsenceProof,
    Neighbour,
    PrefixProof,
    SaltedLeaf,
    SumOpening,
    check_absence,
    check_opening,
    check_prefix,
)
from ledger.tree.sum_trees import SumBuilder, SumTree, sum_root

__all__ = [
    "MAX_LEAVES",
    "MAX_MEASURES",
    "MAX_VALUE",
    "T_LEAF",
    "T_NODE",
    "T_SALT",
    "AbsenceProof",
    "Neighbour",
    "PrefixProof",
    "SaltedLeaf",
    "SumBuilder",
    "SumLeaf",
    "SumNode",
    "SumOpening",
    "SumTree",
    "check_absence",
    "check_opening",
    "check_prefix",
    "check_tree_name",
    "join",
    "leaf_node",
    "leaf_salt",
    "prefixed",
    "sum_root",
]
