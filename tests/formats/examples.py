"""The keys, records and small log that every worked vector is about.

Nothing here is secret: seeds and secrets are counting bytes, so that anybody gets the same vectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.cosignature import Ed25519Cosigner
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
from ledger.record.canonical import JSON, encode
from ledger.record.commitment import FieldOpening
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.signing.keys import Ed25519Signer, Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import Hash, leaf_hash, root_of
from ledger.tree.proofs import Range, prove_inclusion
from ledger.tree.sums import SumLeaf, SumNode, sum_root

ORIGIN = "ledger.example/log"
TIME = 1_800_000_000
CLAIMED_AT = "2026-09-01T12:00:00Z"


def counting(first: int) -> bytes:
    """Return 32 bytes that count up from `first`."""
    return bytes(range(first, first + 32))


LOG = Ed25519Signer(ORIGIN, counting(0x00))
WITNESS = Ed25519Cosigner("witness.example/w1", counting(0x01), lambda: TIME)
OTHER_WITNESS = Ed25519Cosigner("witness.example/w2", counting(0x02), lambda: TIME + 60)
ROOT = Ed25519Signer("lab.example/root", counting(0x03))
PRODUCER = Ed25519Signer("lab.example/pipeline", counting(0x04))
PUBLISHER = Ed25519Signer("lab.example/publisher", counting(0x05))
STRANGER = Ed25519Signer("lab.example/stranger", counting(0x06))

TRUST = (
    "# One log, and one of two witnesses.\n"
    f"log {LOG.key}\n"
    f"witness w1 {WITNESS.key}\n"
    f"witness w2 {OTHER_WITNESS.key} https://witness.example/w2/\n"
    "group witnesses any w1 w2\n"
    "quorum witnesses\n"
)
TRUST_UNWITNESSED = f"log {LOG.key}\nquorum none\n"
TRUST_BOTH = TRUST.replace(" any ", " all ")
TRUST_OTHER_LOG = f"log {Ed25519Signer('other.example/log', counting(0x07)).key}\nquorum none\n"


class LeafReader:
    """Subtree hashes of a tree whose few leaves are all at hand."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves

    def read(self, ranges: Sequence[Range]) -> list[Hash]:
        return [root_of(self._leaves[lo:hi]) for lo, hi in ranges]


def inclusion(leaves: Sequence[bytes], index: int) -> tuple[Hash, ...]:
    """Return the inclusion proof of leaf `index` among `leaves`."""
    return tuple(prove_inclusion(index, len(leaves), LeafReader(leaves)))


def key_record(action: str, signer: Signer, role: str) -> dict[str, JSON]:
    """Return the fields of a key record."""
    return {
        "basis": {"key": "declared"},
        "claimed_at": CLAIMED_AT,
        "key": {"action": action, "role": role, "vkey": str(signer.key)},
    }


def shard_fields() -> list[dict[str, JSON]]:
    """Return the fields of three shards: crawled text, a public dataset, synthetic text."""
    crawled: dict[str, JSON] = {
        "basis": {
            "content": "observed",
            "dataset": "declared",
            "languages": "inferred",
            "measures": "observed",
            "measures.tokens": "declared",
            "modality": "observed",
            "rights": "declared",
            "source": "declared",
        },
        "claimed_at": CLAIMED_AT,
        "content": {
            "digest": str(Digest.of(b"shard zero\n")),
            "media_type": "application/x-ndjson",
            "name": "crawl/2026-05/café-000.jsonl",
            "size": 11,
        },
        "dataset": {"name": "example-crawl", "version": "2026-05"},
        "languages": ["en", "fr"],
        "measures": {
            "bytes": 11,
            "documents": 2,
            "tokenizer": {"name": "example-bpe"},
            "tokens": 3,
        },
        "modality": ["text"],
        "rights": {
            "opt_out": [{"action": "included_no_reservation", "mechanism": "robots.txt"}],
        },
        "source": {
            "category": "crawled",
            "crawl": {"crawlers": [{"name": "ExampleBot", "user_agent": "ExampleBot/1.0"}]},
            "period": {"end": "2026-05", "start": "2026-04"},
        },
    }
    public: dict[str, JSON] = {
        "basis": {
            "content": "observed",
            "dataset": "declared",
            "measures": "observed",
            "modality": "observed",
            "rights": "imported",
            "source": "declared",
        },
        "claimed_at": CLAIMED_AT,
        "content": {
            "digest": str(Digest.of(b"shard one\n")),
            "media_type": "text/plain",
            "name": "public/one.txt",
            "size": 10,
        },
        "dataset": {"name": "example-public"},
        "measures": {"bytes": 10},
        "modality": ["text"],
        "rights": {"licence": "CC-BY-4.0"},
        "source": {
            "category": "public_dataset",
            "link": "https://data.example/public",
            "name": "Example Public Texts",
        },
    }
    synthetic: dict[str, JSON] = {
        "basis": {
            "content": "observed",
            "dataset": "declared",
            "generator": "observed",
            "measures": "observed",
            "modality": "observed",
            "source": "declared",
        },
        "claimed_at": CLAIMED_AT,
        "content": {
            "digest": str(Digest.of(b"shard two\n")),
            "media_type": "text/plain",
            "name": "synthetic/two.txt",
            "size": 10,
        },
        "dataset": {"name": "example-synthetic"},
        "generator": [
            {
                "model": "teacher-1",
                "provider": "Teacher Labs",
                "role": "generator",
                "surface": "api",
            }
        ],
        "measures": {"bytes": 10},
        "modality": ["text"],
        "source": {"category": "synthetic"},
    }
    return [crawled, public, synthetic]


def sealed(kind: str, fields: dict[str, JSON], secret: int) -> SealedRecord:
    """Return a record with the counting secret that starts at `secret`."""
    return SealedRecord.of(Record.parse(kind, fields), counting(secret))


def unchecked(kind: str, fields: dict[str, JSON], secret: int) -> SealedRecord:
    """Return a record that keeps no rule: what a careless or lying producer may commit to."""
    record = Record(kind, {name: encode(value) for name, value in sorted(fields.items())})
    return SealedRecord.of(record, counting(secret))


@dataclass
class ExampleLog:
    """A log in memory: batches in order, checkpoints and evidence on request."""

    batches: list[SignedBatch] = field(default_factory=list)

    def append(
        self, signer: Signer, records: Sequence[SealedRecord], origin: str = ORIGIN
    ) -> SignedBatch:
        """Append a batch of `records`, whoever `signer` is."""
        batch = sign_batch(origin, records, signer)
        self.batches.append(batch)
        return batch

    def append_note(self, note: bytes) -> None:
        """Append the last batch again, with other bytes for its note."""
        last = self.batches[-1]
        self.batches.append(SignedBatch(last.batch, note, last.records))

    @property
    def leaves(self) -> list[Hash]:
        """The leaf hashes of the log's tree."""
        return [leaf_hash(batch.note) for batch in self.batches]

    def checkpoint(self, *cosigners: Signer) -> Note:
        """Return the signed checkpoint of the whole log."""
        leaves = self.leaves
        tree = Checkpoint(origin=ORIGIN, size=len(leaves), root=root_of(leaves))
        return sign_note(tree.to_text(), [LOG, *cosigners])

    def entry(self, index: int, openings: dict[int, Opening] | None = None) -> EntryEvidence:
        """Return an entry with its proof and openings; without any, every record is shown whole."""
        batch = self.batches[index]
        leaves = [record.leaf for record in batch.records]
        if openings is None:
            openings = {place: whole(record) for place, record in enumerate(batch.records)}
        records = tuple(
            RecordEvidence(place, inclusion(leaves, place), opening)
            for place, opening in openings.items()
        )
        return EntryEvidence(index, batch.note, inclusion(self.leaves, index), records)

    def evidence(self, entries: Sequence[EntryEvidence], *cosigners: Signer) -> Evidence:
        """Return evidence of `entries` under the log's checkpoint, cosigned by the witness."""
        note = self.checkpoint(*(cosigners or (WITNESS,)))
        return Evidence(note.to_bytes(), tuple(entries))


def whole(record: SealedRecord) -> WholeOpening:
    """Return the opening that shows everything."""
    return WholeOpening(record.record.fields, record.secret)


def some(record: SealedRecord, *names: str) -> FieldsOpening:
    """Return the opening that shows the fields called `names`."""
    encoded, fields = record.record.encoded, record.record.fields
    return FieldsOpening(
        len(encoded),
        tuple(FieldOpening.of(encoded, record.secret, name, fields[name]) for name in names),
    )


def closed(record: SealedRecord) -> ClosedRecord:
    """Return the opening that shows nothing."""
    return ClosedRecord(record.leaf)


def training_root(batch: SignedBatch, index: int, secret: bytes) -> SumNode:
    """Return the root tuple of the training set that holds every record of `batch`."""
    leaves = (
        SumLeaf(key=RecordId(index, place).key, ref=record.leaf)
        for place, record in enumerate(batch.records)
    )
    root = sum_root("training", secret, leaves)
    assert root is not None
    return root


def release_record(training: SumNode) -> dict[str, JSON]:
    """Return the fields of the release that was trained on `training`."""
    return {
        "basis": {"release": "declared", "selection": "declared", "training": "observed"},
        "claimed_at": CLAIMED_AT,
        "release": {"market_date": "2026-10-01", "name": "Example-1"},
        "selection": {"datasets": ["example-crawl", "example-public", "example-synthetic"]},
        "training": {
            "count": training.count,
            "hi": training.hi.hex(),
            "lo": training.lo.hex(),
            "root": training.hash.hex(),
        },
    }


RELEASE_SECRET = counting(0x80)
"""The secret that salts the training tree of the example's release."""


def keys_log() -> ExampleLog:
    """Return the log of one entry: a batch that adds a root, a producer and a publisher."""
    log = ExampleLog()
    keys = [("root", ROOT), ("producer", PRODUCER), ("publisher", PUBLISHER)]
    log.append(
        ROOT,
        [
            sealed("key", key_record("add", signer, role), 0x10 + place)
            for place, (role, signer) in enumerate(keys)
        ],
    )
    return log


def example_log() -> ExampleLog:
    """Return the log of three entries: the keys, three shards, and a release trained on them."""
    log = keys_log()
    shards = log.append(
        PRODUCER,
        [sealed("shard", fields, 0x20 + place) for place, fields in enumerate(shard_fields())],
    )
    training = training_root(shards, 1, RELEASE_SECRET)
    log.append(PUBLISHER, [sealed("release", release_record(training), 0x30)])
    return log


def example_entries(log: ExampleLog) -> list[EntryEvidence]:
    """Return the entries as the example shows them: whole, by field, closed, and whole."""
    zero, one, two = log.batches[1].records
    shown: dict[int, Opening] = {
        0: whole(zero),
        1: some(one, "content", "source"),
        2: closed(two),
    }
    return [log.entry(0), log.entry(1, shown), log.entry(2)]
