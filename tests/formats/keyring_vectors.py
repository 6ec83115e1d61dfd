"""Vectors of key events: a log whose keys come, change and go, and events that it must refuse."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256

from ledger.checkpoint.cosignature import MLDSA44Cosigner
from ledger.errors import CannotTellError, LedgerError
from ledger.record.batch import Batch
from ledger.record.canonical import JSON
from ledger.record.key_event import rotation_of, rotation_text
from ledger.record.keyring import KeyRing
from ledger.record.record import Record
from ledger.signing.base64 import encode_base64
from ledger.signing.keys import Ed25519Signer, Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import Hash
from tests.formats.examples import (
    CLAIMED_AT,
    LOG,
    ORIGIN,
    PRODUCER,
    PUBLISHER,
    ROOT,
    STRANGER,
    counting,
)

NEW_PRODUCER = Ed25519Signer("lab.example/pipeline", counting(0x10))
NEW_PUBLISHER = Ed25519Signer("lab.example/publisher", counting(0x11))
NEW_ROOT = Ed25519Signer("lab.example/root", counting(0x12))
NEW_LOG = Ed25519Signer(ORIGIN, counting(0x13))
OTHER_LOG = Ed25519Signer("other.example/log", counting(0x14))
ML_DSA_LOG = MLDSA44Cosigner(ORIGIN, counting(0x15), lambda: 0)
NEW_ML_DSA_LOG = MLDSA44Cosigner(ORIGIN, counting(0x16), lambda: 0)

Event = dict[str, JSON]
Question = tuple[Signer, str, int]


@dataclass(frozen=True)
class Entry:
    """A key batch: where it is in the log, who signed it, and the `key` members of its records."""

    index: int
    signer: Signer
    events: Sequence[Event]
    holds: bool = True
    """Whether the signature does; it is by the signer's name and id all the same."""

    def to_json(self) -> dict[str, object]:
        """Return it as vectors show it."""
        return {
            "index": self.index,
            "signed_by": self.signer.key.label,
            **({} if self.holds else {"signature": "fails"}),
            "records": list(self.events),
        }


def event(action: str, signer: Signer, role: str, **more: JSON) -> Event:
    """Return the member `key` of a record; `since` stands for `from`."""
    if "since" in more:
        more["from"] = more.pop("since")
    return {"action": action, "role": role, "vkey": str(signer.key), **more}


def rotate(role: str, old: Signer, new: Signer, origin: str = ORIGIN) -> Event:
    """Return the member `key` of a rotation that both keys signed."""
    record = rotation_of(origin, role, old=old, new=new).to_record(CLAIMED_AT)
    found = record.value("key")
    assert isinstance(found, dict)
    return found


ENTRIES = [
    Entry(
        0,
        ROOT,
        [
            event("add", ROOT, "root"),
            event("add", PRODUCER, "producer"),
            event("add", LOG, "log"),
        ],
    ),
    Entry(3, ROOT, [event("add", PUBLISHER, "publisher"), event("add", ML_DSA_LOG, "log")]),
    Entry(7, ROOT, [event("revoke", PRODUCER, "producer"), event("add", STRANGER, "producer")]),
    Entry(9, ROOT, [rotate("publisher", PUBLISHER, NEW_PUBLISHER), rotate("log", LOG, NEW_LOG)]),
    Entry(12, ROOT, [event("revoke", STRANGER, "producer", since=10, reason="laptop stolen")]),
    Entry(14, ROOT, [rotate("root", ROOT, NEW_ROOT)]),
    Entry(
        16, NEW_ROOT, [event("revoke", LOG, "log"), event("revoke", PRODUCER, "producer", since=5)]
    ),
    Entry(18, NEW_ROOT, [event("revoke", NEW_ROOT, "root")]),
]

QUESTIONS: list[Question] = [
    (PRODUCER, "shard", 1),
    (PRODUCER, "shard", 6),
    (PRODUCER, "shard", 8),
    (PRODUCER, "release", 5),
    (PRODUCER, "key", 5),
    (PUBLISHER, "summary", 2),
    (PUBLISHER, "summary", 4),
    (PUBLISHER, "correction", 4),
    (PUBLISHER, "shard", 4),
    (PUBLISHER, "summary", 8),
    (PUBLISHER, "summary", 10),
    (NEW_PUBLISHER, "summary", 8),
    (NEW_PUBLISHER, "summary", 10),
    (STRANGER, "terms", 8),
    (STRANGER, "shard", 6),
    (STRANGER, "shard", 11),
    (STRANGER, "shard", 13),
    (ROOT, "key", 13),
    (ROOT, "key", 15),
    (ROOT, "shard", 5),
    (NEW_ROOT, "key", 13),
    (NEW_ROOT, "key", 15),
    (NEW_ROOT, "key", 19),
    (LOG, "shard", 5),
    (NEW_LOG, "shard", 5),
]


def keyring() -> dict[str, object]:
    """Return vectors/keyring.json."""
    last = ENTRIES[-1].index + 1
    return {
        "origin": ORIGIN,
        "events": [entry.to_json() for entry in ENTRIES],
        "may_sign": [
            {
                "key": signer.key.label,
                "kind": kind,
                "index": index,
                "verdict": verdict(partial(_asked, signer, kind, index)),
                "later": later(signer, kind, index, last),
            }
            for signer, kind, index in QUESTIONS
        ],
        "note": _note_of(ENTRIES[3].events[0]),
        "refused": [
            {
                "name": name,
                **entry.to_json(),
                "verdict": verdict(partial(_added, entry)),
            }
            for name, entry in refused().items()
        ],
        "accepted": [
            {"name": name, **entry.to_json(), "may_sign": _asked_after(entry, questions)}
            for name, (entry, questions) in accepted().items()
        ],
    }


def _asked_after(entry: Entry, questions: Sequence[Question]) -> list[dict[str, object]]:
    """Return the verdicts on batches before an entry, once it has been read too."""
    ring = ring_before(entry.index)
    add(ring, entry)
    told: list[dict[str, object]] = []
    for signer, kind, index in questions:
        found: list[str] = []

        def look(signer: Signer = signer, kind: str = kind, index: int = index) -> None:
            # One that is above all that was read is checked with the list as it is.
            before = ring_before(index) if index <= entry.index else ring
            before.check(_signed(kind, signer), kind=kind, index=index)
            found.extend(ring.look_back([(index, signer.key)]))  # noqa: B023

        said = verdict(look) + "".join(f", {one.partition(':')[0]}" for one in found)
        told.append({"key": signer.key.label, "kind": kind, "index": index, "later": said})
    return told


def verdict(check: Callable[[], object]) -> str:
    """Return the verdict of a check, as step 4 of docs/formats/evidence.md would."""
    try:
        check()
    except CannotTellError:
        return "cannot tell"
    except LedgerError:
        return "not verified"
    return "verified"


def later(signer: Signer, kind: str, index: int, last: int) -> str:
    """Return the verdict once all key entries have been read, and the warning that goes with it."""
    found: list[str] = []

    def look() -> None:
        _asked(signer, kind, index)
        found.extend(ring_before(last).look_back([(index, signer.key)]))

    said = verdict(look) if kind != "key" else verdict(partial(_asked, signer, kind, index))
    return said + "".join(f", {warning.partition(':')[0]}" for warning in found)


def ring_before(index: int) -> KeyRing:
    """Return the key list as the entries before `index` leave it."""
    ring = KeyRing()
    for entry in ENTRIES:
        if entry.index < index:
            add(ring, entry)
    return ring


def add(ring: KeyRing, entry: Entry) -> None:
    """Take a key entry in."""
    note = _signed("key", entry.signer)
    if not entry.holds:
        note = replace(note, signatures=sign_note(f"{note.text}more\n", [entry.signer]).signatures)
    ring.add_batch(note, list(map(_record, entry.events)), entry.index)


def _added(entry: Entry) -> None:
    add(ring_before(entry.index), entry)


def _asked(signer: Signer, kind: str, index: int) -> object:
    return ring_before(index).check(_signed(kind, signer), kind=kind, index=index)


def _signed(kind: str, signer: Signer) -> Note:
    """Return a signed batch of one record of `kind`, whatever it says."""
    batch = Batch(origin=ORIGIN, kind=kind, count=1, root=Hash(bytes(32)))
    return sign_note(batch.to_text(), [signer])


def _record(key: Event) -> Record:
    return Record.parse("key", {"key": key, "basis": {"key": "declared"}, "claimed_at": CLAIMED_AT})


def _note_of(key: Mapping[str, JSON]) -> str:
    return str(key["note"])


def refused() -> dict[str, Entry]:
    """Return, by what is wrong with it, one key entry each that a log must not accept.

    Every signature is as it should be, but for what the name says.
    """
    text = rotation_text(ORIGIN, STRANGER.key, NEW_PRODUCER.key)
    good = rotate("producer", STRANGER, NEW_PRODUCER)

    def by(*signers: Signer, of: str = text) -> Event:
        return {**good, "note": sign_note(of, signers).to_bytes().decode()}

    weak = bytes([1, 1]) + bytes(31)
    cases: dict[str, Event] = {
        "only the old key signed": by(STRANGER),
        "only the new key signed": by(NEW_PRODUCER),
        "new key first": by(NEW_PRODUCER, STRANGER),
        "a third signature": by(STRANGER, NEW_PRODUCER, ROOT),
        "root signed for the new key": by(STRANGER, ROOT),
        "signatures of another text": {
            **good,
            "note": str(good["note"]).replace(
                str(by(STRANGER)["note"]).split()[-1],
                str(by(STRANGER, of=text + "more\n")["note"]).split()[-1],
            ),
        },
        "note for another log": rotate("producer", STRANGER, NEW_PRODUCER, "other.example/log"),
        "note of another rotation": {
            **good,
            "note": _note_of(rotate("producer", STRANGER, NEW_PUBLISHER)),
        },
        "note with another first line": by(
            STRANGER, NEW_PRODUCER, of=text.replace("key/v1", "key/v2")
        ),
        "note with a sixth line": by(STRANGER, NEW_PRODUCER, of=text + "today\n"),
        "no note": {name: value for name, value in good.items() if name != "note"},
        "no successor": {name: value for name, value in good.items() if name != "successor"},
        "rotation of a revoked key": rotate("producer", PRODUCER, NEW_PRODUCER),
        "rotation of an unknown key": rotate("producer", NEW_PRODUCER, NEW_PUBLISHER),
        "rotation to the same key": rotate("producer", STRANGER, STRANGER),
        "rotation to a registered key": rotate("producer", STRANGER, PUBLISHER),
        "rotation to a revoked key": rotate("producer", STRANGER, PRODUCER),
        "rotation in another role": rotate("publisher", STRANGER, NEW_PRODUCER),
        "rotation with from": {**good, "from": 7},
        "log key with another name": event("add", OTHER_LOG, "log"),
        "log successor with another name": rotate("log", LOG, OTHER_LOG),
        "revoke of a producer as a log key": event("revoke", STRANGER, "log"),
        "ML-DSA-44 producer": event("add", NEW_ML_DSA_LOG, "producer"),
        "ML-DSA-44 rotation": {
            **rotate("log", LOG, NEW_LOG),
            "vkey": str(ML_DSA_LOG.key),
            "successor": str(NEW_ML_DSA_LOG.key),
            "note": sign_note(
                rotation_text(ORIGIN, ML_DSA_LOG.key, NEW_ML_DSA_LOG.key), [LOG, NEW_LOG]
            )
            .to_bytes()
            .decode(),
        },
        "add of a registered key": event("add", STRANGER, "publisher"),
        "add of a revoked key": event("add", PRODUCER, "producer"),
        "add of a revoked public key by another name": event(
            "add", Ed25519Signer("lab.example/new-name", counting(0x04)), "producer"
        ),
        "add with from": event("add", NEW_PRODUCER, "producer", since=1),
        "weak public key": {
            "action": "add",
            "role": "producer",
            "vkey": f"weak.example/key+{_weak_id(weak)}+{encode_base64(weak)}",
        },
        "revoke of an unknown key": event("revoke", NEW_PRODUCER, "producer"),
        "revoke twice": event("revoke", PRODUCER, "producer"),
        "revoke twice from the same entry": event("revoke", PRODUCER, "producer", since=7),
        "revoke from before the registration": event("revoke", STRANGER, "producer", since=6),
        "revoke from after the revocation": event("revoke", STRANGER, "producer", since=9),
        "revoke of a root key with from": event("revoke", ROOT, "root", since=8),
    }
    entries = {name: Entry(8, ROOT, [key]) for name, key in cases.items()}
    again = rotate("publisher", PUBLISHER, NEW_PUBLISHER)
    return {
        **entries,
        "signed by a producer": Entry(8, STRANGER, [event("add", NEW_PRODUCER, "producer")]),
        "signed by a log key": Entry(8, LOG, [event("add", NEW_PRODUCER, "producer")]),
        "root rotation signed by the new root": Entry(
            13, NEW_ROOT, [rotate("root", ROOT, NEW_ROOT)]
        ),
        "signed by the old root after its rotation": Entry(
            15, ROOT, [event("add", NEW_PRODUCER, "producer")]
        ),
        "a root key whose signature fails": Entry(
            8, ROOT, [event("add", NEW_PRODUCER, "producer")], holds=False
        ),
        "entry 0 adds a producer": Entry(0, PRODUCER, [event("add", PRODUCER, "producer")]),
        "entry 0 adds the root key second": Entry(
            0, ROOT, [event("add", PRODUCER, "producer"), event("add", ROOT, "root")]
        ),
        "entry 0 is signed by another key": Entry(0, STRANGER, [event("add", ROOT, "root")]),
        "entry 0 is signed by a key that it adds second": Entry(
            0, NEW_ROOT, [event("add", ROOT, "root"), event("add", NEW_ROOT, "root")]
        ),
        "entry 0 whose signature fails": Entry(0, ROOT, [event("add", ROOT, "root")], holds=False),
        "a rotation replayed": Entry(10, ROOT, [again]),
        "a rotation back": Entry(10, ROOT, [rotate("publisher", NEW_PUBLISHER, PUBLISHER)]),
    }


def accepted() -> dict[str, tuple[Entry, list[Question]]]:
    """Return key entries that a log takes, and questions about batches once they are read."""
    rotated: list[Question] = [(PUBLISHER, "summary", index) for index in (4, 8)]
    return {
        "revoke of a rotated key": (
            Entry(10, ROOT, [event("revoke", PUBLISHER, "publisher")]),
            [*rotated, (PUBLISHER, "summary", 11), (NEW_PUBLISHER, "summary", 11)],
        ),
        "revoke of a rotated key with from": (
            Entry(10, ROOT, [event("revoke", PUBLISHER, "publisher", since=8)]),
            rotated,
        ),
        "revoke in another role": (
            Entry(8, ROOT, [event("revoke", STRANGER, "publisher")]),
            [(STRANGER, "shard", 9)],
        ),
        "add and revoke in one batch": (
            Entry(
                8,
                ROOT,
                [event("add", NEW_PRODUCER, "producer"), event("revoke", NEW_PRODUCER, "producer")],
            ),
            [(NEW_PRODUCER, "shard", 9)],
        ),
        "revoke of a log key with from": (
            Entry(11, ROOT, [event("revoke", NEW_LOG, "log", since=9)]),
            [],
        ),
    }


def _weak_id(key: bytes) -> str:
    return sha256(b"weak.example/key\n" + key).hexdigest()[:8]
