"""What was shown of a tree, changed: a field, a bit, an order, a length, a sibling, or its bytes.

`outcome(number)` makes one change and says what became of it. Nothing but what holds anyhow may be
accepted: the unchanged, and another key that is absent too.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import TypeVar

from ledger.errors import LedgerError, MalformedError
from ledger.proof.sum_json import (
    decode_absence,
    decode_opening,
    decode_prefix,
    encode_absence,
    encode_opening,
    encode_prefix,
)
from ledger.record.canonical import JSON, decode, encode
from ledger.tree.hashing import Hash
from ledger.tree.sums import (
    AbsenceProof,
    Neighbour,
    PrefixProof,
    SaltedLeaf,
    SumLeaf,
    SumNode,
    SumOpening,
    SumTree,
    check_absence,
    check_opening,
    check_prefix,
)
from tests.tree.sum_samples import KEY_SIZE, NAME, some_tree

T = TypeVar("T")
SIZES = (1, 2, 3, 5, 8, 13, 64, 100, 300)


@cache
def tree_of(size: int, seed: int) -> SumTree:
    """Return one of a few trees of a size; they differ in refs and values."""
    return some_tree(size, seed=seed)


def outcome(number: int) -> str:
    """Return what became of change `number`: `refused`, `unchanged`, or `accepted`."""
    random = Random(number)
    size = random.choice(SIZES)
    tree = tree_of(size, random.randrange(3))
    return random.choice((_opening, _opening, _opening, _prefix, _absence))(random, tree)


def _opening(random: Random, tree: SumTree) -> str:
    valid = tree.open(random.randrange(tree.count))

    def changed() -> SumOpening:
        if random.random() < 0.3:
            return decode_opening(_changed_json(random, encode_opening(valid)))
        return _changed_opening(random, valid, tree)

    return _judged(valid, changed, lambda one: check_opening(one, tree_name=NAME, root=tree.root))


def _prefix(random: Random, tree: SumTree) -> str:
    valid = tree.open_prefix(random.randint(1, min(tree.count, 20)))

    def changed() -> PrefixProof:
        if random.random() < 0.3:
            return decode_prefix(_changed_json(random, encode_prefix(valid)))
        if valid.rest and random.random() < 0.5:
            return replace(valid, rest=_changed_nodes(random, valid.rest, tree))
        return replace(valid, leaves=_changed_list(random, valid.leaves, _changed_salted))

    return _judged(valid, changed, lambda one: check_prefix(one, tree_name=NAME, root=tree.root))


def _absence(random: Random, tree: SumTree) -> str:
    key = (2 * random.randrange(tree.count + 1)).to_bytes(KEY_SIZE)
    valid = tree.open_absence(key)

    def changed() -> AbsenceProof:
        if random.random() < 0.3:
            return decode_absence(_changed_json(random, encode_absence(valid)))
        side = random.choice(("before", "after"))
        neighbour: Neighbour | None = getattr(valid, side)
        if neighbour is None or random.random() < 0.2:
            other = None if neighbour else _neighbour(random, tree)
            return replace(valid, **{side: other})
        return replace(valid, **{side: _changed_neighbour(random, neighbour, tree)})

    return _judged(valid, changed, lambda one: check_absence(one, key=key, root=tree.root))


def _judged(valid: T, change: Callable[[], T], check: Callable[[T], object]) -> str:
    try:
        changed = change()
    except MalformedError:
        return "refused"
    if changed == valid:
        return "unchanged"
    try:
        check(changed)
    except LedgerError:
        return "refused"
    return "accepted"


def _changed_opening(random: Random, valid: SumOpening, tree: SumTree) -> SumOpening:
    match random.randrange(5):
        case 0:
            return replace(valid, index=_number(random, valid.index))
        case 1:
            return replace(valid, path=_changed_nodes(random, valid.path, tree))
        case 2:
            other = tree.open(random.randrange(tree.count))
            name = random.choice(("index", "leaf", "salt", "path"))
            return replace(valid, **{name: getattr(other, name)})
        case _:
            shown = _changed_salted(random, SaltedLeaf(valid.leaf, valid.salt))
            return replace(valid, leaf=shown.leaf, salt=shown.salt)


def _changed_salted(random: Random, valid: SaltedLeaf) -> SaltedLeaf:
    leaf = valid.leaf
    match random.randrange(4):
        case 0:
            return replace(valid, salt=_bits(random, valid.salt))
        case 1:
            return replace(valid, leaf=replace(leaf, key=_bits(random, leaf.key)))
        case 2:
            return replace(valid, leaf=replace(leaf, ref=_bits(random, leaf.ref)))
        case _:
            values = _changed_list(random, leaf.values, _number)
            return replace(valid, leaf=SumLeaf(key=leaf.key, ref=leaf.ref, values=values))


def _changed_neighbour(random: Random, valid: Neighbour, tree: SumTree) -> Neighbour:
    match random.randrange(3):
        case 0:
            return replace(valid, index=_number(random, valid.index))
        case 1:
            return replace(valid, node=_changed_node(random, valid.node))
        case _:
            return replace(valid, path=_changed_nodes(random, valid.path, tree))


def _neighbour(random: Random, tree: SumTree) -> Neighbour:
    index = random.randrange(tree.count)
    return Neighbour(index, tree.node(index, index + 1), tree.open(index).path)


def _changed_nodes(
    random: Random, valid: tuple[SumNode, ...], tree: SumTree
) -> tuple[SumNode, ...]:
    if random.random() < 0.2:  # another leaf's siblings, or a node too many
        other = tree.open(random.randrange(tree.count)).path
        return random.choice((other, (*valid, tree.root)))
    return _changed_list(random, valid, _changed_node)


def _changed_node(random: Random, valid: SumNode) -> SumNode:
    match random.randrange(5):
        case 0:
            return replace(valid, count=_number(random, valid.count))
        case 1:
            return replace(valid, lo=_bits(random, valid.lo))
        case 2:
            return replace(valid, hi=_bits(random, valid.hi))
        case 3:
            return replace(valid, sums=_changed_list(random, valid.sums, _number))
        case _:
            return replace(valid, hash=Hash(_bits(random, valid.hash)))


def _changed_list(
    random: Random, valid: Sequence[T], change: Callable[[Random, T], T]
) -> tuple[T, ...]:
    """Change an item, or drop, repeat or move one."""
    items = list(valid)
    if not items:
        return tuple(items)
    at, other = random.randrange(len(items)), random.randrange(len(items))
    match random.randrange(6):
        case 0:
            del items[at]
        case 1:
            items.insert(other, items[at])
        case 2:
            items[at], items[other] = items[other], items[at]
        case _:
            items[at] = change(random, items[at])
    return tuple(items)


def _number(random: Random, valid: int) -> int:
    return random.choice(
        (valid + 1, valid - 1, valid ^ (1 << random.randrange(64)), -valid, 0, 2**64, 2**64 + valid)
    )


def _bits(random: Random, valid: bytes) -> bytes:
    """Flip a bit, or drop or add a byte."""
    match random.randrange(8):
        case 0:
            return valid[:-1]
        case 1:
            return valid + b"\0"
        case _:
            changed = bytearray(valid)
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
            return bytes(changed)


def _changed_json(random: Random, valid: JSON) -> JSON:
    """Return what is read after a byte of the file was changed, left out or put in."""
    data = bytearray(encode(valid))
    at = random.randrange(len(data))
    match random.randrange(3):
        case 0:
            del data[at]
        case 1:
            data.insert(at, random.choice(b'0123456789abcdef",:[]{}'))
        case _:
            data[at] = random.choice(b'0123456789abcdef",:[]{}')
    return decode(bytes(data))
