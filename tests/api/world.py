"""A small log, the same to the last byte wherever it is made: fixed keys, secrets and clock.

entry 0    key records: the root key, and the lab's producer
entry 1    three sealed shards, one of them synthetic
entry 2    the release example-1
entry 3    its summary, version 1: an HTML and a JSON-LD document
entry 4    its summary, version 2, which supersedes the first
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from api.settings import DOCUMENTS, Settings
from ledger.client.evidence import build_evidence, whole
from ledger.log.folder import FolderSink
from ledger.log.log import Log
from ledger.proof.document_slot import with_evidence
from ledger.proof.html_slot import HTML_START, SLOT_END, SLOT_START
from ledger.record.batch import SealedRecord, SignedBatch, sign_batch
from ledger.record.canonical import JSON, encode
from ledger.record.leaf import RecordId
from ledger.record.record import Record
from ledger.signing.keys import Ed25519Signer, Signer
from ledger.store.checkpoints import CheckpointStore
from ledger.store.reader import Reader
from ledger.store.store import Store

ORIGIN = "log.example.org/2026"
CLAIMED_AT = "2026-11-24T09:30:00Z"
SHARD, RELEASE = RecordId(1, 0), RecordId(2, 0)
FIRST_SUMMARY, SECOND_SUMMARY = RecordId(3, 0), RecordId(4, 0)


class FixedClock:
    """It is always the same moment."""

    def milliseconds(self) -> int:
        """Return 24 November 2026, 09:30 UTC."""
        return 1_795_512_600_000


def seed(name: str) -> bytes:
    """Return 32 bytes that belong to a name."""
    return sha256(name.encode()).digest()


ROOT = Ed25519Signer("lab.example/root", seed("root"))
PRODUCER = Ed25519Signer("lab.example/producer", seed("producer"))
STRANGER = Ed25519Signer("stranger.example", seed("stranger"))
LOG_KEY = Ed25519Signer(ORIGIN, seed("log"))


def stated(kind: str, fields: Mapping[str, Any]) -> Record:
    """Return a record of these fields, declared at the fixed moment if they name no other."""
    basis: dict[str, JSON] = dict.fromkeys(fields, "declared")
    basis.pop("claimed_at", None)
    return Record.parse(kind, {"claimed_at": CLAIMED_AT, **fields, "basis": basis})


def key(signer: Ed25519Signer, role: str) -> Record:
    """Return the record that registers a key."""
    return stated("key", {"key": {"action": "add", "vkey": str(signer.key), "role": role}})


def shard(name: str, **more: Any) -> Record:
    """Return a shard record; keywords are fields."""
    digest = f"blake3:{seed(name).hex()}"
    fields: dict[str, Any] = {
        "content": {"digest": digest, "size": 5, "name": name, "media_type": "text/plain"},
        "dataset": {"name": "notes"},
        "modality": ["text"],
        "measures": {"bytes": 5, "documents": 1},
        "source": {"category": "public_dataset", "name": "Notes"},
    }
    return stated("shard", {**fields, **more})


def signed(
    *records: Record, signer: Signer = PRODUCER, origin: str = ORIGIN, salt: str = ""
) -> SignedBatch:
    """Return a batch whose secrets follow from its records (and `salt`, to get another batch)."""
    sealed = [
        SealedRecord.of(record, seed(f"{salt}{position}{sorted(record.encoded.items())}"))
        for position, record in enumerate(records)
    ]
    return sign_batch(origin, sealed, signer)


@dataclass(frozen=True)
class World:
    """A log with its folder, and what it published."""

    folder: Path
    log: Log
    settings: Settings
    documents: dict[str, bytes] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The database."""
        return f"sqlite:///{self.folder / 'ledger.db'}"

    @property
    def public(self) -> Path:
        """The folder of checkpoint, tiles and documents."""
        return self.settings.public

    def evidence(self, *wanted: RecordId) -> bytes:
        """Return evidence that shows these records whole."""
        store = self.log.store
        shown = {one: whole(store.record(one)) for one in wanted}
        return build_evidence(store, self.log.publish().checkpoint, shown).to_bytes()


def settings_in(folder: Path, **more: Any) -> Settings:
    """Return the settings of a world in `folder`."""
    return Settings(public=folder / "public", trust=folder / "trust.policy", **more)


def _open_log(store: Store, folder: Path) -> Log:
    return Log(
        *(store, [LOG_KEY], FolderSink(folder / "public")),
        checkpoints=CheckpointStore.open(f"sqlite:///{folder / 'checkpoints.db'}", create=True),
        clock=FixedClock(),
    )


def open_world(folder: Path, **more: Any) -> World:
    """Return the world in `folder`, made before; keywords are settings."""
    store = Store.open(f"sqlite:///{folder / 'ledger.db'}")
    log = _open_log(store, folder)
    return World(folder, log, settings_in(folder, **more))


def make_world(folder: Path) -> World:
    """Make the world in an empty folder."""
    store = Store.create(f"sqlite:///{folder / 'ledger.db'}", origin=ORIGIN)
    (folder / "trust.policy").write_text(f"log {LOG_KEY.key}\nquorum none\n")
    (folder / "public").mkdir()
    log = _open_log(store, folder)
    world = World(folder, log, settings_in(folder))
    log.append([signed(key(ROOT, "root"), key(PRODUCER, "producer"), signer=ROOT)])
    log.append([signed(shard("a.txt"), shard("b.txt"), SYNTHETIC)])
    log.append([signed(release("example-1"))])
    for version in (1, 2):
        _publish_summary(world, version)
    return world


SYNTHETIC = shard(
    "c.txt",
    source={"category": "synthetic", "name": "Rewritten notes"},
    generator=[{"provider": "Example", "model": "example-0", "role": "rewriter"}],
)


def release(name: str) -> Record:
    """Return a release record."""
    return stated(
        "release",
        {
            "release": {"name": name, "models": [{"name": "Example 1"}]},
            "training": {
                "count": 3,
                "lo": SHARD.key.hex(),
                "hi": RecordId(1, 2).key.hex(),
                "root": seed("training").hex(),
            },
        },
    )


def summary(
    files: Sequence[tuple[str, str, bytes]], version: int = 1, *, provider: str = "Example Lab"
) -> Record:
    """Return a summary record over files: their media type, name and bytes without evidence."""
    renditions = [
        {"media_type": kind, "name": name, "digest": f"sha256:{sha256(data).hexdigest()}"}
        for kind, name, data in files
    ]
    told = {
        "provider": provider,
        "release": "example-1",
        "version": version,
        "template": "eu",
        "template_number": "C(2025) 5235",
        "language": "en",
        "last_update": "2026-11-24",
        "size": 3,
    }
    fields: dict[str, Any] = {"summary": told, "release_record": str(RELEASE)}
    fields["renditions"] = renditions
    if version > 1:
        fields["supersedes"] = str(FIRST_SUMMARY)
    return stated("summary", fields)


def texts(version: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield the documents of a version: media type, name, and bytes without evidence."""
    page = f'<html lang="en">\n<body>\n<p>Example 1, version {version}</p>\n'
    yield "text/html", "summary.html", HTML_START + page.encode() + SLOT_START + SLOT_END
    data: JSON = {"@context": "https://schema.org/", "version": version}
    yield "application/ld+json", "summary.jsonld", encode(data) + b"\n"


def _publish_summary(world: World, version: int) -> None:
    files = list(texts(version))
    (index,) = world.log.append([signed(summary(files, version))])
    evidence = world.evidence(RecordId(index, 0))
    folder = world.public / DOCUMENTS
    folder.mkdir(exist_ok=True)
    for kind, _, data in files:
        name = f"{sha256(data).hexdigest()}.{'html' if kind == 'text/html' else 'jsonld'}"
        world.documents[f"{version}.{name[65:]}"] = with_evidence(data, evidence)
        (folder / name).write_bytes(with_evidence(data, evidence))


def reader_of(world: World) -> Reader:
    """Return the public half of a world's database."""
    return Reader.open(world.url)
