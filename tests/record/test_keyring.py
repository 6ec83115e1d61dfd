"""Keys over a log's life: validity is by index and role. Threats T11 and T12."""

import time
from itertools import permutations

import pytest

from ledger.errors import CannotTellError, LedgerError, MalformedError, VerificationError
from ledger.record.batch import parse_batch
from ledger.record.keyring import KeyRing, RegisteredKey
from ledger.record.record import Record
from ledger.record.vocabulary import KEY_ROLES, KINDS
from ledger.signing.keys import Ed25519Signer, Signer
from ledger.signing.note import Note, NoteSignature
from tests.makers import (
    LOG,
    PRODUCER,
    PUBLISHER,
    ROOT,
    STRANGER,
    WITNESS,
    batch,
    key_event,
    seed,
    shard,
)
from tests.record.twins import twins

Event = tuple[str, Signer, str]


def append(ring: KeyRing, index: int, *events: Event, by: Signer = ROOT) -> None:
    signed = batch(by, "key", [key_event(*event) for event in events])
    records = [sealed.record for sealed in signed.records]
    ring.add_batch(Note.from_bytes(signed.note), records, index)


def begun() -> KeyRing:
    ring = KeyRing()
    append(ring, 0, ("add", ROOT, "root"), ("add", PRODUCER, "producer"))
    return ring


def shard_note(by: Signer = PRODUCER) -> Note:
    return Note.from_bytes(batch(by, "shard", [shard()]).note)


def accepts(ring: KeyRing, index: int, by: Signer = PRODUCER) -> bool:
    try:
        ring.check(shard_note(by), kind="shard", index=index)
    except VerificationError:
        return False
    return True


def test_a_log_begins_with_its_root_key() -> None:
    ring = begun()
    assert [(one.key, one.role, one.since, one.until) for one in ring.keys] == [
        (ROOT.key, "root", 0, None),
        (PRODUCER.key, "producer", 0, None),
    ]


@pytest.mark.parametrize(
    "events",
    [
        [("add", PRODUCER, "producer"), ("add", ROOT, "root")],
        [("add", ROOT, "producer")],
        [("revoke", ROOT, "root")],
    ],
)
def test_nothing_else_begins_a_log(events: list[Event]) -> None:
    with pytest.raises(VerificationError, match="begins with a record that adds a root key"):
        append(KeyRing(), 0, *events)


def test_the_root_key_signs_the_batch_that_names_it() -> None:
    imposter = Ed25519Signer(ROOT.key.name, seed(50))
    for signer in (STRANGER, imposter):
        with pytest.raises(VerificationError, match="not signed by the root key it adds"):
            append(KeyRing(), 0, ("add", ROOT, "root"), by=signer)


def test_the_signature_on_the_first_batch_is_checked() -> None:
    # Name and id are those of the root key it adds; the signature is of another text.
    signed = batch(ROOT, "key", [key_event("add", ROOT, "root")])
    other = batch(ROOT, "key", [key_event("add", ROOT, "root"), key_event("add", STRANGER, "root")])
    lines = Note.from_bytes(other.note).signatures
    forged = Note(Note.from_bytes(signed.note).text, lines)
    with pytest.raises(VerificationError, match=r"the signature of lab\.example/root fails"):
        KeyRing().add_batch(forged, [signed.records[0].record], 0)


def test_a_log_does_not_begin_twice() -> None:
    with pytest.raises(CannotTellError):
        append(KeyRing(), 3, ("add", ROOT, "root"))


# The roles of a key, the kinds of a batch, and whether one may sign the other.
MAY = {
    ("root", "key"),
    ("producer", "shard"),
    ("producer", "release"),
    ("producer", "summary"),
    ("producer", "terms"),
    ("producer", "correction"),
    ("producer", "audit"),
    ("publisher", "release"),
    ("publisher", "summary"),
}


@pytest.mark.parametrize("role", KEY_ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_role_may_sign(role: str, kind: str) -> None:
    ring = begun()
    signer = LOG if role == "log" else STRANGER
    append(ring, 1, ("add", signer, role))
    note = shard_note(signer)
    if (role, kind) in MAY:
        assert ring.check(note, kind=kind, index=2).role == role
    else:
        with pytest.raises(VerificationError, match=f"may not sign a batch of kind {kind}"):
            ring.check(note, kind=kind, index=2)


def test_t11_a_key_is_valid_from_its_registration_to_its_revocation() -> None:
    ring = begun()
    append(ring, 5, ("add", STRANGER, "producer"))
    append(ring, 9, ("revoke", STRANGER, "producer"))
    valid = [index for index in range(12) if accepts(ring, index, STRANGER)]
    assert valid == [5, 6, 7, 8]
    with pytest.raises(VerificationError, match="registered at entry 5, revoked at entry 9"):
        ring.check(shard_note(STRANGER), kind="shard", index=9)


@pytest.mark.parametrize("order", list(permutations(["sign", "revoke", "forge"])))
def test_t11_t12_only_the_order_in_the_log_counts(order: tuple[str, ...]) -> None:
    ring = begun()
    verdicts = {}
    for index, what in enumerate(order, 1):
        if what == "revoke":
            append(ring, index, ("revoke", PRODUCER, "producer"))
        else:  # whatever date a thief writes into it, it is logged now
            verdicts[what] = accepts(ring, index)
    for what, verdict in verdicts.items():
        assert verdict == (order.index(what) < order.index("revoke"))


def test_rotation_is_adding_one_and_revoking_the_other() -> None:
    ring = begun()
    append(ring, 4, ("add", STRANGER, "producer"), ("revoke", PRODUCER, "producer"))
    assert [accepts(ring, index) for index in (3, 4)] == [True, False]
    assert [accepts(ring, index, STRANGER) for index in (3, 4)] == [False, True]


@pytest.mark.parametrize("by", [PRODUCER, PUBLISHER])
def test_only_a_root_key_signs_key_events(by: Signer) -> None:
    ring = begun()
    append(ring, 1, ("add", PUBLISHER, "publisher"))
    with pytest.raises(VerificationError, match="may not sign a batch of kind key"):
        append(ring, 2, ("add", STRANGER, "producer"), by=by)
    assert STRANGER.key not in {one.key for one in ring.keys}


def test_an_unknown_key_signs_nothing() -> None:
    ring = begun()
    with pytest.raises(CannotTellError, match="no key record registers that key"):
        append(ring, 1, ("add", STRANGER, "root"), by=STRANGER)
    with pytest.raises(CannotTellError, match=r"entry 7 is signed by 'stranger\.example'"):
        ring.check(shard_note(STRANGER), kind="shard", index=7)
    imposter = Ed25519Signer(PRODUCER.key.name, seed(51))
    with pytest.raises(CannotTellError):
        ring.check(shard_note(imposter), kind="shard", index=7)


def test_a_root_key_can_hand_over_and_then_signs_no_more() -> None:
    ring = begun()
    append(ring, 3, ("add", STRANGER, "root"), ("revoke", ROOT, "root"))
    with pytest.raises(VerificationError, match="may not sign"):
        append(ring, 4, ("add", PUBLISHER, "publisher"))
    append(ring, 4, ("add", PUBLISHER, "publisher"), by=STRANGER)


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (("add", PRODUCER, "producer"), "adds the key of 'lab.example/producer' again"),
        (("add", PRODUCER, "root"), "again"),
        (("revoke", STRANGER, "producer"), "revokes 'stranger.example', which is not valid"),
    ],
)
def test_an_event_that_contradicts_the_ring(event: Event, problem: str) -> None:
    with pytest.raises(VerificationError, match=problem):
        append(begun(), 1, event)


def test_a_revoked_key_never_returns() -> None:
    ring = begun()
    append(ring, 1, ("revoke", PRODUCER, "producer"))
    for event in (("add", PRODUCER, "producer"), ("revoke", PRODUCER, "producer")):
        with pytest.raises(VerificationError):
            append(ring, 2, event)
    assert not accepts(ring, 9)


def test_a_forged_signature_by_a_valid_key() -> None:
    note = shard_note()
    line = note.signatures[0]
    forged = NoteSignature(
        line.name, line.key_id, bytes([line.signature[0] ^ 1]) + line.signature[1:]
    )
    with pytest.raises(VerificationError, match="fails"):
        begun().check(Note(note.text, (forged,)), kind="shard", index=1)


def test_a_key_that_cosigns_registers_for_nothing() -> None:
    with pytest.raises(MalformedError, match="cosigns checkpoints"):
        append(begun(), 1, ("add", WITNESS, "producer"))


def test_a_record_of_another_kind_is_no_event() -> None:
    note = Note.from_bytes(batch(ROOT, "key", [key_event("add", PUBLISHER, "publisher")]).note)
    with pytest.raises(LedgerError):
        begun().add_batch(note, [Record.parse("shard", shard())], 1)


def test_validity_is_since_inclusive_until_exclusive() -> None:
    key = RegisteredKey(PRODUCER.key, "producer", 2, 4)
    assert [key.is_valid(index, "shard") for index in range(6)] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_a_log_may_register_thousands_of_keys() -> None:
    # Each was once looked for among all the others.
    ring = begun()
    signers = [Ed25519Signer("lab.example/many", seed(10_000 + at)) for at in range(3000)]
    events = [("add", signer, "producer") for signer in signers]
    start = time.process_time()
    append(ring, 1, *events)
    append(ring, 2, *[("revoke", signer, "producer") for signer in signers[::2]])
    assert time.process_time() - start < 10
    assert [accepts(ring, 3, signer) for signer in signers[:4]] == [False, True, False, True]
    assert len(ring.keys) == 3002


def test_a_ring_is_taken_up_where_it_was_left() -> None:
    ring = begun()
    again = KeyRing(list(ring.keys))
    assert again == ring
    append(again, 1, ("revoke", PRODUCER, "producer"))
    assert accepts(ring, 2)
    assert not accepts(again, 2)


def test_a_second_key_of_one_name_and_id_is_not_registered() -> None:
    one, two = twins()
    ring = KeyRing([RegisteredKey(ROOT.key, "root", 0)])
    events = [
        Record.parse(
            "key",
            {
                "key": {"action": "add", "vkey": str(key), "role": "producer"},
                "basis": {"key": "declared"},
                "claimed_at": "2026-11-24T00:00:00Z",
            },
        )
        for key in (one, two)
    ]
    note = parse_batch(batch(ROOT, "key", [event.fields for event in events]).note)[1]
    with pytest.raises(VerificationError, match=r"adds the key of 'twin\.example/key' again"):
        ring.add_batch(note, events, 1)
