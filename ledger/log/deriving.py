"""Tiles and entry bundles, derived from the entries' bytes alone: nothing stored is believed."""

from collections.abc import Iterator, Mapping

from ledger.errors import StorageError
from ledger.store.reader import Reader
from ledger.store.rows import Head
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import leaf_hash
from ledger.tree.tiles import TileId, bundles_between, encode_bundle, tiles_between

_STRIDE = 4_096
"""Entries hashed between two growth steps."""


def rederive(reader: Reader, edge: RightEdge, head: Head) -> dict[TileId, bytes]:
    """Return the tiles from `edge` to `head`, derived from the entries' bytes alone.

    One flipped bit in memory or on disk, signed once, ends a log for good (Yeti 2022, June 2021).
    So nothing that was computed at append time is believed here.

    Raises:
        StorageError: An entry is missing, or they do not hash to the head's root.
    """
    tiles: dict[TileId, bytes] = {}
    leaves: list[bytes] = []
    size = edge.size
    for entry in reader.entries(edge.size, head.size):
        if entry.index != size:
            raise StorageError(f"entry {size} is missing", hint="ledger fsck")
        size += 1
        leaves.append(leaf_hash(entry.note))
        if len(leaves) == _STRIDE:
            growth = grow(edge, leaves)
            edge, leaves = growth.edge, []
            tiles.update(growth.full)
    growth = grow(edge, leaves)
    tiles.update(growth.full)
    tiles.update(growth.edge.partial_tiles())
    if growth.edge.size != head.size or growth.edge.root() != head.root:
        raise StorageError(
            f"the entries up to {head.size} do not hash to the log's root; nothing was signed",
            hint="ledger fsck",
        )
    return tiles


def files_between(
    reader: Reader, old: int, new: int, tiles: Mapping[TileId, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of the bundles and tiles from size `old` to size `new`.

    Args:
        reader: Has the entries.
        old: What is published.
        new: What shall be.
        tiles: Those of `rederive`.

    Raises:
        StorageError: An entry is no longer what it was a moment ago.
    """
    for bundle in bundles_between(old, new):
        first = bundle.number * 256
        notes = [entry.note for entry in reader.entries(first, first + bundle.width)]
        # Read a second time: so checked a second time, against the tile that will be signed.
        if b"".join(map(leaf_hash, notes)) != tiles[TileId(0, bundle.number, bundle.width)]:
            raise StorageError(
                f"entries {first} to {first + bundle.width - 1} changed while being published",
                hint="ledger fsck",
            )
        yield bundle.path(), encode_bundle(notes)
    for tile in tiles_between(old, new):
        yield tile.path(), tiles[tile]
