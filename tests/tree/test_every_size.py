"""Every tree of up to 300 leaves, against the recursion of RFC 6962."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError, VerificationError
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import EMPTY_ROOT, Hash, root_of, split
from ledger.tree.proofs import (
    Range,
    check_consistency,
    check_inclusion,
    consistency_ranges,
    inclusion_ranges,
    prove_consistency,
    prove_inclusion,
)
from ledger.tree.tiles import BundleId, TileHashReader, TileId, bundles_between, tiles_between
from tests.makers import MemoryTiles
from tests.tree import naive
from tests.tree.naive import LARGEST, leaf, mth

SIZES = range(LARGEST + 1)
LEAVES = [leaf(index) for index in SIZES]


class NaiveReader:
    """A `HashReader` over the recursion."""

    def read(self, ranges: Sequence[Range]) -> list[Hash]:
        return [Hash(mth(lo, hi)) for lo, hi in ranges]


class NaiveTiles:
    """A `TileReader` over the recursion, that refuses tiles which its tree has not."""

    def __init__(self, size: int) -> None:
        self._known = naive.tiles(size)

    def read_tiles(self, tiles: Sequence[TileId]) -> list[bytes]:
        assert {(tile.level, tile.number, tile.width) for tile in tiles} <= self._known
        return [naive.tile_data(tile.level, tile.number, tile.width) for tile in tiles]


def test_split_is_the_largest_power_of_two_below() -> None:
    assert [split(n) for n in range(2, 1000)] == [
        naive.largest_power_below(n) for n in range(2, 1000)
    ]


def test_every_root() -> None:
    assert root_of([]) == mth(0, 0) == EMPTY_ROOT
    for size in SIZES:
        assert root_of(LEAVES[:size]) == mth(0, size)


def test_every_inclusion_proof_is_made_and_holds() -> None:
    for size in SIZES:
        root = Hash(mth(0, size))
        for index in range(size):
            proof = prove_inclusion(index, size, NaiveReader())
            assert proof == naive.path(index, 0, size)
            check_inclusion(leaf=Hash(leaf(index)), index=index, size=size, root=root, proof=proof)


def test_every_consistency_proof_is_made_and_holds() -> None:
    roots = [Hash(mth(0, size)) for size in SIZES]
    for new in SIZES[1:]:
        for old in range(1, new + 1):
            proof = prove_consistency(old, new, NaiveReader())
            assert proof == naive.proof(old, new)
            check_consistency(
                old=old, new=new, old_root=roots[old], new_root=roots[new], proof=proof
            )


def test_no_inclusion_proof_holds_for_another_index_size_root_or_length() -> None:
    sizes = range(1, 22)
    for size in sizes:
        for index in range(size):
            proof = prove_inclusion(index, size, NaiveReader())
            for other_size in sizes:
                for other_index in range(other_size):
                    if (other_index, other_size) == (index, size):
                        continue
                    # Another size with the same path is a true statement about a root that no
                    # checkpoint of that size has: the root is what binds the size.
                    root = Hash(mth(0, other_size))
                    with pytest.raises(VerificationError):
                        check_inclusion(
                            leaf=Hash(leaf(index)),
                            index=other_index,
                            size=other_size,
                            root=root,
                            proof=proof,
                        )
            root = Hash(mth(0, size))
            for broken in (proof[:-1], [*proof, root], proof[::-1], proof[1:]):
                if broken == proof:
                    continue
                with pytest.raises(VerificationError):
                    check_inclusion(
                        leaf=Hash(leaf(index)), index=index, size=size, root=root, proof=broken
                    )


def test_no_consistency_proof_holds_for_another_pair_or_length() -> None:
    sizes = range(1, 20)
    pairs = [(old, new) for new in sizes for old in range(1, new + 1)]
    for old, new in pairs:
        proof = prove_consistency(old, new, NaiveReader())
        for other_old, other_new in pairs:
            # Equal sizes are proved by no hash at all, whatever the sizes are.
            if naive.proof(other_old, other_new) == proof:
                continue
            with pytest.raises(VerificationError):
                check_consistency(
                    old=other_old,
                    new=other_new,
                    old_root=Hash(mth(0, other_old)),
                    new_root=Hash(mth(0, other_new)),
                    proof=proof,
                )
        for broken in (proof[:-1], [*proof, Hash(leaf(0))], proof[::-1]):
            if broken == proof:
                continue
            with pytest.raises(VerificationError):
                check_consistency(
                    old=old,
                    new=new,
                    old_root=Hash(mth(0, old)),
                    new_root=Hash(mth(0, new)),
                    proof=broken,
                )


@pytest.mark.parametrize("wrong", ["old_root", "new_root"])
def test_both_roots_of_a_consistency_proof_count(wrong: str) -> None:
    for old, new in [(1, 2), (3, 7), (4, 7), (6, 8), (8, 8), (255, 300), (256, 300)]:
        roots = {"old_root": Hash(mth(0, old)), "new_root": Hash(mth(0, new))}
        roots[wrong] = Hash(leaf(7))
        with pytest.raises(VerificationError):
            check_consistency(
                old=old, new=new, proof=prove_consistency(old, new, NaiveReader()), **roots
            )


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (5, 3), (0, -1)])
def test_no_plan_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(MalformedError, match="no leaf"):
        inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_no_plan_from_a_size_that_is_empty_or_larger(old: int, new: int) -> None:
    with pytest.raises(MalformedError, match="no consistency proof"):
        consistency_ranges(old, new)


def test_a_proof_of_hashes_that_are_too_short_is_malformed() -> None:
    short = [b"short"]
    with pytest.raises(MalformedError, match="hash 0 of the proof has 5 bytes"):
        check_inclusion(
            leaf=Hash(leaf(0)),
            index=0,
            size=2,
            root=Hash(mth(0, 2)),
            proof=short,  # type: ignore[arg-type]  # what a caller without types may pass
        )


def test_tiles_give_the_hashes_that_the_recursion_gives() -> None:
    for size in SIZES[1:]:
        wanted = {part for index in range(size) for part in inclusion_ranges(index, size)}
        wanted |= {part for old in range(1, size + 1) for part in consistency_ranges(old, size)}
        ranges = [*sorted(wanted), Range(0, size)]
        found = TileHashReader(size, NaiveTiles(size)).read(ranges)
        assert found == [mth(lo, hi) for lo, hi in ranges]


def test_a_tile_of_the_wrong_length_is_malformed() -> None:
    class ShortTiles:
        def read_tiles(self, tiles: Sequence[TileId]) -> list[bytes]:
            return [b"\0" * 31 for _ in tiles]

    with pytest.raises(MalformedError, match=r"tile/0/000.p/5 has 31 bytes, not 160"):
        TileHashReader(5, ShortTiles()).read([Range(0, 5)])


def test_growing_leaf_by_leaf_gives_every_root_and_every_tile() -> None:
    edge = RightEdge.empty()
    full: set[TileId] = set()
    for size in SIZES:
        assert edge.size == size
        assert edge.root() == mth(0, size)
        assert RightEdge.from_bytes(edge.to_bytes()) == edge
        partial = edge.partial_tiles()
        for tile, data in partial:
            assert data == naive.tile_data(tile.level, tile.number, tile.width)
        tiles = full | {tile for tile, _ in partial}
        assert {(tile.level, tile.number, tile.width) for tile in tiles} == naive.tiles(size)
        growth = grow(edge, [leaf(size)])
        for tile, data in growth.full:
            assert data == naive.tile_data(tile.level, tile.number, tile.width)
        full |= {tile for tile, _ in growth.full}
        edge = growth.edge


@given(st.lists(st.integers(0, 400), max_size=6))
def test_growing_in_any_steps_leads_to_the_same_tree(steps: list[int]) -> None:
    tiles = MemoryTiles()
    for step in steps:
        size = tiles.edge.size
        tiles.append([leaf(index) for index in range(size, size + step)])
    size = sum(steps)
    assert tiles.edge.size == size
    assert tiles.edge.root() == root_of([leaf(index) for index in range(size)])
    held = {*tiles.full, *(tile for tile, _ in tiles.edge.partial_tiles())}
    assert {(tile.level, tile.number, tile.width) for tile in held} == naive.tiles(size)


def test_growing_past_the_third_level() -> None:
    size = 256 * 256 + 300
    leaves = [leaf(index) for index in range(size)]
    tiles = MemoryTiles()
    cuts = [0, 1, 255, 256, 257, 65_000, 65_535, 65_536, 65_537, size]
    for lo, hi in pairwise(cuts):
        tiles.append(leaves[lo:hi])
        assert tiles.edge.root() == root_of(leaves[:hi])
    held = {**tiles.full, **dict(tiles.edge.partial_tiles())}
    assert {(tile.level, tile.number, tile.width) for tile in held} == naive.tiles(size)
    assert held[TileId(2, 0, 1)] == root_of(leaves[:65_536])
    root = tiles.edge.root()
    reader = TileHashReader(size, tiles)
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        check_inclusion(
            leaf=Hash(leaves[index]),
            index=index,
            size=size,
            root=root,
            proof=prove_inclusion(index, size, reader),
        )
    for old in (1, 256, 65_535, 65_536, 65_537, size):
        check_consistency(
            old=old,
            new=size,
            old_root=root_of(leaves[:old]),
            new_root=root,
            proof=prove_consistency(old, size, reader),
        )


def test_tiles_and_bundles_between_every_two_sizes() -> None:
    interesting = [65_535, 65_536, 65_537, 65_792, 66_000]
    sizes = [*SIZES[::7], 255, 256, 257, 300, *interesting]
    all_tiles = {size: naive.tiles(size) for size in sizes}
    for new in sizes:
        for old in sizes:
            found = list(tiles_between(old, new))
            expected = all_tiles[new] - all_tiles[old] if old < new else set()
            assert {(tile.level, tile.number, tile.width) for tile in found} == expected
            assert len(found) == len(expected)
            assert found == sorted(found)
            assert list(bundles_between(old, new)) == [
                BundleId(tile.number, tile.width) for tile in found if tile.level == 0
            ]


def test_a_right_edge_has_one_byte_form() -> None:
    for size in (0, 1, 255, 256, 257, 300):
        edge = grow(RightEdge.empty(), LEAVES[:size]).edge
        data = edge.to_bytes()
        for broken in (data[:-1], data + b"\0", data[:7], b"", data[1:]):
            with pytest.raises(MalformedError):
                RightEdge.from_bytes(broken)
    with pytest.raises(MalformedError):
        RightEdge(1, (b"\0" * 31,))
    with pytest.raises(MalformedError):
        RightEdge(256, (b"",))
    with pytest.raises(MalformedError):
        RightEdge(-1, ())
