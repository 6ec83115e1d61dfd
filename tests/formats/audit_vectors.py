"""Vectors of trees that commit to sums: training sets, openings, names, and ways to be wrong."""

from typing import Any

from ledger.proof.sum_json import encode_absence, encode_node, encode_opening, encode_prefix
from ledger.query.names import generator_code, key_commit, name_leaf, pseudonym, rank_leaf
from ledger.query.randomness import Mode, seed_of
from ledger.query.sample import draw_records, draw_sizes
from ledger.query.statement import Context, Statement, section_hash
from ledger.record.leaf import RecordId
from ledger.tree.hashing import leaf_hash
from ledger.tree.sums import SumLeaf, SumTree, join, leaf_node, leaf_salt
from tests.formats.challenge_vectors import challenges
from tests.formats.examples import RELEASE_SECRET, counting, example_log, training_root
from tests.formats.sum_cases import NAME, ROWS, sum_cases

SECRET = counting(0)
NAME_KEY = bytes([7]) * 32
DOMAINS = [
    ("news.example", 70_000),
    ("wiki.example", 5_000),
    ("example.org", 900),
    ("blog.example", 900),
    ("shop.example", 20),
]
LICENSED = [(4, 20_000, 50), (7, 30_000, 60), (11, 10, 1)]
CHECKPOINT = f"example.com/ledger\n13\n{'A' * 43}=\n"
RAND = b"\x42" * 32
ABSENT = "absent-2.example"
LISTED = 2


def audit() -> dict[str, object]:
    """Return vectors/audit.json."""
    return {
        **_training(),
        "with_sums": _with_sums(),
        "shown": _shown(),
        "names": _names(),
        "rank": _rank(),
        "statement": _statement(),
        **challenges(),
        "cases": sum_cases(),
    }


def _training() -> dict[str, object]:
    shards = example_log().batches[1]
    leaves = [
        SumLeaf(key=RecordId(1, place).key, ref=one.leaf)
        for place, one in enumerate(shards.records)
    ]
    nodes = [
        leaf_node(
            tree_name="training", index=i, salt=leaf_salt(RELEASE_SECRET, "training", i), leaf=leaf
        )
        for i, leaf in enumerate(leaves)
    ]
    first = join(nodes[0], nodes[1])
    root = join(first, nodes[2])
    assert root == training_root(shards, 1, RELEASE_SECRET)
    return {
        "secret": RELEASE_SECRET.hex(),
        "tree_name": "training",
        "leaves": [
            {
                "index": index,
                "record": f"1.{index}",
                "key": leaf.key.hex(),
                "ref": leaf.ref.hex(),
                "salt": leaf_salt(RELEASE_SECRET, "training", index).hex(),
                "hash": node.hash.hex(),
            }
            for index, (leaf, node) in enumerate(zip(leaves, nodes, strict=True))
        ],
        "node_0_2": {"encoded": first.encode().hex(), "hash": first.hash.hex()},
        "root": {
            "count": root.count,
            "lo": root.lo.hex(),
            "hi": root.hi.hex(),
            "root": root.hash.hex(),
        },
    }


def _crawled() -> SumTree:
    """Return a tree with two measures: five records of a section called `crawled`."""
    return _section(NAME, ROWS)


def _section(name: str, rows: list[tuple[int, int, int]]) -> SumTree:
    leaves = [
        SumLeaf(
            key=RecordId(index, 0).key,
            ref=leaf_hash(f"ledger entry {index}".encode()),
            values=(size, documents),
        )
        for index, size, documents in rows
    ]
    return SumTree.build(name, SECRET, leaves)


def _with_sums() -> dict[str, object]:
    tree = _crawled()
    leaves = [tree.leaf(at) for at in range(tree.count)]
    return {
        "secret": SECRET.hex(),
        "tree_name": NAME,
        "leaves": [
            {"key": leaf.key.hex(), "ref": leaf.ref.hex(), "values": list(leaf.values)}
            for leaf in leaves
        ],
        "root": {
            "count": tree.root.count,
            "lo": tree.root.lo.hex(),
            "hi": tree.root.hi.hex(),
            "sums": list(tree.root.sums),
            "hash": tree.root.hash.hex(),
        },
    }


def _shown() -> dict[str, Any]:
    """Return the tree `with_sums` as a verifier sees it: its root, and one leaf."""
    tree = _crawled()
    return {
        "tree_name": NAME,
        "root": encode_node(tree.root),
        "opening": encode_opening(tree.open(3)),
        "prefix_sums": ["13312", "34"],
        "at": [{"total": str(total), "leaf": tree.at(total)} for total in (0, 4095, 4096, 79_359)],
    }


def _names() -> dict[str, Any]:
    pseudonyms = {name: pseudonym(NAME_KEY, name) for name, _ in DOMAINS}
    tree = SumTree.build(f"{NAME}.names", SECRET, map(name_leaf, sorted(pseudonyms.values())))
    absent = pseudonym(NAME_KEY, ABSENT)
    return {
        "name_key": NAME_KEY.hex(),
        "key_commit": key_commit(NAME_KEY).hex(),
        "pseudonyms": {name: value.hex() for name, value in pseudonyms.items()},
        "tree_name": tree.tree_name,
        "root": encode_node(tree.root),
        "absent": {
            "domain": ABSENT,
            "pseudonym": absent.hex(),
            "proof": encode_absence(tree.open_absence(absent)),
        },
        "generator": {
            "provider": "OpenAI",
            "model": "gpt-4o-mini",
            "code": generator_code(NAME_KEY, "OpenAI", "gpt-4o-mini"),
        },
    }


def _rank() -> dict[str, Any]:
    leaves = {rank_leaf(size, pseudonym(NAME_KEY, name)).key: name for name, size in DOMAINS}
    sizes = dict(DOMAINS)
    tree = SumTree.build(
        f"{NAME}.rank",
        SECRET,
        (rank_leaf(sizes[leaves[key]], key[8:]) for key in sorted(leaves)),
    )
    return {
        "order": [
            {"domain": leaves[key], "bytes": sizes[leaves[key]], "key": key.hex()}
            for key in sorted(leaves)
        ],
        "tree_name": tree.tree_name,
        "root": encode_node(tree.root),
        "first": encode_prefix(tree.open_prefix(LISTED)),
        "sums": ["75000"],
    }


def _statement() -> dict[str, Any]:
    """Return a statement over two sections, a challenge of it in mode 1, and what is drawn."""
    trees = {NAME: _crawled(), "licensed": _section("licensed", LICENSED)}
    statement = Statement(
        Context(provider="example-lab", release="Example-1", version=1, size=12),
        ("bytes", "documents"),
        {name: tree.root for name, tree in trees.items()},
    )
    root = statement.audit_root()
    seed = seed_of(root, CHECKPOINT, Mode.REGULATOR, RAND)
    return {
        "statement": statement.to_json(),
        "context": statement.context.hash().hex(),
        "section_hashes": {
            name: section_hash(name, tree.root).hex() for name, tree in trees.items()
        },
        "audit_root": root.hex(),
        "checkpoint_text": CHECKPOINT,
        "mode": int(Mode.REGULATOR),
        "rand": RAND.hex(),
        "seed": seed.hex(),
        "by_records": {
            name: list(draw_records(seed, name, draws=draws, count=trees[name].count))
            for name, draws in ((NAME, 3), ("licensed", 2))
        },
        "by_size": [
            {"t": str(total), "leaf": trees[NAME].at(total)}
            for total in draw_sizes(seed, NAME, draws=3, total=trees[NAME].root.sums[0])
        ],
    }
