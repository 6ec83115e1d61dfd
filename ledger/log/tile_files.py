"""What belongs at a published path, from the rows: for publishing again and for the audit."""

from collections.abc import Iterable

from ledger.errors import MalformedError
from ledger.log.ports import TileSink
from ledger.store.reader import Reader
from ledger.tree.tiles import (
    TILE_WIDTH,
    BundleId,
    TileId,
    bundles_between,
    encode_bundle,
    tiles_between,
)

_BUNDLES = "tile/entries/"


def tile_file(reader: Reader, path: str) -> bytes:
    """Return the bytes of the tile or bundle that is published at `path`.

    Raises:
        MalformedError: It is no such path, or the log is not that long yet.
        NotFoundError: The log is not that long yet.
        StorageError: A row is missing.
    """
    if not path.startswith(_BUNDLES):
        return reader.tiles([TileId.parse(path)])[0]
    bundle = BundleId.parse(path)
    first = bundle.number * TILE_WIDTH
    notes = [entry.note for entry in reader.entries(first, first + bundle.width)]
    if len(notes) < bundle.width:
        raise MalformedError(f"the log has no {path} yet")
    return encode_bundle(notes)


def write_tiles(reader: Reader, sink: TileSink, size: int, more: Iterable[str] = ()) -> None:
    """Write all that a checkpoint of `size` speaks about, and the older partial tiles in `more`.

    For a folder whose rows were just audited; `Publisher` derives what it signs by itself.

    Raises:
        VerificationError: Something else is published at a path already.
        StorageError: A row is missing, or a file cannot be written.
    """
    bundles = (bundle.path() for bundle in bundles_between(0, size))
    tiles = (tile.path() for tile in tiles_between(0, size))
    for path in dict.fromkeys([*bundles, *tiles, *more]):
        sink.write(path, tile_file(reader, path))
