"""Tile and bundle coordinates, paths and bytes (c2sp.org/tlog-tiles)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.tree.tiles import (
    BundleId,
    TileId,
    decode_bundle,
    encode_bundle,
    tile_of,
    tiles_between,
)

PATHS: dict[str, TileId | BundleId] = {
    "tile/0/000": TileId(0, 0),
    "tile/0/273.p/112": TileId(0, 273, 112),
    "tile/63/999": TileId(63, 999),
    "tile/1/x001/000.p/1": TileId(1, 1000, 1),
    "tile/2/x001/x234/067.p/255": TileId(2, 1_234_067, 255),
    "tile/entries/000.p/3": BundleId(0, 3),
    "tile/entries/x001/x234/067": BundleId(1_234_067),
}

BAD_PATHS = [
    "",
    "tile",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/x000/000",
    "tile/0/001/000",
    "tile/0/x001/x000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/",
    "tile/00/000",
    "tile/01/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/-01",
    "tile/0/000.p/5\n",
    "tile/0/\N{ARABIC-INDIC DIGIT ZERO}00",
    "tile/0/" + "x999/" * 2000 + "000",
    "tile/entries/" + "x999/" * 2000 + "000",
    "tile/entries/0",
    "tile/entries/000.p/256",
    "tile/entries/000.p/007",
    "tile/entries/x000/001",
    "tile/entries/000 ",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_and_its_tile(path: str) -> None:
    tile = PATHS[path]
    assert tile.path() == path
    assert type(tile).parse(path) == tile


@pytest.mark.parametrize("path", BAD_PATHS, ids=lambda path: repr(path[:24]))
@pytest.mark.parametrize("kind", [TileId, BundleId])
def test_a_path_has_one_spelling(kind: type[TileId | BundleId], path: str) -> None:
    with pytest.raises(MalformedError):
        kind.parse(path)


@given(st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_every_tile_has_its_path(level: int, number: int, width: int) -> None:
    assert TileId.parse(TileId(level, number, width).path()) == TileId(level, number, width)
    assert BundleId.parse(BundleId(number, width).path()) == BundleId(number, width)


@pytest.mark.parametrize(
    ("level", "number", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_no_such_tile(level: int, number: int, width: int) -> None:
    with pytest.raises(MalformedError):
        TileId(level, number, width)


def test_the_widths_of_a_tree_of_70_000() -> None:
    partial = [tile for tile in tiles_between(0, 70_000) if tile.width < 256]
    assert partial == [TileId(0, 273, 112), TileId(1, 1, 17), TileId(2, 0, 1)]
    assert tile_of(0, 272, 70_000) == TileId(0, 272)
    with pytest.raises(MalformedError):
        tile_of(0, 274, 70_000)


def test_the_bundle_of_the_worked_example() -> None:
    entries = [b"one", b"two", b"three"]
    data = bytes.fromhex("00036f6e65000374776f00057468726565")
    assert encode_bundle(entries) == data
    assert decode_bundle(data, 3) == entries


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_bundles_come_back(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=5), st.data())
def test_a_cut_or_longer_bundle_is_malformed(entries: list[bytes], data: st.DataObject) -> None:
    whole = encode_bundle(entries)
    cut = data.draw(st.integers(0, len(whole) - 1))
    for broken, width in ((whole[:cut], len(entries)), (whole, len(entries) - 1)):
        with pytest.raises(MalformedError):
            decode_bundle(broken, width)
    with pytest.raises(MalformedError):
        decode_bundle(whole, len(entries) + 1)


def test_an_entry_has_at_most_65_535_bytes() -> None:
    largest = bytes(65_535)
    assert decode_bundle(encode_bundle([largest]), 1) == [largest]
    with pytest.raises(MalformedError, match="65536"):
        encode_bundle([bytes(65_536)])
