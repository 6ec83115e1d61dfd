"""One process that builds, opens or streams a Merkle-sum tree, and says what each part took.

    python -m tests.benchmarks.sum_tree_process whole|stream|bare|inclusion LEAVES

`bare` makes the same calls of SHA-256 and HMAC over as many bytes, and does nothing else: the least
that any program can take that builds the tree with this hashlib. `inclusion` makes and checks
plain inclusion proofs (RFC 9162) in a tree of as many leaves.
"""

import hmac
import json
import resource
import sys
from collections.abc import Iterator
from hashlib import sha256
from time import process_time

from ledger.tree.hashing import Hash, leaf_hash, root_of_joined
from ledger.tree.proofs import Range, check_inclusion, inclusion_ranges
from ledger.tree.sums import SumBuilder, SumLeaf, SumTree, check_opening

NAME = "public-dataset.text"
SECRET = bytes(range(32))
KEY_SIZE = 12
MEASURES = 12
"""As many as a section of a statement has."""
OPENED = 918
"""459 uniform and 459 weighted draws: 99 % confidence, 1 %."""

_LEAF = 1 + 18 + 32 + 2 + len(NAME) + 8 + 2 + KEY_SIZE + 32 + 1 + 16 * MEASURES
_NODE = 1 + 18 + 2 * (8 + 2 * (2 + KEY_SIZE) + 1 + 16 * MEASURES + 32)
_SALT = 18 + 2 + len(NAME) + 8


def main() -> None:
    """Print, as JSON, seconds of this process by part, and the memory it needed."""
    kind, count = sys.argv[1], int(sys.argv[2])
    parts = {"whole": _whole, "stream": _stream, "bare": _bare, "inclusion": _inclusion}
    found = parts[kind](count)
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(found))


def _leaves(count: int) -> Iterator[SumLeaf]:
    ref = bytes(32)
    for place in range(count):
        size = 1_000 + place * 7919 % 1_000_003
        values = (size, 10, size // 4, 0, 0, 0, 1, 1, 0, 0, 0, size)
        yield SumLeaf(key=place.to_bytes(KEY_SIZE), ref=ref, values=values)


def _whole(count: int) -> dict[str, float]:
    began = process_time()
    tree = SumTree.build(NAME, SECRET, _leaves(count))
    built = process_time()
    places = [at * count // OPENED for at in range(OPENED)]
    openings = [tree.open(place) for place in places]
    proved = process_time()
    for opening in openings:
        check_opening(opening, tree_name=NAME, root=tree.root)
    return {"build": built - began, "prove": proved - built, "verify": process_time() - proved}


def _stream(count: int) -> dict[str, float]:
    began = process_time()
    builder = SumBuilder(NAME, SECRET)
    for leaf in _leaves(count):
        builder.add(leaf)
    builder.root()
    return {"build": process_time() - began}


def _bare(count: int) -> dict[str, float]:
    salt, leaf, node = bytes(_SALT), bytes(_LEAF), bytes(_NODE)
    began = process_time()
    for _ in range(count):
        hmac.digest(SECRET, salt, "sha256")
        sha256(leaf).digest()
        sha256(node).digest()
    return {"build": process_time() - began}


def _inclusion(count: int) -> dict[str, float]:
    joined = b"".join([leaf_hash(place.to_bytes(KEY_SIZE)) for place in range(count)])
    root = root_of_joined(joined)
    places = [at * count // OPENED for at in range(OPENED)]
    known: dict[Range, Hash] = {}
    for place in places:
        for part in inclusion_ranges(place, count):
            if part not in known:
                known[part] = root_of_joined(joined[32 * part.lo : 32 * part.hi])
    began = process_time()
    for place in places:
        check_inclusion(
            leaf=Hash(joined[32 * place : 32 * place + 32]),
            index=place,
            size=count,
            root=root,
            proof=[known[part] for part in inclusion_ranges(place, count)],
        )
    return {"verify": process_time() - began}


if __name__ == "__main__":
    main()
