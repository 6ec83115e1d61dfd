"""The quick way through a body of shards gives what the plain way gives, or nothing."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.record.batch import SealedRecord, SignedBatch, sign_batch
from ledger.record.canonical import encode
from ledger.record.record import Record
from ledger.record.shared_reading import read_shards, split_note
from ledger.record.submission import decode_plainly, decode_submission, encode_submission
from tests.fuzz.changes import JSON
from tests.makers import ORIGIN, PRODUCER, PUBLISHER, batch, release, seed, shard


def of(*fields: dict[str, Any]) -> SignedBatch:
    """Return a signed batch of shards with these fields."""
    sealed = [
        SealedRecord.of(Record.parse("shard", one), seed(900 + place))
        for place, one in enumerate(fields)
    ]
    return sign_batch(ORIGIN, sealed, PRODUCER)


SAME = of(*(shard(number) for number in range(6)))
MIXED = of(
    shard(0),
    shard(1, dataset={"name": "other"}),
    shard(2, dataset={"name": "other"}),
    shard(3, languages=["de", "en"], source={"category": "crawled"}),
    shard(4, languages=["de", "en"], source={"category": "crawled"}),
    shard(5, measures={"bytes": 7, "documents": 2}, dataset={"name": "Gedichte für Ältere 😀"}),
    shard(6, dataset={"name": 'a"b\\c\n,"x":{'}),
    shard(7, dataset={"name": 'a"b\\c\n,"x":{'}),
    shard(8),
)
BODIES = {"same": SAME, "mixed": MIXED, "one": of(shard(1))}


def quickly(data: bytes, count: int) -> tuple[SealedRecord, ...] | None:
    """Return what the quick way reads."""
    parts = split_note(data)
    return None if parts is None else read_shards(parts, count)


@pytest.mark.parametrize("batch", BODIES.values(), ids=BODIES)
def test_good_bodies_are_read_quickly_and_the_same(batch: SignedBatch) -> None:
    data = encode_submission(batch)
    read = quickly(data, batch.batch.count)
    assert read == batch.records == decode_plainly(data).records
    assert decode_submission(data) == batch == decode_plainly(data)
    assert [one.record.fields for one in read or ()] == [one.record.fields for one in batch.records]


def test_other_kinds_are_read_plainly() -> None:
    made = batch(PUBLISHER, "release", [release(), release("Example-2")])
    assert decode_submission(encode_submission(made)) == made


def told(decode: Callable[[bytes], SignedBatch], data: bytes) -> SignedBatch | tuple[type, str]:
    """Return what a way makes of a body: a batch, or the error and what it says."""
    try:
        return decode(data)
    except MalformedError as error:
        return type(error), str(error)


def both(data: bytes) -> SignedBatch | None:
    """Return what both ways make of a body: the same; None if both refuse it."""
    plain = told(decode_plainly, data)
    assert told(decode_submission, data) == plain
    return plain if isinstance(plain, SignedBatch) else None


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("change", JSON, ids=lambda change: str(change.__name__))
def test_changed_bodies_are_judged_alike(name: str, change: Any) -> None:
    pick = random.Random(name)
    good = encode_submission(BODIES[name])
    for _ in range(150):
        both(change(good, pick))


def values(value: Any) -> list[tuple[Any, Any]]:
    """Return holder and name of every value in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [(value, name) for name, _ in inner]
    for holder, name in list(found):
        if isinstance(holder[name], dict | list):
            found += values(holder[name])
    return found


@pytest.mark.parametrize("name", BODIES)
def test_bodies_with_other_values_in_canonical_form_are_judged_alike(name: str) -> None:
    pick = random.Random(name)
    good = encode_submission(BODIES[name])
    read = 0
    for _ in range(400):
        value = json.loads(good)
        holder, place = pick.choice(values(value["records"]))
        other, there = pick.choice(values(value["records"]))
        holder[place] = pick.choice(
            [
                json.loads(json.dumps(other[there])),
                0,
                -1,
                2**53 - 1,
                7,
                "x",
                "e\u0301",
                "é",
                True,
                [],
                {},
                ["x"],
                {"x": "y"},
            ]
        )
        try:
            data = encode(value)
        except MalformedError:
            data = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        read += both(data) is not None
    assert read > 5  # a size, a name or a secret may be another


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"size":7', b'"size":07'),
        (b'"size":7', b'"size":7.0'),
        (b'"size":7', b'"size":-0'),
        (b'"size":7', b'"size":7e0'),
        (b'"size":7', b'"size":null'),
        (b'"size":7', b'"size":9007199254740992'),
        (b'"size":7', b'"size":7,"size":7'),
        (b'"size":7', b'"size": 7'),
        (b'"modality":', b'"modality" :'),
        (b'"modality":["text"]', b'"modality":["text"],"modality":["text"]'),
        (b'"modality":["text"]', b'"modality":["te\\u0078t"]'),
        (b'"dataset":', b'"datasets":'),
        (b'"fields":{', b'"fields":{,'),
        (b'},"secret"', b',},"secret"'),
        (b'"}]}', b'"}],"x":1}'),
        (b'"}]}', b'"}]} '),
        (b'"}]}', b'"},]}'),
        (b'"}]}', b'","x":1}]}'),
    ],
)
@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_other_spellings_are_refused(old: bytes, new: bytes, which: int) -> None:
    data = encode_submission(SAME)
    places = [at for at in range(len(data)) if data.startswith(old, at)]
    if not places:
        pytest.skip("it does not occur in this body")
    at = places[which]
    assert both(data[:at] + new + data[at + len(old) :]) is None


@pytest.mark.parametrize("count", [0, 1, 5, 7, 10_000])
def test_a_false_number_of_records_is_not_read(count: int) -> None:
    assert quickly(encode_submission(SAME), count) is None


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"note":', b'{"note":1,"records":[', b'{"note":"\xff', b"[" * 99_999]
)
def test_what_is_no_body_has_no_parts(data: bytes) -> None:
    assert split_note(data) is None
