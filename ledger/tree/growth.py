"""Appending without reading the tree: the right edge and new leaves give the new root and tiles.

The right edge of a tree is its partial tiles, one a level: level L holds the last
`(size / 256^L) mod 256` hashes of that level. At most 255 hashes a level, and nothing else is
needed to grow the tree, to hash its root and to write every partial tile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Self

from ledger.errors import MalformedError
from ledger.tree.hashing import EMPTY_ROOT, HASH_SIZE, Hash, root_of_joined
from ledger.tree.tiles import TILE_HEIGHT, TILE_WIDTH, TileId

_FULL = TILE_WIDTH * HASH_SIZE


def _level_sizes(size: int) -> list[int]:
    """Return how many bytes of hashes each level of the edge has in a tree of `size` leaves."""
    sizes = []
    while size:
        sizes.append(size % TILE_WIDTH * HASH_SIZE)
        size >>= TILE_HEIGHT
    return sizes


@dataclass(frozen=True, slots=True)
class RightEdge:
    """The partial tiles of a tree: all that appending needs.

    `levels[L]` is the joined hashes of the partial tile at level L, empty where the level divides
    into full tiles. There are as many levels as the tree has.
    """

    size: int
    levels: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if self.size < 0 or [len(level) for level in self.levels] != _level_sizes(self.size):
            raise MalformedError(f"these levels are not the right edge of size {self.size}")

    @classmethod
    def empty(cls) -> Self:
        """Return the edge of the tree without leaves."""
        return cls(0, ())

    def root(self) -> Hash:
        """Return the root of the whole tree.

        What lies right of a level's last full subtree is one ragged subtree; it stands as one more
        hash at the end of the level above.
        """
        ragged = b""
        for level in self.levels:
            joined = level + ragged
            ragged = root_of_joined(joined) if joined else b""
        return Hash(ragged) if self.size else EMPTY_ROOT

    def partial_tiles(self) -> list[tuple[TileId, bytes]]:
        """Return every partial tile with its hashes."""
        return [
            (TileId(level, self.size >> (TILE_HEIGHT * (level + 1)), len(data) // HASH_SIZE), data)
            for level, data in enumerate(self.levels)
            if data
        ]

    def to_bytes(self) -> bytes:
        """Return uint64 size, then the levels joined: their lengths follow from the size."""
        return self.size.to_bytes(8) + b"".join(self.levels)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the edge whose `to_bytes` is exactly `data`."""
        size = int.from_bytes(data[:8])
        levels = []
        at = 8
        for length in _level_sizes(size):
            levels.append(data[at : at + length])
            at += length
        if len(data) < 8 or at != len(data):
            raise MalformedError(f"a right edge of size {size} has {at} bytes, not {len(data)}")
        return cls(size, tuple(levels))


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending leads to: the new right edge, and each tile that became full on the way."""

    edge: RightEdge
    full: tuple[tuple[TileId, bytes], ...]


def grow(edge: RightEdge, leaves: Sequence[bytes]) -> Growth:
    """Return what the tree becomes when these leaf hashes are appended."""
    size = edge.size + len(leaves)
    full: list[tuple[TileId, bytes]] = []
    levels: list[bytes] = []
    rising = b"".join(leaves)
    for level in count():
        if not size >> (TILE_HEIGHT * level):
            break
        before = edge.levels[level] if level < len(edge.levels) else b""
        joined = before + rising
        first = edge.size >> (TILE_HEIGHT * (level + 1))
        tiles = [joined[at : at + _FULL] for at in range(0, len(joined) - _FULL + 1, _FULL)]
        full += [(TileId(level, first + number), tile) for number, tile in enumerate(tiles)]
        levels.append(joined[len(tiles) * _FULL :])
        rising = b"".join(root_of_joined(tile) for tile in tiles)
    return Growth(RightEdge(size, tuple(levels)), tuple(full))
