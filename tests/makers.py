"""Small real builders that all tests share: keys, records, batches, a log in memory.

Everything follows from small numbers, so that two runs make the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner, MLDSA44Cosigner
from ledger.checkpoint.trust import Trust
from ledger.content.digest import Digest
from ledger.proof.evidence import (
    ClosedRecord,
    EntryEvidence,
    Evidence,
    FieldsOpening,
    Opening,
    RecordEvidence,
    WholeOpening,
)
from ledger.record.batch import SealedRecord, SignedBatch, sign_batch
from ledger.record.canonical import JSON
from ledger.record.commitment import FieldOpening
from ledger.record.key_event import rotation_of
from ledger.record.record import Record
from ledger.signing.keys import Ed25519Signer, Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.growth import RightEdge, grow
from ledger.tree.hashing import Hash, leaf_hash, root_of
from ledger.tree.proofs import Range, prove_inclusion
from ledger.tree.tiles import TileHashReader, TileId

ORIGIN = "lab.example/log"
CLAIMED_AT = "2026-09-01T12:00:00Z"
TIME = 1_800_000_000


def seed(number: int) -> bytes:
    """Return the 32 bytes that stand for secret number `number`."""
    return number.to_bytes(32)


LOG = Ed25519Signer(ORIGIN, seed(1))
ROOT = Ed25519Signer("lab.example/root", seed(2))
PRODUCER = Ed25519Signer("lab.example/producer", seed(3))
PUBLISHER = Ed25519Signer("lab.example/publisher", seed(4))
STRANGER = Ed25519Signer("stranger.example", seed(5))
WITNESS = Ed25519Cosigner("witness.example/ed", seed(6), lambda: TIME)
WITNESS_PQ = MLDSA44Cosigner("witness.example/pq", seed(7), lambda: TIME + 1)

TRUST_TEXT = f"""log {LOG.key}
witness ed {WITNESS.key}
witness pq {WITNESS_PQ.key}
group both all ed pq
quorum both
"""
TRUST = Trust.parse(TRUST_TEXT.encode())
UNWITNESSED = Trust.parse(f"log {LOG.key}\nquorum none\n".encode())


def shard(number: int = 0, **changes: JSON) -> dict[str, JSON]:
    """Return the fields of shard `number`; `changes` replaces some, and basis follows."""
    data = b"shard %d" % number
    fields: dict[str, JSON] = {
        "content": {
            "digest": str(Digest.of(data)),
            "size": len(data),
            "name": f"part-{number}.txt",
            "media_type": "text/plain",
        },
        "dataset": {"name": "example"},
        "modality": ["text"],
        "measures": {"bytes": len(data)},
        "source": {"category": "public_dataset", "name": "Example"},
        **changes,
    }
    basis: JSON = {name: "declared" for name in fields if name not in ("basis", "claimed_at")}
    return {"basis": basis, "claimed_at": CLAIMED_AT, **fields}


def key_event(action: str, signer: Signer, role: str, **more: JSON) -> dict[str, JSON]:
    """Return the fields of a key record; `since` in `more` is its member `from`."""
    if "since" in more:
        more["from"] = more.pop("since")
    key: JSON = {"action": action, "vkey": str(signer.key), "role": role, **more}
    return {"key": key, "basis": {"key": "declared"}, "claimed_at": CLAIMED_AT}


def rotation(
    old: Signer, new: Signer, role: str = "producer", *, origin: str = ORIGIN
) -> dict[str, JSON]:
    """Return the fields of a key record by which `new` takes the place of `old`."""
    event = rotation_of(origin, role, old=old, new=new)
    return {**event.to_record(CLAIMED_AT).fields, "basis": {"key": "declared"}}


def release(name: str = "Example-1") -> dict[str, JSON]:
    """Return the fields of a release record."""
    return {
        "release": {"name": name},
        "training": {"count": 1, "lo": "00" * 12, "hi": "00" * 12, "root": "00" * 32},
        "basis": {"release": "declared", "training": "observed"},
        "claimed_at": CLAIMED_AT,
    }


def batch(
    signer: Signer,
    kind: str,
    records: Sequence[Mapping[str, JSON]],
    *,
    origin: str = ORIGIN,
    first_secret: int = 1000,
) -> SignedBatch:
    """Return a signed batch of these records; record i has secret `first_secret + i`."""
    sealed = [
        SealedRecord.of(Record.parse(kind, fields), seed(first_secret + place))
        for place, fields in enumerate(records)
    ]
    return sign_batch(origin, sealed, signer)


class LeafReader:
    """A `HashReader` over leaves that are all at hand."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves

    def read(self, ranges: Sequence[Range]) -> list[Hash]:
        """Return the hash of each subtree."""
        return [root_of(self._leaves[lo:hi]) for lo, hi in ranges]


@dataclass
class MemoryTiles:
    """A `TileReader` over the tiles that growth gave."""

    edge: RightEdge = field(default_factory=RightEdge.empty)
    full: dict[TileId, bytes] = field(default_factory=dict)

    def append(self, leaves: Sequence[bytes]) -> None:
        """Grow the tree by these leaf hashes."""
        growth = grow(self.edge, leaves)
        self.edge = growth.edge
        self.full.update(growth.full)

    def read_tiles(self, tiles: Sequence[TileId]) -> list[bytes]:
        """Return each tile's hashes."""
        known = {**self.full, **dict(self.edge.partial_tiles())}
        return [known[tile] for tile in tiles]


@dataclass
class MemoryLog:
    """A log in memory: entries, the tiles of their tree, checkpoints and evidence."""

    origin: str = ORIGIN
    signer: Signer = LOG
    cosigners: Sequence[Signer] = (WITNESS, WITNESS_PQ)
    batches: list[SignedBatch] = field(default_factory=list)
    tiles: MemoryTiles = field(default_factory=MemoryTiles)

    def append(self, *batches: SignedBatch) -> None:
        """Append batches, whoever signed them and whatever they say."""
        self.batches += batches
        self.tiles.append([leaf_hash(one.note) for one in batches])

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.batches)

    def checkpoint(self) -> Note:
        """Return the signed and cosigned checkpoint of the whole tree."""
        tree = Checkpoint(origin=self.origin, size=self.size, root=self.tiles.edge.root())
        return sign_note(tree.to_text(), [self.signer, *self.cosigners])

    def prove(self, index: int) -> tuple[Hash, ...]:
        """Return the inclusion proof of entry `index`, read from tiles."""
        reader = TileHashReader(self.size, self.tiles)
        return tuple(prove_inclusion(index, self.size, reader))

    def entry(self, index: int, openings: Mapping[int, "Show"] | None = None) -> EntryEvidence:
        """Return entry `index` with the records at these positions; all, whole, if not said."""
        records = self.batches[index].records
        reader = LeafReader([record.leaf for record in records])
        chosen = openings or dict.fromkeys(range(len(records)), whole)
        shown = (
            RecordEvidence(
                place,
                tuple(prove_inclusion(place, len(records), reader)),
                show(records[place]),
            )
            for place, show in sorted(chosen.items())
        )
        return EntryEvidence(index, self.batches[index].note, self.prove(index), tuple(shown))

    def evidence(self, *entries: EntryEvidence) -> Evidence:
        """Return evidence of these entries under the newest checkpoint; of all, if none is said."""
        chosen = entries or tuple(self.entry(index) for index in range(self.size))
        return Evidence(self.checkpoint().to_bytes(), chosen)


Show = Callable[[SealedRecord], Opening]


def whole(sealed: SealedRecord) -> WholeOpening:
    """Show everything."""
    return WholeOpening(dict(sealed.record.fields), sealed.secret)


def closed(sealed: SealedRecord) -> ClosedRecord:
    """Show nothing."""
    return ClosedRecord(sealed.leaf)


def only(*names: str) -> Show:
    """Return what shows these fields alone."""

    def show(sealed: SealedRecord) -> FieldsOpening:
        encoded, fields = sealed.record.encoded, sealed.record.fields
        opened = (
            FieldOpening.of(encoded, sealed.secret, name, fields[name]) for name in sorted(names)
        )
        return FieldsOpening(len(encoded), tuple(opened))

    return show


def keys_batch() -> SignedBatch:
    """Return the batch a log begins with: a root key, a producer, a publisher."""
    events = [
        key_event("add", ROOT, "root"),
        key_event("add", PRODUCER, "producer"),
        key_event("add", PUBLISHER, "publisher"),
    ]
    return batch(ROOT, "key", events, first_secret=10)


def example_log() -> MemoryLog:
    """Return a log of four entries: keys, five shards, a release, two more shards."""
    log = MemoryLog()
    log.append(
        keys_batch(),
        batch(PRODUCER, "shard", [shard(number) for number in range(5)], first_secret=20),
        batch(PUBLISHER, "release", [release()], first_secret=30),
        batch(PRODUCER, "shard", [shard(8), shard(9)], first_secret=40),
    )
    return log


def example_evidence(log: MemoryLog | None = None) -> Evidence:
    """Return evidence that shows something of every kind: whole, by field, closed."""
    log = log or example_log()
    return log.evidence(
        log.entry(0),
        log.entry(1, {1: whole, 2: only("source", "measures"), 4: closed}),
        log.entry(2),
    )
