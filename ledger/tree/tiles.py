"""Tiles and entry bundles: the tree cut into files that never change (c2sp.org/tlog-tiles).

    tile/<L>/<N>[.p/<W>]         W (or 256) hashes of 32 bytes; level L, number N
    tile/entries/<N>[.p/<W>]     W (or 256) times: uint16 length, entry

Hash i of tile (L, N) is the root of the 256^L entries from (256 N + i) 256^L on. Only full tiles
are hashed into the next level. N is written in groups of three digits, all but the last with an
`x` before it: 1234067 is `x001/x234/067`. W is 1 to 255; a full tile has no suffix.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from ledger.errors import MalformedError
from ledger.tree.hashing import HASH_SIZE, Hash, node_hash, root_of_joined
from ledger.tree.proofs import Range

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_ENTRY_SIZE = 0xFFFF
_MAX_LEVEL = 63
_TILE = re.compile(r"tile/([0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")
_BUNDLE = re.compile(r"tile/entries/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True, order=True)
class TileId:
    """Which tile: level from the leaves up, number from the left, and how many hashes it holds."""

    level: int
    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= _MAX_LEVEL:
            raise MalformedError(f"tile level {self.level} is not 0 to {_MAX_LEVEL}")
        _check_place(self.number, self.width)

    def path(self) -> str:
        """Return the path below the log's prefix, without a leading slash."""
        return f"tile/{self.level}/{_number_path(self.number)}{_suffix(self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Return the tile whose path is exactly `path`."""
        match = _TILE.fullmatch(path)
        if match:
            tile = cls(int(match[1]), _parse_number(match[2]), int(match[3] or TILE_WIDTH))
            if tile.path() == path:
                return tile
        raise MalformedError(f"{path[:80]!r} is not the path of a tile")


@dataclass(frozen=True, slots=True, order=True)
class BundleId:
    """Which entry bundle: number from the left, and how many entries it holds."""

    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        _check_place(self.number, self.width)

    def path(self) -> str:
        """Return the path below the log's prefix, without a leading slash."""
        return f"tile/entries/{_number_path(self.number)}{_suffix(self.width)}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """Return the bundle whose path is exactly `path`."""
        match = _BUNDLE.fullmatch(path)
        if match:
            bundle = cls(_parse_number(match[1]), int(match[2] or TILE_WIDTH))
            if bundle.path() == path:
                return bundle
        raise MalformedError(f"{path[:80]!r} is not the path of an entry bundle")


def _check_place(number: int, width: int) -> None:
    if number < 0:
        raise MalformedError(f"tile number {number} is negative")
    if not 1 <= width <= TILE_WIDTH:
        raise MalformedError(f"tile width {width} is not 1 to {TILE_WIDTH}")


def _number_path(number: int) -> str:
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def _parse_number(path: str) -> int:
    return int(path.replace("x", "").replace("/", ""))


def _suffix(width: int) -> str:
    return "" if width == TILE_WIDTH else f".p/{width}"


def tile_of(level: int, number: int, size: int) -> TileId:
    """Return the tile as wide as it is in the tree of `size` leaves.

    Raises:
        MalformedError: The tree has no such tile.
    """
    width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - TILE_WIDTH * number)
    return TileId(level, number, width)


def tiles_between(old: int, new: int) -> Iterator[TileId]:
    """Yield the tiles that the tree of `new` leaves has and the tree of `old` leaves has not.

    A tile that got wider is another tile. Level by level, left to right.
    """
    level = 0
    while new >> (TILE_HEIGHT * level):
        before, after = (size >> (TILE_HEIGHT * level) for size in (old, new))
        if after > before:
            for number in range(before // TILE_WIDTH, (after - 1) // TILE_WIDTH + 1):
                yield tile_of(level, number, new)
        level += 1


def bundles_between(old: int, new: int) -> Iterator[BundleId]:
    """Yield the entry bundles that size `new` has and size `old` has not."""
    if new > old:
        for number in range(old // TILE_WIDTH, (new - 1) // TILE_WIDTH + 1):
            yield BundleId(number, min(TILE_WIDTH, new - TILE_WIDTH * number))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the entry bundle that holds these entries, each at most 65,535 bytes."""
    for entry in entries:
        if len(entry) > MAX_ENTRY_SIZE:
            raise MalformedError(f"an entry has {len(entry)} bytes, more than {MAX_ENTRY_SIZE}")
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the `width` entries of a bundle, which must hold nothing else."""
    entries: list[bytes] = []
    at = 0
    for _ in range(width):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        if at + 2 > len(data) or end > len(data):
            raise MalformedError(f"the bundle ends after {len(entries)} of {width} entries")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data):
        raise MalformedError(f"the bundle has {len(data) - at} bytes after its last entry")
    return entries


class TileReader(Protocol):
    """Where tiles come from: a table, a folder, a server."""

    def read_tiles(self, tiles: Sequence[TileId]) -> list[bytes]:
        """Return each tile's hashes, joined; `32 * width` bytes each, in the order asked."""


class TileHashReader:
    """A `HashReader` over tiles: the bridge from proofs to whatever stores a tree.

    Args:
        size: The size of the tree that the tiles belong to.
        source: Reads the tiles, all that one proof needs in one call.
        known: Subtrees of this very tree that were hashed before; what is hashed now joins them.
            Proofs in one tree share most of their large subtrees.
    """

    def __init__(
        self, size: int, source: TileReader, known: dict[Range, Hash] | None = None
    ) -> None:
        self._size = size
        self._source = source
        self._known = {} if known is None else known

    def read(self, ranges: Sequence[Range]) -> list[Hash]:
        """Return the hash of each subtree."""
        unknown = [whole for whole in ranges if whole not in self._known]
        self._known.update(zip(unknown, self._derive(unknown), strict=True))
        return [self._known[whole] for whole in ranges]

    def _derive(self, ranges: Sequence[Range]) -> list[Hash]:
        plan = [[self._place(part) for part in perfect_parts(whole)] for whole in ranges]
        wanted = sorted({tile for parts in plan for tile, _, _ in parts})
        tiles = dict(zip(wanted, self._source.read_tiles(wanted), strict=True))
        for tile, data in tiles.items():
            if len(data) != tile.width * HASH_SIZE:
                raise MalformedError(
                    f"{tile.path()} has {len(data)} bytes, not {tile.width * HASH_SIZE}"
                )
        return [
            _fold([root_of_joined(tiles[tile][at:end]) for tile, at, end in parts])
            for parts in plan
        ]

    def _place(self, part: Range) -> tuple[TileId, int, int]:
        """Return the tile that holds a perfect subtree's hashes, and the bytes from and to."""
        height = (part.hi - part.lo).bit_length() - 1
        level, count = height // TILE_HEIGHT, 1 << height % TILE_HEIGHT
        first = part.lo >> (TILE_HEIGHT * level)
        at = first % TILE_WIDTH * HASH_SIZE
        tile = tile_of(level, first // TILE_WIDTH, self._size)
        return tile, at, at + count * HASH_SIZE


def perfect_parts(whole: Range) -> list[Range]:
    """Return the perfect subtrees that make up a subtree, largest first.

    A subtree of a proof starts at a multiple of its own size, so only its right end is ragged.
    """
    lo, hi = whole
    parts = []
    while lo < hi:
        width = 1 << ((hi - lo).bit_length() - 1)
        parts.append(Range(lo, lo + width))
        lo += width
    return parts


def _fold(roots: list[Hash]) -> Hash:
    """Return the root over perfect subtrees of falling size: a chain from the right."""
    running = roots[-1]
    for left in reversed(roots[:-1]):
        running = node_hash(left, running)
    return running
