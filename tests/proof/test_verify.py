"""The verifier: what it accepts, and the step at which it refuses everything else."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ledger.checkpoint.checkpoint import Checkpoint
from ledger.checkpoint.trust import Trust
from ledger.errors import CannotTellError, VerificationError
from ledger.proof.evidence import EntryEvidence, Evidence, FieldsOpening, WholeOpening
from ledger.proof.verify import StepFailedError, StepUnclearError, Verified, verify
from ledger.record.batch import SealedRecord, SignedBatch, sign_batch
from ledger.record.canonical import JSON, encode
from ledger.record.record import Record
from ledger.signing.keys import Ed25519Signer
from ledger.signing.note import Note, sign_note
from ledger.tree.hashing import Hash
from tests.makers import (
    LOG,
    ORIGIN,
    PRODUCER,
    PUBLISHER,
    ROOT,
    STRANGER,
    TIME,
    TRUST,
    UNWITNESSED,
    WITNESS,
    WITNESS_PQ,
    MemoryLog,
    Show,
    batch,
    closed,
    example_evidence,
    example_log,
    key_event,
    keys_batch,
    only,
    release,
    seed,
    shard,
    whole,
)

STEPS = ("Checkpoint", "Entries", "Records", "Producers")


def log_of(*batches: SignedBatch) -> MemoryLog:
    log = MemoryLog()
    log.append(*batches)
    return log


def fails(
    evidence: Evidence, number: int, reason: str | None = None, trust: Trust = TRUST
) -> StepFailedError:
    """Check that verification fails at this step, for this reason, with the steps before done."""
    with pytest.raises(StepFailedError, match=reason) as caught:
        verify(evidence, trust)
    error = caught.value
    assert (error.number, error.name) == (number, STEPS[number - 1])
    assert str(error).startswith(f"step {number}, {STEPS[number - 1]}: ")
    assert [step.name for step in error.done] == list(STEPS[: number - 1])
    return error


def is_unclear(
    evidence: Evidence, number: int, reason: str, trust: Trust = TRUST
) -> StepUnclearError:
    with pytest.raises(StepUnclearError, match=reason) as caught:
        verify(evidence, trust)
    error = caught.value
    assert (error.number, error.name) == (number, STEPS[number - 1])
    assert [step.name for step in error.done] == list(STEPS[: number - 1])
    return error


def shown(verified: Verified) -> dict[str, tuple[str, str, set[str], bool]]:
    return {
        str(one.id): (one.kind, one.producer, set(one.fields), one.record is not None)
        for one in verified.records
    }


def test_evidence_of_every_kind_of_opening() -> None:
    verified = verify(Evidence.from_bytes(example_evidence().to_bytes()), TRUST)
    key = {"key", "basis", "claimed_at"}
    assert shown(verified) == {
        "0.0": ("key", "lab.example/root", key, True),
        "0.1": ("key", "lab.example/root", key, True),
        "0.2": ("key", "lab.example/root", key, True),
        "1.1": ("shard", "lab.example/producer", set(shard()), True),
        "1.2": ("shard", "lab.example/producer", {"measures", "source"}, False),
        "1.4": ("shard", "lab.example/producer", set(), False),
        "2.0": ("release", "lab.example/publisher", set(release()), True),
    }
    assert [(step.number, step.name) for step in verified.steps] == list(enumerate(STEPS, 1))
    assert all(step.computed and step.means for step in verified.steps)
    assert verified.checkpoint.seen_at == TIME + 1  # when both had seen it
    assert verified.warnings == ()
    by_field = {str(one.id): one for one in verified.records}["1.2"]
    assert by_field.fields == {name: shard(2)[name] for name in ("measures", "source")}


def test_what_the_steps_say() -> None:
    log = example_log()
    steps = verify(example_evidence(log), TRUST).steps
    root = log.tiles.edge.root().hex()[:16]
    assert [(step.computed, step.means) for step in steps[:3]] == [
        (
            f"lab.example/log signed size 4, root {root}…, 2 cosignatures",
            "the log lab.example/log states that this is its whole tree, "
            "and the quorum both saw it",
        ),
        (
            "inclusion of entry 0, 1, 2 in the tree of size 4",
            "the log holds these entries, and cannot take them back",
        ),
        (
            "7 records hashed into the signed batch roots",
            "6 records shown here: as recorded, not a character changed",
        ),
    ]
    unasked = verify(example_evidence(log), UNWITNESSED).steps[0]
    assert unasked.means == "the log lab.example/log states that this is its whole tree"


def test_every_record_of_the_log_at_once() -> None:
    log = example_log()
    verified = verify(log.evidence(), TRUST)
    assert [str(one.id) for one in verified.records] == [
        *["0.0", "0.1", "0.2", "1.0", "1.1", "1.2", "1.3", "1.4", "2.0", "3.0", "3.1"]
    ]
    assert [one.record for one in verified.records if one.kind == "shard"] == [
        Record.parse("shard", shard(number)) for number in (0, 1, 2, 3, 4, 8, 9)
    ]


def test_the_smallest_log_of_all() -> None:
    verified = verify(log_of(keys_batch()).evidence(), TRUST)
    assert verified.checkpoint.checkpoint.size == 1


def test_without_witnesses_it_says_so() -> None:
    log = MemoryLog(cosigners=())
    log.append(*example_log().batches)
    verified = verify(log.evidence(), UNWITNESSED)
    assert "not witnessed" in verified.warnings[0]
    assert verified.checkpoint.seen_at is None
    fails(log.evidence(), 1, "quorum 'both' is not met: cosigned by nobody")


def test_keys_over_the_life_of_a_log() -> None:
    log = log_of(
        keys_batch(),
        batch(ROOT, "key", [key_event("add", STRANGER, "producer")]),
        batch(STRANGER, "shard", [shard(1)]),
        batch(ROOT, "key", [key_event("revoke", STRANGER, "producer")]),
        batch(PRODUCER, "shard", [shard(2)]),
    )
    assert len(verify(log.evidence(), TRUST).records) == 7


# Step 1


def test_step_1_a_checkpoint_that_is_none() -> None:
    evidence = example_evidence()
    for text in ("hello\n", "tdl/batch/v1\n4\nAAAA\n"):
        note = sign_note(text, [LOG]).to_bytes()
        fails(replace(evidence, checkpoint=note), 1, "checkpoint|tree size")
    fails(replace(evidence, checkpoint=b"nonsense"), 1, "a note is a text")
    fails(replace(evidence, checkpoint=b""), 1, "a note is a text")
    fails(replace(evidence, checkpoint=b"\xff"), 1, "UTF-8")


@pytest.mark.parametrize("line", [0, 1, 2])
def test_step_1_a_signature_that_fails(line: int) -> None:
    evidence = example_evidence()
    note = Note.from_bytes(evidence.checkpoint)
    lines = list(note.signatures)
    broken = bytes([*lines[line].signature[:-1], lines[line].signature[-1] ^ 1])
    lines[line] = replace(lines[line], signature=broken)
    changed = Note(note.text, tuple(lines)).to_bytes()
    fails(replace(evidence, checkpoint=changed), 1, "fails")


@pytest.mark.parametrize("missing", [WITNESS, WITNESS_PQ])
def test_step_1_a_witness_is_missing(missing: object) -> None:
    log = MemoryLog(cosigners=[one for one in (WITNESS, WITNESS_PQ) if one is not missing])
    log.append(*example_log().batches)
    fails(log.evidence(), 1, "quorum 'both' is not met")


def test_step_1_another_log_or_another_key_of_it() -> None:
    for signer in (STRANGER, Ed25519Signer(ORIGIN, seed(66))):
        log = MemoryLog(signer=signer)
        log.append(*example_log().batches)
        error = is_unclear(log.evidence(), 1, "signed by no log that the trust file names")
        assert error.hint is not None


def test_step_1_another_logs_checkpoint_under_our_key() -> None:
    log = MemoryLog(origin="other.example/log")
    log.append(*example_log().batches)
    fails(log.evidence(), 1, "signed a checkpoint of the log 'other.example/log'")


# Step 2


def test_step_2_an_entry_that_is_not_there() -> None:
    evidence = example_evidence()
    one = evidence.entries[1]
    wrong = [
        replace(one, index=3),
        replace(one, proof=one.proof[::-1]),
        replace(one, proof=one.proof[:-1]),
        replace(one, proof=(*one.proof, Hash(bytes(32)))),
        replace(one, proof=(Hash(bytes(32)), *one.proof[1:])),
        replace(one, index=4),
        replace(one, index=2**50),
        replace(one, note=one.note.replace(b"\n5\n", b"\n4\n")),
        replace(one, note=one.note[:-1]),
        replace(one, note=b""),
    ]
    for entry in wrong:
        fails(replace(evidence, entries=(evidence.entries[0], entry)), 2, "leaf|proof")


def test_step_2_an_entry_that_was_logged_later_or_elsewhere() -> None:
    later = example_log()
    before = later.checkpoint().to_bytes()
    later.append(batch(PRODUCER, "shard", [shard(50)]))
    evidence = later.evidence(later.entry(0), later.entry(4))
    assert verify(evidence, TRUST)
    fails(replace(evidence, checkpoint=before), 2)
    elsewhere = log_of(keys_batch(), batch(PRODUCER, "shard", [shard(51)]), *later.batches[2:4])
    swapped = (later.entry(0), elsewhere.entry(1))
    fails(Evidence(example_log().checkpoint().to_bytes(), swapped), 2)


def test_step_2_nothing_is_in_an_empty_log() -> None:
    empty = MemoryLog()
    evidence = replace(example_evidence(), checkpoint=empty.checkpoint().to_bytes())
    fails(evidence, 2, "no leaf 0 in a tree of size 0")


# Step 3


def with_record(evidence: Evidence, place: int, **changes: object) -> Evidence:
    """Return the evidence with record `place` of its second entry changed."""
    entry = evidence.entries[1]
    records = list(entry.records)
    records[place] = replace(records[place], **changes)  # type: ignore[arg-type]
    changed = replace(entry, records=tuple(records))
    return replace(evidence, entries=(evidence.entries[0], changed, *evidence.entries[2:]))


def opening_of(evidence: Evidence, place: int) -> WholeOpening:
    opening = evidence.entries[1].records[place].opening
    assert isinstance(opening, WholeOpening)
    return opening


def fields_of(evidence: Evidence, place: int) -> FieldsOpening:
    opening = evidence.entries[1].records[place].opening
    assert isinstance(opening, FieldsOpening)
    return opening


def test_step_3_a_whole_record_with_another_word() -> None:
    evidence = example_evidence()
    opening = opening_of(evidence, 0)
    other: dict[str, JSON] = {**opening.fields, "source": {"category": "private_licensed"}}
    less = {name: value for name, value in opening.fields.items() if name != "dataset"}
    for changed in (
        replace(opening, fields=other),
        replace(opening, fields=less),
        replace(opening, fields={**opening.fields, "stages": ["pretraining"]}),
        replace(opening, fields={}),
        replace(opening, secret=bytes(32)),
        whole(example_log().batches[3].records[0]),
    ):
        fails(with_record(evidence, 0, opening=changed), 3)


def test_step_3_an_opened_field_with_another_word() -> None:
    evidence = example_evidence()
    opening = fields_of(evidence, 1)
    first, second = opening.fields
    for fields in (
        (replace(first, value={"bytes": 8}), second),
        (replace(first, name="measure"), second),
        (replace(first, salt=bytes(32)), second),
        (replace(first, index=first.index + 1), second),
        (first, replace(second, proof=first.proof)),
        (second, first),
        (first, first),
        (),
    ):
        fails(with_record(evidence, 1, opening=replace(opening, fields=fields)), 3)


def test_step_3_the_number_of_fields_is_part_of_what_is_shown() -> None:
    evidence = example_evidence()
    opening = fields_of(evidence, 1)
    for size in [*range(64), 10**6]:
        if size != opening.size:
            fails(with_record(evidence, 1, opening=replace(opening, size=size)), 3)


def test_step_3_a_record_at_another_position() -> None:
    evidence = example_evidence()
    record = evidence.entries[1].records[2]
    for changes in (
        {"position": 3},
        {"position": 5},
        {"position": 2**40},
        {"proof": (*record.proof, Hash(bytes(32)))},
        {"proof": ()},
        {"opening": closed(example_log().batches[1].records[3])},
    ):
        fails(with_record(evidence, 2, **changes), 3)


def test_step_3_an_entry_that_is_no_batch() -> None:
    log = example_log()
    evidence = log.evidence()
    for note in (b"", b"anything", log.checkpoint().to_bytes()):
        strange = log_of(keys_batch(), replace(log.batches[1], note=note))
        entries = (strange.entry(0), strange.entry(1))
        fails(replace(strange.evidence(), entries=entries), 3)
    assert verify(evidence, TRUST)


def unchecked(kind: str, fields: dict[str, JSON]) -> SignedBatch:
    """Return what a careless or lying producer may sign: a record that keeps no rule."""
    record = Record(kind, {name: encode(value) for name, value in sorted(fields.items())})
    return sign_batch(ORIGIN, [SealedRecord.of(record, seed(70))], PRODUCER)


def test_step_3_a_record_that_keeps_no_rule() -> None:
    broken: dict[str, JSON] = {**shard(1), "source": {"category": "no such word"}}
    log = log_of(keys_batch(), unchecked("shard", broken))
    fails(log.evidence(), 3, r"source\.category: 'no such word' is not one of")
    by_field = log.evidence(log.entry(0), log.entry(1, {0: only("source")}))
    fails(by_field, 3, r"source\.category: 'no such word' is not one of")
    # Of another field, that keeps its rules, the same record does open.
    assert verify(log.evidence(log.entry(0), log.entry(1, {0: only("content")})), TRUST)


def test_step_3_a_field_that_the_kind_does_not_have() -> None:
    log = log_of(keys_batch(), unchecked("shard", {**shard(1), "consent": "given by everybody"}))
    fails(log.evidence(), 3, "there is no field 'consent'")
    by_field = log.evidence(log.entry(0), log.entry(1, {0: only("consent")}))
    fails(by_field, 3, "a record of kind shard has no field 'consent'")


# Step 4


def test_step_4_a_batch_for_another_log() -> None:
    stolen = batch(PRODUCER, "shard", [shard(1)], origin="other.example/log")
    fails(log_of(keys_batch(), stolen).evidence(), 4, "a batch for the log 'other.example/log'")


def test_step_4_a_key_batch_for_another_log() -> None:
    stolen = batch(ROOT, "key", [key_event("add", ROOT, "root")], origin="other.example/log")
    fails(log_of(stolen).evidence(), 4, "a batch for the log 'other.example/log'")


def test_step_4_a_signature_that_fails() -> None:
    good = batch(PRODUCER, "shard", [shard(1)])
    other = batch(PRODUCER, "shard", [shard(2)])
    note, line = Note.from_bytes(good.note), Note.from_bytes(other.note).signatures
    forged = replace(good, note=Note(note.text, line).to_bytes())
    fails(log_of(keys_batch(), forged).evidence(), 4, "the signature of lab.example/producer fails")


def test_step_4_a_producer_that_nobody_registered() -> None:
    log = log_of(keys_batch(), batch(STRANGER, "shard", [shard(1)]))
    is_unclear(log.evidence(), 4, "no key record registers that key")
    imposter = Ed25519Signer(PRODUCER.key.name, seed(67))
    log = log_of(keys_batch(), batch(imposter, "shard", [shard(1)]))
    is_unclear(log.evidence(), 4, "no key record registers that key")


def test_step_4_the_key_records_are_left_out() -> None:
    log = example_log()
    is_unclear(log.evidence(log.entry(1)), 4, "no key record registers that key")


def test_step_4_a_key_that_may_not() -> None:
    for signer, kind, fields in (
        (PUBLISHER, "shard", shard()),
        (ROOT, "shard", shard()),
        (ROOT, "release", release()),
        (PRODUCER, "key", key_event("add", STRANGER, "producer")),
    ):
        log = log_of(keys_batch(), batch(signer, kind, [fields]))
        fails(log.evidence(), 4, f"may not sign a batch of kind {kind} at entry 1")


def test_t11_step_4_a_key_before_and_after_its_life() -> None:
    log = log_of(
        keys_batch(),
        batch(STRANGER, "shard", [shard(1)]),
        batch(ROOT, "key", [key_event("add", STRANGER, "producer")]),
        batch(STRANGER, "shard", [shard(2)]),
        batch(ROOT, "key", [key_event("revoke", STRANGER, "producer")]),
        batch(STRANGER, "shard", [shard(3)]),
    )
    keys = [log.entry(0), log.entry(2), log.entry(4)]

    def with_shard(index: int) -> Evidence:
        return log.evidence(*sorted([*keys, log.entry(index)], key=lambda one: one.index))

    # Before its registration nothing is known of a key: what comes later does not reach back.
    is_unclear(with_shard(1), 4, "entry 1 is signed by 'stranger.example'")
    assert verify(with_shard(3), TRUST)
    fails(with_shard(5), 4, "registered at entry 2, revoked at entry 4")


def test_step_4_says_that_what_is_disowned_was_signed_and_logged() -> None:
    log = log_of(
        keys_batch(),
        batch(PRODUCER, "shard", [shard(1)]),
        batch(ROOT, "key", [key_event("revoke", PRODUCER, "producer", **{"from": 1})]),
    )
    fails(
        log.evidence(), 4, "revoked at entry 2 from entry 1 on: it was signed and logged, and dis"
    )


def test_step_4_key_records_that_are_not_all_shown_whole() -> None:
    log = example_log()
    shown_in_part: list[dict[int, Show]] = [
        {0: whole, 1: whole, 2: closed},
        {0: whole, 1: only("key"), 2: whole},
        {0: whole, 1: whole},
        {1: whole, 2: whole},
    ]
    for openings in shown_in_part:
        evidence = log.evidence(log.entry(0, openings), log.entry(1))
        is_unclear(evidence, 4, "entry 0 has 3 key records, of which [12] are shown whole")


def test_step_4_a_revocation_cannot_hide_in_the_batch_that_shows_the_key() -> None:
    rotation = [key_event("add", STRANGER, "producer"), key_event("revoke", STRANGER, "producer")]
    log = log_of(keys_batch(), batch(ROOT, "key", rotation), batch(STRANGER, "shard", [shard(1)]))
    fails(log.evidence(), 4, "revoked at entry 1")
    hidden = log.evidence(log.entry(0), log.entry(1, {0: whole}), log.entry(2))
    is_unclear(hidden, 4, "entry 1 has 2 key records, of which 1 are shown whole")


@pytest.mark.parametrize(
    ("events", "signer", "reason"),
    [
        ([key_event("add", PRODUCER, "producer")], PRODUCER, "begins with a record that adds"),
        ([key_event("add", ROOT, "root")] * 2, ROOT, "adds the key of 'lab.example/root' again"),
        ([key_event("add", ROOT, "root")], STRANGER, "entry 0 is not signed by the root key"),
    ],
)
def test_step_4_a_log_that_begins_wrongly(
    events: Sequence[dict[str, JSON]], signer: Ed25519Signer, reason: str
) -> None:
    log = log_of(batch(signer, "key", events))
    fails(log.evidence(), 4, reason)


def test_step_4_a_log_that_does_not_begin_with_keys() -> None:
    is_unclear(log_of(batch(PRODUCER, "shard", [shard()])).evidence(), 4, "no key record")
    log = log_of(batch(PRODUCER, "shard", [shard()]), keys_batch())
    is_unclear(log.evidence(log.entry(1)), 4, "entry 1 is signed by 'lab.example/root'")


def test_what_step_4_says_of_revocations_it_was_not_shown() -> None:
    """Evidence without the revocation is accepted, and must not claim more than it saw."""
    log = log_of(
        keys_batch(),
        batch(ROOT, "key", [key_event("revoke", PRODUCER, "producer")]),
        batch(PRODUCER, "shard", [shard(1)]),
    )
    fails(log.evidence(), 4, "revoked at entry 1")
    verified = verify(log.evidence(log.entry(0), log.entry(2)), TRUST)
    assert "no key record shown here revokes" in verified.steps[3].means


def test_the_errors_are_of_the_family_that_decides_the_exit_code() -> None:
    assert issubclass(StepFailedError, VerificationError)
    assert issubclass(StepUnclearError, CannotTellError)


def test_the_steps_count_in_english() -> None:
    one = log_of(keys_batch())
    assert "1 signature by" in verify(one.evidence(), TRUST).steps[3].computed
    many = log_of(keys_batch(), *[batch(PRODUCER, "shard", [shard(n)]) for n in range(10)])
    assert "inclusion of entry 0, 1, 2, 3, 4, 5, 6, 7, … in the tree" in (
        verify(many.evidence(), TRUST).steps[1].computed
    )


def test_a_checkpoint_with_extension_lines_is_read() -> None:
    log = example_log()
    tree = Checkpoint.from_text(log.checkpoint().text)
    text = replace(tree, extensions=("something else",)).to_text()
    note = sign_note(text, [LOG, WITNESS, WITNESS_PQ])
    entry: EntryEvidence = log.entry(0)
    assert verify(Evidence(note.to_bytes(), (entry,)), TRUST)
