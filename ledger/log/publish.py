"""Publishing: first what a checkpoint speaks about, then the checkpoint.

    1  read the last published checkpoint, and stop if the database is behind it
    2  hash the new entries again from their bytes, and derive the root a second way
    3  write entry bundles
    4  write tiles
    5  sign, and swap the checkpoint

A crash anywhere leaves the old checkpoint and some files nobody refers to yet. Publishing again
finds them equal and goes on; that is all the recovery there is.
"""

from collections.abc import Sequence

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.errors import StorageError, VerificationError
from ledger.log.folder import CHECKPOINT
from ledger.log.ports import TileSink
from ledger.signing.keys import KeyType, NoteVerifier, Signer
from ledger.signing.note import Note, check_note, sign_note
from ledger.store.reader import Reader
from ledger.store.rows import Head
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import EMPTY_ROOT, leaf_hash
from ledger.tree.tiles import TileId, bundles_between, encode_bundle, tiles_between

_STRIDE = 4_096
"""Entries hashed between two growth steps."""


def last_published(sink: TileSink, head: Head, signers: Sequence[Signer]) -> Checkpoint:
    """Return the checkpoint that is published now; that of the empty log if there is none.

    Raises:
        StorageError: It is ahead of the database, which has lost entries.
        VerificationError: It is not ours.
    """
    data = sink.read(CHECKPOINT)
    if data is None:
        return Checkpoint(origin=head.origin, size=0, root=EMPTY_ROOT)
    note = Note.from_bytes(data)
    ours = [NoteVerifier(one.key) for one in signers if one.key.type == KeyType.ED25519]
    check_note(note, ours)
    last = Checkpoint.from_text(note.text)
    if last.origin != head.origin:
        raise VerificationError(f"the published checkpoint is of {last.origin}, not {head.origin}")
    if last.size > head.size:
        # Signing anything now would be the fork that the log exists to rule out.
        raise StorageError(
            f"entries {head.size} to {last.size - 1} are published and not in the database: it "
            "was restored from an older copy",
            hint=f"restore a backup with at least {last.size} entries; do not append to this one",
        )
    return last


def publish(reader: Reader, sink: TileSink, signers: Sequence[Signer]) -> bytes:
    """Publish the log as it is now, and return the signed checkpoint.

    Raises:
        StorageError: The database or the sink failed, or the entries no longer hash to the root.
        VerificationError: What is published contradicts the log.
        ConflictError: Somebody else published at the same moment.
    """
    head = reader.head()
    found = sink.read(CHECKPOINT)
    last = last_published(sink, head, signers)
    edge = reader.edge(last.size)
    if edge.root() != last.root:
        raise VerificationError(
            f"the published checkpoint and the database disagree about the first {last.size} "
            "entries",
            hint="ledger fsck",
        )
    if found is not None and last.size == head.size:
        return found
    tiles = rederive(reader, edge, head)
    _write_bundles(reader, sink, last.size, head.size, tiles)
    for tile in tiles_between(last.size, head.size):
        sink.write(tile.path(), tiles[tile])
    checkpoint = Checkpoint(origin=head.origin, size=head.size, root=head.root)
    note = sign_note(checkpoint.to_text(), signers).to_bytes()
    sink.swap_checkpoint(found, note)
    return note


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


def _write_bundles(
    reader: Reader, sink: TileSink, old: int, new: int, tiles: dict[TileId, bytes]
) -> None:
    for bundle in bundles_between(old, new):
        first = bundle.number * 256
        notes = [entry.note for entry in reader.entries(first, first + bundle.width)]
        # Read a second time: so checked a second time, against the tile that will be signed.
        if b"".join(map(leaf_hash, notes)) != tiles[TileId(0, bundle.number, bundle.width)]:
            raise StorageError(
                f"entries {first} to {first + bundle.width - 1} changed while being published",
                hint="ledger fsck",
            )
        sink.write(bundle.path(), encode_bundle(notes))
