"""Vectors of openings, prefix proofs and absence proofs: good ones, and one per way to be wrong."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from ledger.errors import LedgerError, MalformedError
from ledger.proof.sum_json import decode_absence, decode_node, decode_opening, decode_prefix
from ledger.record.canonical import encode
from ledger.tree.hashing import leaf_hash
from ledger.tree.sums import check_absence, check_opening, check_prefix
from tests.formats import raw_sums

Case = dict[str, Any]

NAME = "crawled"
SECRET = bytes(range(32))
ROWS = [(2, 4096, 10), (3, 8192, 21), (5, 1024, 3), (8, 65_536, 130), (9, 512, 1)]
"""Log index, bytes and documents of the five records of the worked example."""


def key_of(index: int) -> str:
    """Return the key of a record that is the first of log entry `index`."""
    return f"{index:016x}{0:08x}"


def leaves() -> list[raw_sums.Leaf]:
    """Return the five leaves of the worked example."""
    return [
        {
            "key": key_of(index),
            "ref": leaf_hash(f"ledger entry {index}".encode()).hex(),
            "values": [str(size), str(documents)],
        }
        for index, size, documents in ROWS
    ]


ROOT, OPENINGS = raw_sums.opened(SECRET, NAME, leaves())


def verdict(case: Case) -> tuple[str, Any]:
    """Return what becomes of a case: the verdict, and the sums it yields or our message."""
    try:
        root = decode_node(case["root"]) if "root" in case else None
        if "absence" in case:
            proof = decode_absence(case["absence"])
            check_absence(proof, key=bytes.fromhex(case["key"]), root=root)
            return "verified", None
        assert root is not None
        if "prefix" in case:
            first = decode_prefix(case["prefix"])
            sums = check_prefix(first, tree_name=case["tree_name"], root=root)
        else:
            opening = decode_opening(case["opening"])
            sums = check_opening(opening, tree_name=case["tree_name"], root=root)
    except MalformedError as error:
        return "malformed", str(error)
    except LedgerError as error:
        return "not verified", str(error)
    return "verified", [str(total) for total in sums]


def sum_cases() -> list[Case]:
    """Return every case with its verdict, as the vector file holds them."""
    found = []
    for case in (*_good(), *_wrong_openings(), *_lying_labs(), *_wrong_prefixes(), *_absences()):
        encode(case)  # a case is canonical JSON, or a reader could not be given it
        said, detail = verdict(case)
        member = {"sums": detail} if said == "verified" and detail is not None else {}
        because = {"message": detail} if said != "verified" else {}
        found.append({**case, "verdict": said, **member, **because})
    return found


def _case(name: str, rule: int, **parts: Any) -> Case:
    return {"name": name, "rule": rule, "tree_name": NAME, "root": ROOT, **parts}


def _good() -> Iterator[Case]:
    for at in (0, 3, 4):
        yield _case(f"opening-of-leaf-{at}", 0, opening=OPENINGS[at])
    one = raw_sums.opened(SECRET, NAME, leaves()[:1])
    yield _case("opening-of-a-single-leaf", 0, root=one[0], opening=one[1][0])
    largest = [{**leaf, "values": [str(2**64 - 1)] * 2} for leaf in leaves()]
    root, openings = raw_sums.opened(SECRET, NAME, largest)
    yield _case("values-of-2-to-the-64-minus-1", 0, root=root, opening=openings[4])
    for shown in (1, 2, 3, 5):
        yield _case(f"prefix-of-{shown}", 0, prefix=_prefix(shown))


def _prefix(shown: int) -> Case:
    nodes = [raw_sums.leaf_of(NAME, at, _bare(opening)) for at, opening in enumerate(OPENINGS)]
    rest = {
        1: [nodes[1], raw_sums.parent(nodes[2], nodes[3]), nodes[4]],
        2: [raw_sums.parent(nodes[2], nodes[3]), nodes[4]],
        3: [nodes[3], nodes[4]],
        5: [],
    }
    return {"leaves": [_bare(opening) for opening in OPENINGS[:shown]], "rest": rest[shown]}


def _bare(opening: Case) -> raw_sums.Leaf:
    return {name: opening[name] for name in ("key", "ref", "salt", "values")}


def _edited(value: Case, edit: Callable[[Any], object]) -> Case:
    changed = deepcopy(value)
    edit(changed)
    return changed


def _moved(opening: Case) -> None:
    """Move 500 bytes from the leaf to the sibling beside it: the total stays what it was."""
    leaf, sibling = opening["values"], opening["path"][0]["sums"]
    leaf[0], sibling[0] = str(int(leaf[0]) - 500), str(int(sibling[0]) + 500)


def _wrong_openings() -> Iterator[Case]:
    """Yield one change each of the opening of leaf 3 (or of another, where that shows more)."""
    edits: list[tuple[str, int, Callable[[Any], object]]] = [
        ("value-negative", 1, lambda one: one["values"].__setitem__(0, "-1")),
        ("value-with-leading-zero", 1, lambda one: one["values"].__setitem__(0, "065536")),
        ("value-as-a-number", 1, lambda one: one["values"].__setitem__(0, 65_536)),
        ("sum-of-2-to-the-128", 1, lambda one: one["path"][0]["sums"].__setitem__(0, str(2**128))),
        ("count-of-2-to-the-40", 1, lambda one: one["path"][1].update(n=2**40)),
        ("count-of-zero", 1, lambda one: one["path"][0].update(n=0)),
        ("sum-moved-to-the-sibling", 2, _moved),
        ("sum-of-sibling", 2, lambda one: one["path"][1]["sums"].__setitem__(1, "30")),
        ("hash-of-sibling", 2, lambda one: one["path"][0].update(hash="00" * 32)),
        ("value-of-leaf", 2, lambda one: one["values"].__setitem__(1, "131")),
        ("ref-of-leaf", 2, lambda one: one.update(ref=OPENINGS[0]["ref"])),
        ("salt-of-leaf", 2, lambda one: one.update(salt=OPENINGS[0]["salt"])),
        ("range-descends", 3, lambda one: one["path"][1].update(lo=key_of(4))),
        ("single-leaf-with-two-keys", 3, lambda one: one["path"][0].update(lo=key_of(4))),
        ("key-of-another-length", 3, lambda one: one.update(key=key_of(8)[2:])),
        ("ranges-overlap", 3, lambda one: one["path"][1].update(hi=key_of(5))),
        ("measure-left-out", 3, lambda one: one["path"][2]["sums"].pop()),
        ("measure-too-many-in-leaf", 3, lambda one: one["values"].append("0")),
        ("sibling-left-out", 4, lambda one: one["path"].pop()),
        ("sibling-too-many", 4, lambda one: one["path"].append(one["path"][0])),
        ("siblings-in-another-order", 4, lambda one: one["path"].reverse()),
        ("sibling-with-another-count", 4, lambda one: one["path"][1].update(n=3)),
        ("place-of-another-leaf", 4, lambda one: one.update(index=4)),
        ("place-of-the-neighbour", 4, lambda one: one.update(index=2)),
        ("place-beyond-the-end", 4, lambda one: one.update(index=5)),
        ("member-left-out", 4, lambda one: one.pop("salt")),
        ("member-too-many", 4, lambda one: one.update(name="example")),
    ]
    for name, rule, edit in edits:
        yield _case(name, rule, opening=_edited(OPENINGS[3], edit))
    yield _case("another-tree", 2, tree_name="licensed", opening=OPENINGS[3])
    yield from _other_roots()


def _other_roots() -> Iterator[Case]:
    """Yield the opening of leaf 4 under roots that differ in one of the five parts."""
    changes: list[tuple[str, Case]] = [
        ("count", {"n": 6}),
        ("smallest-key", {"lo": key_of(1)}),
        ("largest-key", {"hi": key_of(10)}),
        ("sums", {"sums": ["79361", "165"]}),
        ("hash", {"hash": "00" * 32}),
    ]
    for part, change in changes:
        yield _case(f"root-with-another-{part}", 5, root={**ROOT, **change}, opening=OPENINGS[3])


def _lying_labs() -> Iterator[Case]:
    """Yield openings that lead to their root exactly, of trees that break a rule."""

    def lab(name: str, rule: int, shown: int, edit: Callable[[Any], object]) -> Case:
        wrong = leaves()
        edit(wrong)
        root, openings = raw_sums.opened(SECRET, NAME, wrong)
        return _case(name, rule, root=root, opening=openings[shown])

    def value(number: int) -> Callable[[Any], object]:
        return lambda some: some[3]["values"].__setitem__(0, str(number))

    yield lab("lab-books-2-to-the-64", 1, 3, value(2**64))
    yield lab("lab-books-minus-500", 1, 3, value(2**128 - 500))
    yield lab("lab-hides-2-to-the-64-in-the-sibling", 1, 2, value(2**64))
    yield lab("lab-files-a-record-twice", 3, 3, lambda some: some[3].update(key=key_of(5)))
    yield lab("lab-files-out-of-order", 3, 1, lambda some: some.insert(1, some.pop(2)))
    yield lab("lab-files-the-last-first", 3, 4, lambda some: some.insert(0, some.pop()))


def _wrong_prefixes() -> Iterator[Case]:
    edits: list[tuple[str, int, int, Callable[[Any], object]]] = [
        ("prefix-leaf-left-out", 4, 3, lambda one: one["leaves"].pop(1)),
        ("prefix-leaves-in-another-order", 3, 2, lambda one: one["leaves"].reverse()),
        ("prefix-leaf-twice", 4, 2, lambda one: one["leaves"].append(one["leaves"][0])),
        ("prefix-of-nothing", 4, 2, lambda one: one["leaves"].clear()),
        ("prefix-longer-than-the-tree", 4, 5, lambda one: one["leaves"].append(one["leaves"][0])),
        ("prefix-rest-left-out", 4, 2, lambda one: one["rest"].pop()),
        ("prefix-rest-in-another-order", 4, 2, lambda one: one["rest"].reverse()),
        ("prefix-rest-with-another-sum", 2, 2, lambda one: one["rest"][0].update(sums=["1", "1"])),
        ("prefix-value", 2, 2, lambda one: one["leaves"][0]["values"].__setitem__(0, "4097")),
    ]
    for name, rule, shown, edit in edits:
        yield _case(name, rule, prefix=_edited(_prefix(shown), edit))


def _neighbour(at: int) -> Case:
    opening = OPENINGS[at]
    node = raw_sums.leaf_of(NAME, at, _bare(opening))
    return {"index": at, "node": node, "path": opening["path"]}


def _absence(key: int, before: int | None, after: int | None) -> Case:
    sides = (("before", before), ("after", after))
    shown = {name: _neighbour(at) for name, at in sides if at is not None}
    return {"key": key_of(key), "absence": shown}


def _absences() -> Iterator[Case]:
    yield _case("absent-between", 0, **_absence(6, 2, 3))
    yield _case("absent-before-the-first", 0, **_absence(1, None, 0))
    yield _case("absent-after-the-last", 0, **_absence(10, 4, None))
    empty = _case("absent-from-an-empty-tree", 0, key=key_of(6), absence={})
    del empty["root"]
    yield empty
    yield {**empty, "name": "neighbour-of-an-empty-tree", "rule": 6, **_absence(6, 2, None)}
    yield _case("absent-but-is-the-neighbour", 6, **_absence(5, 2, 3))
    yield _case("absent-but-elsewhere", 6, **_absence(3, 2, 3))
    yield _case("absent-neighbours-not-adjacent", 6, **_absence(6, 1, 3))
    yield _case("absent-neighbours-swapped", 6, **_absence(6, 3, 2))
    yield _case("absent-first-neighbour-left-out", 6, **_absence(6, None, 3))
    yield _case("absent-last-neighbour-left-out", 6, **_absence(6, 2, None))
    yield _case("absent-nothing-shown", 6, **_absence(6, None, None))
    short = _absence(6, 2, 3)
    yield _case("absent-key-of-another-length", 6, key=short["key"][2:], absence=short["absence"])
    wrong = _absence(6, 2, 3)["absence"]
    inner = raw_sums.parent(_neighbour(2)["node"], _neighbour(3)["node"])
    yield _case(
        "absent-inner-node-as-a-leaf",
        6,
        key=key_of(1),
        absence={"after": {"index": 0, "node": inner, "path": _neighbour(0)["path"][1:]}},
    )
    edited = _edited(wrong, lambda one: one["before"]["node"].update(hash="00" * 32))
    yield _case("absent-neighbour-with-another-hash", 6, key=key_of(6), absence=edited)
