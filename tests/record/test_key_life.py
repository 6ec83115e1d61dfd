"""Keys that are replaced, stolen and taken back, in every order. Threats T11, T12, T13, T14."""

from hashlib import sha256
from itertools import permutations

import pytest

from ledger.checkpoint.cosignature import MLDSA44Cosigner
from ledger.errors import LedgerError, MalformedError, VerificationError
from ledger.proof.verify import StepFailedError, verify
from ledger.record.batch import SignedBatch
from ledger.record.canonical import JSON
from ledger.record.key_event import KeyEvent, rotation_of
from ledger.record.keyring import KeyRing
from ledger.record.record import Record
from ledger.signing.base64 import encode_base64
from ledger.signing.ed25519 import _SMALL_ORDER
from ledger.signing.keys import Ed25519Signer, KeyType, Signer
from ledger.signing.note import Note, sign_note
from tests.makers import (
    CLAIMED_AT,
    LOG,
    ORIGIN,
    PRODUCER,
    PUBLISHER,
    ROOT,
    STRANGER,
    UNWITNESSED,
    WITNESS_PQ,
    MemoryLog,
    batch,
    key_event,
    rotation,
    seed,
    shard,
)

Fields = dict[str, JSON]
NEXT = Ed25519Signer("lab.example/producer", seed(30))
NEXT_ROOT = Ed25519Signer("lab.example/root", seed(31))
NEXT_LOG = Ed25519Signer(ORIGIN, seed(32))


def append(ring: KeyRing, index: int, *events: Fields, by: Signer = ROOT) -> None:
    signed = batch(by, "key", events)
    ring.add_batch(Note.from_bytes(signed.note), [one.record for one in signed.records], index)


def begun() -> KeyRing:
    ring = KeyRing()
    roles: list[tuple[Signer, str]] = [(ROOT, "root"), (PRODUCER, "producer"), (LOG, "log")]
    append(ring, 0, *[key_event("add", signer, role) for signer, role in roles])
    return ring


def log_of(*batches: SignedBatch) -> MemoryLog:
    log = MemoryLog()
    log.append(*batches)
    return log


def valid(ring: KeyRing, signer: Signer, upto: int = 12) -> list[int]:
    known = ring.find(signer.key)
    assert known is not None
    return [index for index in range(upto) if known.is_valid(index, "shard")]


def changed(event: Fields, **members: JSON) -> Fields:
    key = event["key"]
    assert isinstance(key, dict)
    return {**event, "key": {**key, **members}}


def test_t11_a_rotated_key_hands_over_at_one_index() -> None:
    ring = begun()
    append(ring, 5, rotation(PRODUCER, NEXT))
    assert valid(ring, PRODUCER) == [0, 1, 2, 3, 4]
    assert valid(ring, NEXT) == [5, 6, 7, 8, 9, 10, 11]
    old = ring.find(PRODUCER.key)
    assert old is not None
    assert (old.rotated, old.successor, old.revoked) == (5, NEXT.key, None)
    assert old.story() == "registered at entry 0, rotated at entry 5"


def test_t11_a_revocation_reaches_back_to_where_the_key_was_stolen() -> None:
    ring = begun()
    append(ring, 8, key_event("revoke", PRODUCER, "producer", since=3, reason="laptop stolen"))
    assert valid(ring, PRODUCER) == [0, 1, 2]
    known = ring.find(PRODUCER.key)
    assert known is not None
    assert known.story() == "registered at entry 0, revoked at entry 8 from entry 3 on"


def test_t11_a_second_revocation_can_only_take_back_more() -> None:
    ring = begun()
    append(ring, 4, key_event("revoke", PRODUCER, "producer"))
    for since in (4, 5, 6):
        with pytest.raises(VerificationError, match="which is not valid"):
            append(ring, 6, key_event("revoke", PRODUCER, "producer", since=since))
    append(ring, 6, key_event("revoke", PRODUCER, "producer", since=2))
    assert valid(ring, PRODUCER) == [0, 1]


def test_t11_a_rotated_key_can_still_be_taken_back() -> None:
    ring = begun()
    append(ring, 5, rotation(PRODUCER, NEXT))
    append(ring, 9, key_event("revoke", PRODUCER, "producer", since=2))
    assert valid(ring, PRODUCER) == [0, 1]
    assert valid(ring, NEXT) == [5, 6, 7, 8, 9, 10, 11]
    late = begun()
    append(late, 5, rotation(PRODUCER, NEXT))
    append(late, 9, key_event("revoke", PRODUCER, "producer"))
    assert valid(late, PRODUCER) == [0, 1, 2, 3, 4]  # and not up to 8: it was replaced at 5
    known = late.find(PRODUCER.key)
    assert known is not None
    assert known.story() == "registered at entry 0, rotated at entry 5, revoked at entry 9"


@pytest.mark.parametrize("since", [2, 10])
def test_t11_from_lies_between_registration_and_revocation(since: int) -> None:
    ring = begun()
    append(ring, 3, key_event("add", STRANGER, "producer"))
    with pytest.raises(VerificationError, match=f"from entry {since} on; it was registered at en"):
        append(ring, 9, key_event("revoke", STRANGER, "producer", since=since))
    append(ring, 9, key_event("revoke", STRANGER, "producer", since=3))
    assert valid(ring, STRANGER) == []


def test_t11_a_root_key_is_not_taken_back() -> None:
    # Else the keys that it registered, and this very revocation, would hang in the air.
    ring = begun()
    append(ring, 2, key_event("add", NEXT_ROOT, "root"))
    for since in (1, 5):
        with pytest.raises(VerificationError, match="revokes a root key from entry"):
            append(ring, 5, key_event("revoke", ROOT, "root", since=since), by=NEXT_ROOT)
    append(ring, 5, key_event("revoke", ROOT, "root"), by=NEXT_ROOT)


STORIES = ["sign", "forge", "revoke"]


@pytest.mark.parametrize("order", list(permutations(STORIES)))
@pytest.mark.parametrize("reach", [False, True])
def test_t11_t12_all_orders_of_events_in_the_verifier(order: tuple[str, ...], reach: bool) -> None:
    """Evidence of each entry, with all key entries under the checkpoint."""
    batches = [
        batch(
            ROOT,
            "key",
            [key_event("add", ROOT, "root"), key_event("add", PRODUCER, "producer")],
        )
    ]
    stolen_at = 1 + order.index("forge")
    for index, what in enumerate(order, 1):
        if what == "revoke":
            since: dict[str, JSON] = {"since": min(stolen_at, index)} if reach else {}
            event = key_event("revoke", PRODUCER, "producer", **since)
            batches.append(batch(ROOT, "key", [event]))
        else:
            # What a thief signs bears any date he likes: here one before the log began.
            fields = {**shard(index), "claimed_at": "2001-01-01T00:00:00Z"}
            batches.append(batch(PRODUCER, "shard", [fields]))
    log = log_of(*batches)
    revoked = 1 + order.index("revoke")
    until = min(stolen_at, revoked) if reach else revoked
    for what in ("sign", "forge"):
        index = 1 + order.index(what)
        shown = sorted({0, index, revoked})
        evidence = log.evidence(*[log.entry(at) for at in shown])
        if index >= until:
            with pytest.raises(StepFailedError, match=f"revoked at entry {revoked}") as refused:
                verify(evidence, UNWITNESSED)
            assert refused.value.number == 4
        else:
            (warning,) = verify(evidence, UNWITNESSED).warnings[1:]
            assert warning == (
                f"key later revoked at entry {revoked}: {PRODUCER.key.label}, "
                f"which signed entry {index}"
            )


def test_t12_a_thief_who_kept_the_old_key_comes_too_late() -> None:
    log = log_of(
        batch(
            ROOT,
            "key",
            [key_event("add", ROOT, "root"), key_event("add", PRODUCER, "producer")],
        ),
        batch(PRODUCER, "shard", [shard(1)]),
        batch(ROOT, "key", [rotation(PRODUCER, NEXT)]),
        batch(PRODUCER, "shard", [{**shard(2), "claimed_at": "2020-01-01T00:00:00Z"}]),
        batch(NEXT, "shard", [shard(3)]),
    )
    with pytest.raises(StepFailedError, match="rotated at entry 2"):
        verify(log.evidence(log.entry(0), log.entry(2), log.entry(3)), UNWITNESSED)
    good = [log.entry(at) for at in (0, 1, 2, 4)]
    warnings = verify(log.evidence(*good), UNWITNESSED).warnings
    assert warnings[1:] == (
        f"key later rotated at entry 2: {PRODUCER.key.label}, which signed entry 1",
    )


def test_a_warning_names_a_key_once() -> None:
    ring = begun()
    append(ring, 20, key_event("revoke", PRODUCER, "producer"))
    (warning,) = ring.look_back([(at, PRODUCER.key) for at in range(1, 12)])
    assert warning.endswith("which signed entries 1, 2, 3, 4, 5, 6, 7, 8, …")
    assert ring.look_back([(1, ROOT.key), (2, STRANGER.key)]) == ()


def test_a_root_key_rotates_with_the_signature_of_the_old_one() -> None:
    ring = begun()
    handover = rotation(ROOT, NEXT_ROOT, "root")
    with pytest.raises(LedgerError, match="no key record registers that key"):
        append(begun(), 3, handover, by=NEXT_ROOT)
    append(ring, 3, handover)
    with pytest.raises(VerificationError, match="rotated at entry 3"):
        append(ring, 4, key_event("add", PUBLISHER, "publisher"))
    append(ring, 4, key_event("add", PUBLISHER, "publisher"), by=NEXT_ROOT)


def test_t13_a_log_key_rotates_and_signs_along_until_it_is_revoked() -> None:
    ring = begun()
    append(ring, 2, rotation(LOG, NEXT_LOG, "log"))
    old, new = ring.find(LOG.key), ring.find(NEXT_LOG.key)
    assert old is not None
    assert new is not None
    assert (old.rotated, old.until, new.since, new.role) == (2, None, 2, "log")
    assert old.key.name == new.key.name == ORIGIN
    assert old.is_trusted(7)
    append(ring, 8, key_event("revoke", LOG, "log"))
    old = ring.find(LOG.key)
    assert old is not None
    assert [old.is_trusted(index) for index in (7, 8)] == [True, False]


def test_t13_a_log_key_has_the_name_of_the_log_and_signs_no_batch() -> None:
    with pytest.raises(MalformedError, match=r"has its name, not 'stranger\.example'"):
        append(begun(), 1, key_event("add", STRANGER, "log"))
    moved = Ed25519Signer("other.example/log", seed(33))
    with pytest.raises(MalformedError, match="has its name"):
        append(begun(), 1, rotation(LOG, moved, "log"))
    note = Note.from_bytes(batch(LOG, "shard", [shard()]).note)
    with pytest.raises(VerificationError, match="may not sign a batch of kind shard"):
        begun().check(note, kind="shard", index=1)


def test_an_ml_dsa_log_key_is_added_and_revoked_and_does_not_rotate() -> None:
    one = MLDSA44Cosigner(ORIGIN, seed(34), lambda: 0)
    two = MLDSA44Cosigner(ORIGIN, seed(35), lambda: 0)
    ring = begun()
    append(ring, 1, key_event("add", one, "log"))
    event = changed(rotation(LOG, NEXT_LOG, "log"), vkey=str(one.key), successor=str(two.key))
    with pytest.raises(MalformedError, match="signs no notes, so it cannot rotate"):
        append(ring, 2, event)
    append(ring, 2, key_event("add", two, "log"))
    append(ring, 3, key_event("revoke", one, "log"))
    for role in ("producer", "publisher", "root"):
        with pytest.raises(MalformedError, match="cosigns checkpoints"):
            append(ring, 4, key_event("add", WITNESS_PQ, role))


def _signed_by(*signers: Signer, text: str | None = None) -> JSON:
    event = rotation_of(ORIGIN, "producer", old=PRODUCER, new=NEXT)
    return (
        sign_note(text or Note.from_bytes(str(event.note).encode()).text, signers)
        .to_bytes()
        .decode()
    )


def _replayed() -> Fields:
    """The note of a rotation that did happen, for another successor."""
    return changed(
        rotation(PRODUCER, NEXT),
        note=rotation(PRODUCER, PUBLISHER)["key"]["note"],  # type: ignore[index,call-overload]
    )


GOOD = rotation(PRODUCER, NEXT)
FALSE_ROTATIONS = {
    "only the old key signed": (changed(GOOD, note=_signed_by(PRODUCER)), "by the old key and"),
    "only the new key signed": (changed(GOOD, note=_signed_by(NEXT)), "by the old key and"),
    "signed in the other order": (changed(GOOD, note=_signed_by(NEXT, PRODUCER)), "by the old"),
    "the old key signed twice": (changed(GOOD, note=_signed_by(PRODUCER, PRODUCER)), "by the old"),
    "a third key signed too": (
        changed(GOOD, note=_signed_by(PRODUCER, NEXT, STRANGER)),
        "by the old key and",
    ),
    "the root signed for the new key": (changed(GOOD, note=_signed_by(PRODUCER, ROOT)), "by the"),
    "a note of another log": (
        rotation(PRODUCER, NEXT, origin="other.example/log"),
        "about something else",
    ),
    "a note about other keys": (_replayed(), "about something else"),
    "the same key": (rotation(PRODUCER, PRODUCER), "by the old key|adds the key|signed the same"),
    "another role": (rotation(PRODUCER, NEXT, "publisher"), "as publisher, and it is producer"),
    "a key that nobody registered": (rotation(STRANGER, NEXT), "which is not valid"),
    "a successor that is registered": (rotation(PRODUCER, ROOT), "adds the key of"),
    "no note": (key_event("rotate", PRODUCER, "producer", successor=str(NEXT.key)), "amiss"),
    "no successor": (key_event("rotate", PRODUCER, "producer", note=_signed_by(NEXT)), "amiss"),
    "a note that is none": (changed(GOOD, note="hello"), "a note is a text"),
    "a revocation's member": (changed(GOOD, **{"from": 1}), "amiss"),
    "an addition with an index": (key_event("add", STRANGER, "producer", since=1), "amiss"),
    "an addition with a successor": (
        key_event("add", STRANGER, "producer", successor=str(NEXT.key)),
        "amiss",
    ),
    "a forged signature": (
        changed(
            GOOD,
            note=str(_signed_by(PRODUCER, NEXT)).replace(
                str(_signed_by(PRODUCER)).split()[-1],
                str(_signed_by(PRODUCER, text="tdl/key/v1\n")).split()[-1],
            ),
        ),
        "the signature of lab.example/producer fails",
    ),
}


@pytest.mark.parametrize("name", FALSE_ROTATIONS)
def test_a_rotation_that_both_keys_did_not_agree_to_here(name: str) -> None:
    event, reason = FALSE_ROTATIONS[name]
    ring = begun()
    before = list(ring.keys)
    with pytest.raises(LedgerError, match=reason):
        append(ring, 1, event)
    assert ring.keys == before


def test_the_note_of_a_rotation_is_of_no_use_a_second_time() -> None:
    ring = begun()
    append(ring, 1, GOOD)
    with pytest.raises(VerificationError, match="which is not valid"):
        append(ring, 2, GOOD)
    back = begun()
    append(back, 1, GOOD)
    # Neither back to the old key, nor after its revocation.
    with pytest.raises(VerificationError, match="adds the key of"):
        append(back, 2, rotation(NEXT, PRODUCER))
    revoked = begun()
    append(revoked, 1, key_event("revoke", PRODUCER, "producer"))
    with pytest.raises(VerificationError, match="which is not valid"):
        append(revoked, 2, GOOD)


def test_a_revoked_public_key_does_not_return_under_another_name() -> None:
    ring = begun()
    append(ring, 1, key_event("revoke", PRODUCER, "producer"))
    renamed = Ed25519Signer("lab.example/other", seed(3))
    with pytest.raises(VerificationError, match=r"adds the key of 'lab\.example/other' again"):
        append(ring, 2, key_event("add", renamed, "producer"))


@pytest.mark.parametrize("point", sorted(_SMALL_ORDER), ids=lambda point: point.hex()[:8])
@pytest.mark.parametrize("member", ["vkey", "successor"])
def test_t14_registration_runs_the_guard(point: bytes, member: str) -> None:
    key = bytes([KeyType.ED25519]) + point
    key_id = sha256(b"weak.example/key\n" + key).hexdigest()[:8]
    weak = f"weak.example/key+{key_id}+{encode_base64(key)}"
    event = changed(GOOD if member == "successor" else key_event("add", NEXT, "producer"))
    with pytest.raises(MalformedError, match=r"small order|not canonical"):
        append(begun(), 1, changed(event, **{member: weak}))


def test_what_a_key_record_says_is_read_as_it_was_written() -> None:
    for event in (
        KeyEvent(action="add", key=NEXT.key, role="producer", reason="new cluster"),
        KeyEvent(action="revoke", key=NEXT.key, role="producer", since=4, reason="stolen"),
        rotation_of(ORIGIN, "producer", old=PRODUCER, new=NEXT, reason="yearly"),
    ):
        record = event.to_record(CLAIMED_AT)
        assert KeyEvent.of(Record.parse("key", record.fields)) == event
