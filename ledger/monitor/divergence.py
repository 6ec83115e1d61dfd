"""Two checkpoints of one log: one tree, or two?"""

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.proof.misbehaviour import Divergence, check_divergence
from ledger.tree.proofs import HashReader, Range, consistency_ranges


def find_divergence(first: Checkpoint, second: Checkpoint, reader: HashReader) -> Divergence | None:
    """Return the proof that `second` does not extend `first`; None if it does.

    Args:
        first: The smaller, or one as large.
        second: The larger.
        reader: Hashes of the larger one's tree, already checked against its root.

    Raises:
        LedgerError: What `reader` raises; or its hashes are not of that tree.
    """
    if not first.size or (first.size, first.root) == (second.size, second.root):
        return None
    if first.size == second.size:
        found = Divergence(second.root, ())
    else:
        (root,) = reader.read([Range(0, first.size)])
        if root == first.root:
            return None
        proof = reader.read(consistency_ranges(first.size, second.size))
        found = Divergence(root, tuple(proof))
    # What we hand out must convince strangers: so it convinces us by the same check first.
    check_divergence(first, second, found)
    return found
