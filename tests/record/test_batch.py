import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError, MalformedError
from ledger.record.batch import (
    MAX_RECORDS,
    Batch,
    SealedRecord,
    check_origin,
    parse_batch,
    sign_batch,
)
from ledger.record.commitment import commit
from ledger.record.record import Record
from ledger.record.vocabulary import KINDS
from ledger.signing.keys import NoteVerifier
from ledger.signing.note import check_note, sign_note
from ledger.tree.hashing import Hash, leaf_hash, root_of
from tests.makers import ORIGIN, PRODUCER, PUBLISHER, batch, key_event, release, seed, shard

ROOT = Hash(bytes(range(32)))
EXAMPLE = Batch(origin=ORIGIN, kind="shard", count=7, root=ROOT)
TEXT = EXAMPLE.to_text()


def test_the_five_lines() -> None:
    assert TEXT == (
        "tdl/batch/v1\nlab.example/log\nshard\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert Batch.from_text(TEXT) == EXAMPLE


@given(st.sampled_from(KINDS), st.integers(1, MAX_RECORDS), st.binary(min_size=32, max_size=32))
def test_batches_come_back(kind: str, count: int, root: bytes) -> None:
    found = Batch(origin=ORIGIN, kind=kind, count=count, root=Hash(root))
    assert Batch.from_text(found.to_text()) == found


def test_what_is_signed() -> None:
    signed = batch(PRODUCER, "shard", [shard(1), shard(2)])
    parsed, note = parse_batch(signed.note)
    assert parsed == signed.batch
    assert (parsed.kind, parsed.count, parsed.origin) == ("shard", 2, ORIGIN)
    assert parsed.root == root_of([record.leaf for record in signed.records])
    first = signed.records[0]
    assert first.leaf == leaf_hash(commit(first.record.encoded, first.secret))
    assert check_note(note, [NoteVerifier(PRODUCER.key)]) == (PRODUCER.key,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "more\n",
        TEXT.replace("v1", "v2"),
        TEXT.replace("\n7\n", "\n07\n"),
        TEXT.replace("\n7\n", "\n0\n"),
        TEXT.replace("\n7\n", "\n-7\n"),
        TEXT.replace("\n7\n", "\n10001\n"),
        TEXT.replace("\n7\n", "\n999999\n"),
        TEXT.replace("\n7\n", "\n\N{ARABIC-INDIC DIGIT SEVEN}\n"),
        TEXT.replace("shard", "shards"),
        TEXT.replace("shard", "Shard"),
        TEXT.replace("shard", ""),
        TEXT.replace(ORIGIN, ""),
        TEXT.replace(ORIGIN, "a b"),
        TEXT.replace("AAEC", "AAE"),
        TEXT.replace("Hh8=", "Hh9="),
        TEXT.replace("AAEC", ""),
        TEXT.replace("\n", "\r\n"),
    ],
)
def test_what_is_not_a_batch(text: str) -> None:
    with pytest.raises(MalformedError):
        Batch.from_text(text)


def test_every_changed_character_is_noticed() -> None:
    for at, was in enumerate(TEXT):
        for char in {"1", "A", "\n", " ", "/", "="} - {was}:
            changed = TEXT[:at] + char + TEXT[at + 1 :]
            try:
                found = Batch.from_text(changed)
            except MalformedError:
                continue
            assert found != EXAMPLE
            assert found.to_text() == changed


def test_every_changed_byte_of_an_entry_is_noticed() -> None:
    signed = batch(PRODUCER, "shard", [shard(1)])
    verifiers = [NoteVerifier(PRODUCER.key)]
    for at in range(len(signed.note)):
        changed = bytearray(signed.note)
        changed[at] ^= 1
        with pytest.raises(LedgerError):
            check_note(parse_batch(bytes(changed))[1], verifiers)


@pytest.mark.parametrize("count", [0, 2])
def test_a_batch_has_one_signature(count: int) -> None:
    data = sign_note(TEXT, [PRODUCER, PUBLISHER]).to_bytes()
    if count == 0:
        data = data[: data.index("\u2014".encode())]
    with pytest.raises(MalformedError):
        parse_batch(data)


@pytest.mark.parametrize(
    ("origin", "problem"),
    [
        ("", "not an origin"),
        ("a b", "not an origin"),
        ("a+b", "not an origin"),
        ("a\u00a0b", "not an origin"),
        ("a\nb", "not an origin"),
        ("tdl/batch/v1", "expected something like"),
        ("https://lab.example/log", "expected something like"),
        ("o" * 256, "255"),
        ("\u00e9" * 128, "255"),
        ("a\udc80", "UTF-8"),
    ],
)
def test_what_is_not_an_origin(origin: str, problem: str) -> None:
    with pytest.raises(MalformedError, match=problem):
        check_origin(origin)
    with pytest.raises(MalformedError):
        Batch(origin=origin, kind="shard", count=1, root=ROOT)


def test_a_batch_is_of_one_kind_and_not_empty() -> None:
    records = [
        SealedRecord.of(Record.parse("shard", shard()), seed(1)),
        SealedRecord.of(Record.parse("release", release()), seed(2)),
    ]
    for wrong in (records, []):
        with pytest.raises(MalformedError, match="one kind"):
            sign_batch(ORIGIN, wrong, PRODUCER)


def test_an_entry_is_small_however_many_records_it_carries() -> None:
    record = SealedRecord.of(Record.parse("key", key_event("add", PRODUCER, "producer")), seed(1))
    signed = sign_batch(ORIGIN, [record] * MAX_RECORDS, PRODUCER)
    assert len(signed.note) < 400
    with pytest.raises(MalformedError, match="10001"):
        sign_batch(ORIGIN, [record] * (MAX_RECORDS + 1), PRODUCER)
