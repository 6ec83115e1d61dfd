"""Evidence that shows part of a log: what part of the truth is true, and what it cannot hide."""

import base64
from collections.abc import Iterator
from typing import Any

from ledger.proof.evidence import EntryEvidence
from ledger.record.batch import SealedRecord
from ledger.record.canonical import JSON
from ledger.record.key_event import rotation_of, rotation_text
from ledger.signing.keys import Signer
from ledger.signing.note import Note, NoteSignature, sign_note
from tests.formats.any_fields import Listed, committed, opened
from tests.formats.cases import Case, edited, one_shard, whole_log
from tests.formats.examples import (
    ORIGIN,
    PRODUCER,
    ROOT,
    STRANGER,
    ExampleLog,
    key_record,
    keys_log,
    sealed,
    shard_fields,
)


def less_than_all(text: str) -> Iterator[Case]:
    """Yield the example with something taken away or added that changes no value."""

    def hide(value: Any) -> None:
        value["entries"][1]["records"][1]["opening"]["fields"].pop(0)

    def sign(value: Any) -> None:
        line = base64.b64encode(bytes(68)).decode()
        value["checkpoint"] += f"\N{EM DASH} nobody.example/key {line}\n"

    for name, what, edit in (
        ("entry-left-out", "the release's entry is left out", lambda v: v["entries"].pop()),
        ("field-not-shown", "one of the opened fields is left out", hide),
        ("unknown-signature-line", "the line of a key that nobody trusts is added", sign),
    ):
        yield Case(name, what, "witnessed", edited(text, edit))


def _event(action: str, signer: Signer, **more: JSON) -> SealedRecord:
    fields = key_record(action, signer, "producer")
    key = fields["key"]
    assert isinstance(key, dict)
    return sealed("key", {**fields, "key": {**key, **more}}, 0x13)


def keys_replaced() -> Iterator[Case]:
    """Yield logs whose keys are taken back or rotated."""
    log = keys_log()
    log.append(PRODUCER, [one_shard()])
    log.append(ROOT, [_event("revoke", PRODUCER, **{"from": 1})])
    yield whole_log("revoked-from-before", "the key was revoked from the entry it signed", log)

    log = keys_log()
    log.append(PRODUCER, [one_shard()])
    note = rotation_of(ORIGIN, "producer", old=PRODUCER, new=STRANGER).note
    log.append(ROOT, [_event("rotate", PRODUCER, successor=str(STRANGER.key), note=note or "")])
    log.append(STRANGER, [one_shard()])
    yield whole_log("rotated-afterwards", "each key signed before and after the rotation", log)
    log.append(PRODUCER, [one_shard()])
    yield whole_log("rotated", "the old key signed again after the rotation", log)

    log = keys_log()
    alone = sign_note(rotation_text(ORIGIN, PRODUCER.key, STRANGER.key), [PRODUCER])
    text = alone.to_bytes().decode()
    log.append(ROOT, [_event("rotate", PRODUCER, successor=str(STRANGER.key), note=text)])
    yield whole_log("rotated-alone", "the new key did not sign the note of its rotation", log)


def keys_over_time() -> Iterator[Case]:
    """Yield logs whose keys come and go."""
    log = keys_log()
    log.append(PRODUCER, [one_shard()])
    log.append(ROOT, [sealed("key", key_record("revoke", PRODUCER, "producer"), 0x13)])
    yield whole_log("revoked-afterwards", "the key was revoked after it signed", log)

    log = keys_log()
    log.append(ROOT, [sealed("key", key_record("revoke", PRODUCER, "producer"), 0x13)])
    log.append(PRODUCER, [one_shard()])
    entries = [log.entry(0), log.entry(2)]
    what = "the entry that revokes the producer's key is left out: evidence cannot show that"
    yield _case("revocation-left-out", what, log, entries)

    yield from keys_replaced()

    log = keys_log()
    log.append(STRANGER, [one_shard()])
    log.append(ROOT, [sealed("key", key_record("add", STRANGER, "producer"), 0x13)])
    yield whole_log("registered-afterwards", "a later entry adds the key that signed", log)

    log = keys_log()
    changes = [("add", 0x13), ("revoke", 0x14)]
    events = [
        sealed("key", key_record(change, STRANGER, "producer"), first) for change, first in changes
    ]
    log.append(ROOT, events)
    yield whole_log("added-and-revoked", "one batch adds a key and revokes it", log)

    log = keys_log()
    batch = log.append(PRODUCER, [one_shard()])
    line = NoteSignature(STRANGER.key.name, STRANGER.key.id, bytes(63))
    short = Note(batch.batch.to_text(), (line,)).to_bytes()
    log.append_note(short)
    what = "an unregistered key's signature has 63 bytes"
    yield _case("unregistered-short-signature", what, log, [log.entry(0), log.entry(2)])


def hidden_fields() -> Iterator[Case]:
    """Yield records opened by field beside fields that are not shown."""
    fields = sorted(shard_fields()[1].items())
    crawled: tuple[str, Any] = ("source", {"category": "crawled"})
    twice = [*fields[:-1], crawled, fields[-1]]
    few = [fields[1], crawled, fields[-1]]
    many: Listed = [*fields, *((f"z{number}", number) for number in range(10, 20))]
    strange: Listed = [*fields[:3], ("copyright", "cleared"), *fields[3:]]
    for name, what, listed, places in (
        ("name-twice", "a record has `source` twice; one of them is shown", twice, (7,)),
        ("name-twice-of-three", "the same, and the record has three fields", few, (1,)),
        ("more-fields-than-the-kind", "ten fields hidden after `source`", many, (7,)),
        ("no-field-fits", "a field hidden between `content` and `dataset`", strange, (2, 4)),
    ):
        log = keys_log()
        log.append(PRODUCER, [committed("shard", listed)])
        shown = log.entry(1, {0: opened(listed, *places)})
        yield _case(name, what, log, [log.entry(0), shown])


def _case(name: str, what: str, log: ExampleLog, entries: list[EntryEvidence]) -> Case:
    return Case(name, what, "witnessed", log.evidence(entries).to_bytes().decode())
