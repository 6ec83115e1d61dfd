"""Tiles out of the tables, for proofs and for publishing."""

from collections.abc import Sequence

from ledger.errors import NotFoundError, StorageError
from ledger.store.engine import Connection
from ledger.store.rows import Entry, Head
from ledger.tree.growth import RightEdge
from ledger.tree.hashing import HASH_SIZE, Hash
from ledger.tree.tiles import TILE_HEIGHT, TILE_WIDTH, TileId, tile_of


class LogTiles:
    """The log's tiles, full ones from their table and partial ones from the head's edge.

    An older, narrower tile is the beginning of today's: hashes are only ever added at its end.
    """

    def __init__(self, db: Connection, head: Head) -> None:
        self._db = db
        self._head = head

    def read_tiles(self, tiles: Sequence[TileId]) -> list[bytes]:
        """Return each tile's hashes (see `ledger.tree.tiles.TileReader`)."""
        return [self._read(tile) for tile in tiles]

    def _read(self, tile: TileId) -> bytes:
        now = tile_of(tile.level, tile.number, self._head.size)
        if tile.width > now.width:
            raise NotFoundError(f"the log has no {tile.path()} yet")
        if now.width < TILE_WIDTH:
            return self._head.edge.levels[tile.level][: tile.width * HASH_SIZE]
        row = self._db.row(
            "SELECT hashes FROM log_tile WHERE level = ? AND number = ?",
            [tile.level, tile.number],
        )
        if row is None:
            raise StorageError(f"log_tile lacks {tile.path()}", hint="ledger fsck")
        return bytes(row[0][: tile.width * HASH_SIZE])


class BatchTiles:
    """The tiles of one entry's own tree."""

    def __init__(self, db: Connection, entry: Entry) -> None:
        self._db = db
        self._entry = entry
        self._seen: dict[TileId, bytes] = {}

    def read_tiles(self, tiles: Sequence[TileId]) -> list[bytes]:
        """Return each tile's hashes (see `ledger.tree.tiles.TileReader`)."""
        return [self._read(tile) for tile in tiles]

    def _read(self, tile: TileId) -> bytes:
        if tile not in self._seen:
            row = self._db.row(
                "SELECT hashes FROM batch_tile WHERE log_index = ? AND level = ? AND number = ?",
                [self._entry.index, tile.level, tile.number],
            )
            if row is None:
                raise StorageError(
                    f"batch_tile lacks {tile.path()} of entry {self._entry.index}",
                    hint="ledger fsck",
                )
            self._seen[tile] = row[0]
        return self._seen[tile]

    def leaf(self, position: int) -> Hash:
        """Return the record leaf hash at `position`."""
        tile = tile_of(0, position // TILE_WIDTH, self._entry.count)
        at = position % TILE_WIDTH * HASH_SIZE
        return Hash(self._read(tile)[at : at + HASH_SIZE])


def read_edge(db: Connection, head: Head, size: int) -> RightEdge:
    """Return the right edge of the first `size` entries."""
    tiles = LogTiles(db, head)
    levels = []
    level = 0
    while size >> (TILE_HEIGHT * level):
        width = (size >> (TILE_HEIGHT * level)) % TILE_WIDTH
        number = size >> (TILE_HEIGHT * (level + 1))
        tile = TileId(level, number, width) if width else None
        levels.append(tiles.read_tiles([tile])[0] if tile else b"")
        level += 1
    return RightEdge(size, tuple(levels))
