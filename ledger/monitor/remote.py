"""A log as anybody can read it, over HTTP (c2sp.org/tlog-tiles), believed only as far as it proves.

    who it is     the origin and keys of a trust file that was chosen here; never what is served
    checkpoint    signed by that log, with the quorum's cosignatures
    tiles         hashed up to the checkpoint's root, before a single hash of them is used
    entries       hashed, and compared with the leaves in those tiles
    sizes         bounded before anything is parsed; the length of each answer is known beforehand

A partial tile may be gone once the full one exists; then the full one is cut to what we need.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust, VerifiedCheckpoint
from ledger.errors import (
    CannotTellError,
    InputError,
    MalformedError,
    NotFoundError,
    StorageError,
    VerificationError,
)
from ledger.log.web import Answer, ask
from ledger.proof.misbehaviour import signed_tree
from ledger.signing.keys import VerifierKey
from ledger.signing.note import MAX_NOTE_SIZE, Note
from ledger.tree.growth import RightEdge
from ledger.tree.hashing import HASH_SIZE, leaf_hash, root_of_joined
from ledger.tree.tiles import (
    MAX_ENTRY_SIZE,
    TILE_HEIGHT,
    TILE_WIDTH,
    BundleId,
    TileId,
    decode_bundle,
    tile_of,
)

CHECKPOINT = "checkpoint"
_MAX_TILE = TILE_WIDTH * HASH_SIZE
_MAX_BUNDLE = TILE_WIDTH * (2 + MAX_ENTRY_SIZE)
_MAX_KEPT = 4_096
"""Full tiles kept in memory: 32 MiB of them."""


class Ask(Protocol):
    """Asks a web server one question: `ledger.log.web.ask`, or what stands in for it."""

    def __call__(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = 10,
        limit: int = 2**20,
    ) -> Answer:
        """Return the answer, or raise StorageError if there is none."""


class Signed(NamedTuple):
    """A checkpoint that the log signed: as it was served, and what it says."""

    data: bytes
    tree: Checkpoint


class RemoteLog:
    """One log at one address.

    Args:
        url: The prefix below which checkpoint and tiles are.
        trust: Whose signatures count.
        origin: Which log of the trust file it must be; may be left out if there is only one.
        seconds: The most time for one answer.
        ask: How to ask.

    Raises:
        InputError: The trust file does not name that log, or names several and none was chosen.
    """

    def __init__(
        self,
        url: str,
        trust: Trust,
        *,
        origin: str | None = None,
        seconds: float = 10,
        ask: Ask = ask,
    ) -> None:
        self.url = url.rstrip("/")
        self.origin = _chosen_origin(trust, origin)
        logs = tuple(log for log in trust.logs if log.key.name == self.origin)
        self.trust = replace(trust, logs=logs)
        self.seconds = seconds
        self.ask = ask

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The keys that this log may sign with."""
        return tuple(log.key for log in self.trust.logs)

    def get(self, path: str, limit: int) -> bytes | None:
        """Return what is served at `path`; None if there is nothing.

        Raises:
            StorageError: The server cannot be asked, or answers neither 200 nor 404.
            MalformedError: It answers a page for people.
        """
        answer = self.ask("GET", f"{self.url}/{path}", seconds=self.seconds, limit=limit)
        if answer.status in (404, 410):
            return None
        if 300 <= answer.status < 400:
            raise StorageError(
                f"{self.url}/{path} sends us elsewhere (status {answer.status}), and we do not go",
                hint="give the address where the log really is",
            )
        if answer.status != 200:
            raise StorageError(f"{self.url}/{path} answers with status {answer.status}, not 200")
        if answer.media_type == "text/html":
            raise MalformedError(f"{self.url}/{path} answers a web page, not what a log serves")
        return answer.body

    def checkpoint(self) -> bytes:
        """Return the checkpoint that is served now, as it is: nothing about it is checked.

        Raises:
            NotFoundError: There is none.
            StorageError: The server cannot be asked.
            MalformedError: It answers a page for people.
        """
        data = self.get(CHECKPOINT, MAX_NOTE_SIZE)
        if data is None:
            raise NotFoundError(f"{self.url} serves no checkpoint")
        return data

    def check(self, data: bytes) -> VerifiedCheckpoint:
        """Return what a checkpoint proves: that the log signed it, and the quorum saw it.

        Raises:
            MalformedError: It is no checkpoint.
            CannotTellError: No key of this log signed it.
            VerificationError: A signature fails, the quorum is not met, or it is of another log.
        """
        note = Note.from_bytes(data)
        text = Checkpoint.from_text(note.text)
        self._check_names(note, text)
        verified = self.trust.check(note)
        if text.extensions:
            raise VerificationError(
                f"the checkpoint has extension lines, which nobody can audit: "
                f"{text.extensions[0][:80]!r}"
            )
        return verified

    def signed(self, data: bytes) -> Signed:
        """Return a checkpoint that the log signed, even if `check` refuses it for other reasons.

        Raises:
            MalformedError: It is no checkpoint.
            CannotTellError: No key of this log signed it.
        """
        return Signed(data, signed_tree(Note.from_bytes(data), self.trust).tree)

    def _check_names(self, note: Note, text: Checkpoint) -> None:
        """Say precisely who signed, where it was not the log that we were told to expect."""
        if text.origin != self.origin:
            raise VerificationError(
                f"this is a checkpoint of {text.origin[:80]!r}, and we asked for {self.origin!r}"
            )
        if any(line.is_by(key) for line in note.signatures for key in self.keys):
            return
        known = ", ".join(key.id.hex() for key in self.keys)
        for line in note.signatures:
            if line.name == self.origin:
                raise CannotTellError(
                    f"it is signed by a key that calls itself {line.name!r}, with the id "
                    f"{line.key_id.hex()}; the trust file says {known}",
                    hint="if the log has a new key, get its new trust file from whom you trust",
                )
        names = ", ".join(sorted({line.name for line in note.signatures}))
        raise CannotTellError(f"it is signed by {names[:200]}, and not by the log {self.origin!r}")

    def tree(self, checkpoint: Checkpoint) -> "RemoteTree":
        """Return the tree of a checkpoint, read from this address."""
        return RemoteTree(self, checkpoint)


def _chosen_origin(trust: Trust, origin: str | None) -> str:
    names = sorted({log.key.name for log in trust.logs})
    if origin is None and len(names) == 1:
        return names[0]
    if origin is None:
        raise InputError(
            f"the trust file names {len(names)} logs: {', '.join(names)[:300]}",
            hint=f"--origin {names[0]}",
        )
    if origin not in names:
        raise InputError(
            f"the trust file names no log {origin[:80]!r}; it names {', '.join(names)[:300]}"
        )
    return origin


class RemoteTree:
    """The tiles and entries of one tree, each checked against its root (a `TileReader`).

    The partial tiles at the right edge hash to the root all together. A full tile hashes to one
    hash of the tile above it, which is checked first.
    """

    def __init__(self, log: RemoteLog, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.log = log
        self._edge: dict[TileId, bytes] | None = None
        self._full: dict[TileId, bytes] = {}

    def read_tiles(self, tiles: Sequence[TileId]) -> list[bytes]:
        """Return each tile's hashes.

        Raises:
            NotFoundError: The server does not have a tile that its checkpoint speaks of.
            StorageError: The server cannot be asked.
            MalformedError: A tile has the wrong length.
            VerificationError: It is not the tile of this tree.
        """
        return [self._tile(tile) for tile in tiles]

    def entries(self, number: int) -> list[bytes]:
        """Return the entries of bundle `number`: those from 256 × `number` on, at most 256.

        Raises: as `read_tiles`.
        """
        tile = tile_of(0, number, self.checkpoint.size)
        leaves = self._tile(tile)
        bundle = BundleId(number, tile.width)
        data, width = self._fetch(bundle, BundleId(number), _MAX_BUNDLE)
        try:
            entries = decode_bundle(data, width)[: tile.width]
        except MalformedError as error:
            raise MalformedError(f"{bundle.path()}: {error}") from error
        for place, entry in enumerate(entries):
            if leaf_hash(entry) != leaves[place * HASH_SIZE : (place + 1) * HASH_SIZE]:
                raise VerificationError(
                    f"{bundle.path()}: entry {number * TILE_WIDTH + place} is not the one in the "
                    "signed tree"
                )
        return entries

    def _tile(self, tile: TileId) -> bytes:
        if tile.width < TILE_WIDTH:
            return self._edge_tiles()[tile]
        known = self._full.get(tile)
        if known is None:
            known = self._read_full(tile)
            if len(self._full) >= _MAX_KEPT:
                self._full.clear()
            self._full[tile] = known
        return known

    def _read_full(self, tile: TileId) -> bytes:
        above = tile_of(tile.level + 1, tile.number // TILE_WIDTH, self.checkpoint.size)
        at = tile.number % TILE_WIDTH * HASH_SIZE
        expected = self._tile(above)[at : at + HASH_SIZE]
        data = self._read(tile)
        if root_of_joined(data) != expected:
            raise VerificationError(
                f"{tile.path()} does not hash to what {above.path()} says of it"
            )
        return data

    def _edge_tiles(self) -> dict[TileId, bytes]:
        if self._edge is None:
            size = self.checkpoint.size
            levels = []
            for level in range(-(-size.bit_length() // TILE_HEIGHT)):
                width = (size >> (TILE_HEIGHT * level)) % TILE_WIDTH
                number = size >> (TILE_HEIGHT * (level + 1))
                levels.append(self._read(TileId(level, number, width)) if width else b"")
            edge = RightEdge(size, tuple(levels))
            if edge.root() != self.checkpoint.root:
                raise VerificationError(
                    f"the tiles at the right edge do not hash to the root of size {size}: they are "
                    "of another tree"
                )
            self._edge = dict(edge.partial_tiles())
        return self._edge

    def _read(self, tile: TileId) -> bytes:
        whole = replace(tile, width=TILE_WIDTH)
        data, width = self._fetch(tile, whole, _MAX_TILE)
        if len(data) != width * HASH_SIZE:
            raise MalformedError(
                f"{tile.path()} has {len(data)} bytes, and {width} hashes have {width * HASH_SIZE}"
            )
        return data[: tile.width * HASH_SIZE]

    def _fetch(
        self, part: TileId | BundleId, whole: TileId | BundleId, limit: int
    ) -> tuple[bytes, int]:
        """Return a tile or bundle, and how wide it is: the whole one if the partial one is gone."""
        for one in dict.fromkeys((part, whole)):
            data = self.log.get(one.path(), limit)
            if data is not None:
                return data, one.width
        raise NotFoundError(
            f"{self.log.url} signed size {self.checkpoint.size} and does not serve {part.path()}"
        )
