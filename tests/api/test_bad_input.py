"""Everything that can be wrong with what is sent: its problem type, its status, its hint; and
nothing is written.

A row is a name, what is sent, and what must come back. The table is the list that an operator can
show to somebody who asks what happens if.
"""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from http.client import HTTPConnection
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.claims import check_claims
from api.errors import PREFIX, RefusedError
from api.problem_types import PROBLEMS
from ledger.errors import (
    BehindError,
    ConflictError,
    DiskFullError,
    LedgerError,
    LogClosedError,
    StorageError,
)
from ledger.record.batch import SealedRecord, SignedBatch
from ledger.record.canonical import encode
from ledger.record.record import Record
from ledger.record.submission import encode_submission
from ledger.signing.note import sign_note
from tests.api.serving import serving
from tests.api.world import (
    ORIGIN,
    PRODUCER,
    ROOT,
    STRANGER,
    World,
    key,
    seed,
    shard,
    signed,
    stated,
)

URL = "/api/v1/batches"
GOOD = signed(shard("d.txt"), shard("e.txt"))
BODY = encode_submission(GOOD)
NOTE = GOOD.note.decode()


def corrects(record: str, action: str) -> Record:
    """Return a correction."""
    said = {"record": record, "action": action, "reason": "because"}
    return stated("correction", {"correction": said})


@dataclass(frozen=True)
class Row:
    """What is sent, and the problem that it must meet. `says` is in its detail."""

    name: str
    body: bytes
    problem: str
    says: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


def told(change: Callable[[Any], object]) -> bytes:
    """Return the good body after a change, in canonical form again."""
    value = json.loads(BODY)
    change(value)
    return encode(value)


def noted(note: str) -> bytes:
    """Return the good body with another note."""
    return told(lambda value: value.__setitem__("note", note))


def fields(change: Callable[[Any], object]) -> bytes:
    """Return the good body with the fields of its second record changed."""
    return told(lambda value: change(value["records"][1]["fields"]))


def of(batch: SignedBatch) -> bytes:
    """Return the body of another batch."""
    return encode_submission(batch)


def claimed(when: str) -> bytes:
    """Return the body of a batch that claims to be made then."""
    return of(signed(shard("d.txt"), shard("e.txt", claimed_at=when)))


def renumbered(count: int) -> str:
    """Return a note, properly signed, that says another number of records."""
    text = GOOD.batch.to_text().replace("\n2\n", f"\n{count}\n")
    return sign_note(text, [PRODUCER]).to_bytes().decode()


def swapped() -> bytes:
    """Return the good body with its records in another order."""
    return told(lambda value: value["records"].reverse())


TWICE = BODY[:-1] + b',"note":""}'
INNER_TWICE = BODY.replace(b'"size":5', b'"size":5,"size":6', 1)
LINE = NOTE.split("\n")[-2]

ROWS = [
    # The body as a whole.
    Row("nothing", b"", "malformed-json", "not canonical JSON"),
    Row("no JSON", b"hello", "malformed-json", "not canonical JSON"),
    Row("bytes that are no text", b"\xff\xfe", "malformed-json", "not canonical JSON"),
    Row("cut off", BODY[:-20], "malformed-json", "not canonical JSON"),
    Row("spaces", json.dumps(json.loads(BODY)).encode(), "malformed-json", "at byte"),
    Row("a line feed more", BODY + b"\n", "malformed-json", "at byte"),
    Row("a name twice", TWICE, "malformed-json", "the name 'note' stands twice"),
    Row("a name twice, deep", INNER_TWICE, "malformed-json", "the name 'size' stands twice"),
    Row("names in another order", b'{"records":[],"note":""}', "malformed-json", "at byte"),
    Row("a float", BODY.replace(b'"size":5', b'"size":5.0', 1), "malformed-json", "5.0"),
    Row("null", BODY.replace(b'"size":5', b'"size":null', 1), "malformed-json", "leave out"),
    Row("not NFC", BODY.replace(b"notes", "e\u0301".encode(), 1), "malformed-json", "normal form"),
    Row("half a character", BODY.replace(b"notes", b"\\ud800", 1), "malformed-json", "surrogate"),
    Row("too deep", b"[" * 100_000, "malformed-json", "JSON"),
    Row("too deep, well-formed", b"[" * 17 + b"]" * 17, "malformed-json", "nested deeper"),
    Row("a number of 5,000 digits", b"9" * 5000, "malformed-json", "JSON"),
    Row("an array", b"[]", "malformed-json", "expected an object"),
    Row("an evidence file", b'{"checkpoint":"","entries":[]}', "malformed-json", "note (a text)"),
    Row("a member too many", told(lambda v: v.update(x=1)), "malformed-json", "nothing else"),
    Row("no records", told(lambda v: v.pop("records")), "malformed-json", "nothing else"),
    Row("records that are none", told(lambda v: v.update(records=1)), "malformed-json", "array"),
    Row("a record too few", told(lambda v: v["records"].pop()), "malformed-json", "and 1 came"),
    # The note.
    Row("an empty note", noted(""), "malformed-note", "note: "),
    Row("a note without signature", noted(GOOD.batch.to_text()), "malformed-note", "note: "),
    Row("carriage returns", noted(NOTE.replace("\n", "\r\n")), "malformed-note", "note: "),
    Row("two signatures", noted(f"{NOTE}{LINE}\n"), "malformed-note", "one signature, not 2"),
    Row("loose base64", noted(NOTE.replace(LINE, LINE.rstrip("="))), "malformed-note", "note: "),
    Row("another version", noted(NOTE.replace("/v1", "/v2", 1)), "malformed-note", "five lines"),
    Row("an unknown kind", noted(NOTE.replace("shard", "shards", 1)), "malformed-note", "kind"),
    Row("0 records", noted(renumbered(0)), "malformed-note", "number of records"),
    Row("10,001 records", noted(renumbered(10_001)), "malformed-note", "1 to 10000"),
    Row("a checkpoint as note", noted(f"{ORIGIN}\n1\nAAAA\n\n{LINE}\n"), "malformed-note", "five"),
    # A record.
    Row("an unknown field", fields(lambda v: v.update(x=1)), "malformed-record", "records.1: "),
    Row(
        "a misspelt field", fields(lambda v: v.update(modalities=1)), "malformed-record", "modality"
    ),
    Row("a missing field", fields(lambda v: v.pop("content")), "malformed-record", "records.1: "),
    Row("a wrong type", fields(lambda v: v.update(modality=1)), "malformed-record", "records.1: "),
    Row(
        "no digest", fields(lambda v: v["content"].update(digest="x")), "malformed-record", "digest"
    ),
    Row("no time", fields(lambda v: v.update(claimed_at="now")), "malformed-record", "claimed_at"),
    Row(
        "a day that is none",
        fields(lambda v: v.update(claimed_at="2026-02-30T00:00:00Z")),
        "malformed-record",
        "claimed_at",
    ),
    Row(
        "a time of another zone",
        fields(lambda v: v.update(claimed_at="2026-11-24T09:30:00+01:00")),
        "malformed-record",
        "claimed_at",
    ),
    Row(
        "a short secret",
        told(lambda v: v["records"][1].update(secret="AAAA")),
        "malformed-record",
        "has 3 bytes, not 32",
    ),
    Row(
        "a secret in loose base64",
        told(lambda v: v["records"][1].update(secret="A" * 43)),
        "malformed-record",
        "records.1",
    ),
    Row(
        "a record without secret",
        told(lambda v: v["records"][1].pop("secret")),
        "malformed-record",
        "fields and secret",
    ),
    # What was signed.
    Row("a changed value", fields(lambda v: v["content"].update(size=6)), "not-verified", "root"),
    Row(
        "a changed secret",
        told(lambda v: v["records"][1].update(secret="A" * 43 + "=")),
        "not-verified",
        "root",
    ),
    Row("records in another order", swapped(), "not-verified", "root"),
    Row(
        "records of another batch",
        told(lambda v: v.update(records=json.loads(of(signed(shard("x"), shard("y"))))["records"])),
        "not-verified",
        "root",
    ),
    Row(
        "a changed signature",
        noted(
            NOTE.replace(
                LINE, f"{LINE[:-8]}{'AAAA' if LINE[-8:-4] != 'AAAA' else 'BBBB'}{LINE[-4:]}"
            )
        ),
        "not-verified",
        "signature",
    ),
    Row(
        "signed by the root key",
        of(signed(shard("d.txt"), signer=ROOT)),
        "not-verified",
        "may not sign a batch of kind shard",
    ),
    Row(
        "a producer registers a key",
        of(signed(key(STRANGER, "producer"))),
        "not-verified",
        "may not sign a batch of kind key",
    ),
    # Whose, and for whom.
    Row(
        "for another log",
        of(signed(shard("d.txt"), origin="other.example/log")),
        "wrong-origin",
        "meant for the log other.example/log",
    ),
    Row(
        "an unregistered key",
        of(signed(shard("d.txt"), signer=STRANGER)),
        "unregistered-key",
        "no key record registers",
    ),
    Row(
        "a key that registers itself",
        of(signed(key(STRANGER, "producer"), signer=STRANGER)),
        "unregistered-key",
        "no key record registers",
    ),
    # Corrections. Entry 2 is a release, entry 1 has shards.
    Row(
        "an erasure",
        of(signed(corrects("1.0", "erase"))),
        "not-erased-here",
        "records.0: it erases record 1.0",
    ),
    Row(
        "a correction of what is not there",
        of(signed(corrects("99.0", "withdraw"))),
        "unusable",
        "99.0, and there is none before",
    ),
    Row("a withdrawn key", of(signed(corrects("0.0", "withdraw"))), "unusable", "of kind key"),
    # Clocks. The server's says 2026-11-24T09:30:00Z.
    Row("a clock an hour ahead", claimed("2026-11-24T10:30:00Z"), "clock-ahead", "records.1"),
    Row("a clock eleven minutes ahead", claimed("2026-11-24T09:40:01Z"), "clock-ahead", "09:40:01"),
    Row("a clock ten years ahead", claimed("2036-11-24T09:30:00Z"), "clock-ahead", "2036"),
    Row("the year 9999", claimed("9999-12-31T23:59:59Z"), "clock-ahead", "9999"),
    # The header.
    *(
        Row(
            f"key: {name}", BODY, "malformed-key", "Idempotency-Key", ((b"Idempotency-Key", value),)
        )
        for name, value in {
            "empty": b"",
            "a space": b"a b",
            "too long": b"k" * 201,
            "not ASCII": b"\xe9",
        }.items()
    ),
]


@pytest.fixture
def unchanged(copy: World) -> Iterator[World]:
    """A world that must be the same, to the last byte of rows and files, when the test is over."""

    def state() -> tuple[object, ...]:
        store = copy.log.store
        with store.engine.reading() as db:
            rows = [
                db.rows(f"SELECT count(*) FROM {table}")
                for table in ("entry", "sealed_record", "open_record", "submission", "entry_leaf")
            ]
        files = {
            path: sha256(path.read_bytes()).hexdigest()
            for path in sorted(copy.public.rglob("*"))
            if path.is_file()
        }
        return store.head(), rows, files

    before = state()
    yield copy
    assert state() == before


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_wrong_has_its_own_problem_and_nothing_is_written(
    writer: TestClient, unchanged: World, row: Row
) -> None:
    response = writer.post(URL, content=row.body, headers=row.headers)
    problem = response.json()
    assert problem["type"] == PREFIX + row.problem, problem
    assert row.says in problem["detail"]
    assert response.status_code == problem["status"] == PROBLEMS[row.problem].status
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["hint"]
    assert "Traceback" not in response.text


def test_no_row_is_sent_twice() -> None:
    assert len({(row.body, row.headers) for row in ROWS}) == len(ROWS)


def test_what_every_row_begins_with_is_good(writer: TestClient, copy: World) -> None:
    assert writer.post(URL, content=BODY).status_code == 201
    assert copy.log.store.head().size == 6


def test_a_revoked_key_is_told_from_one_that_was_never_known(
    writer: TestClient, copy: World
) -> None:
    event = {"action": "revoke", "vkey": str(PRODUCER.key), "role": "producer"}
    copy.log.append([signed(stated("key", {"key": event}), signer=ROOT)])
    problem = writer.post(URL, content=BODY).json()
    assert problem["type"] == PREFIX + "revoked-key"
    assert "revoked at entry 5" in problem["detail"]
    assert copy.log.store.head().size == 6


# Sent again, in whatever order.


def test_t30_a_replayed_batch_is_where_it_was(writer: TestClient, copy: World) -> None:
    bodies = [of(signed(shard(f"{number}.txt"))) for number in range(3)]
    first = [writer.post(URL, content=one).json() for one in bodies]
    again = [writer.post(URL, content=one) for one in reversed(bodies)]
    assert [one.status_code for one in again] == [200, 200, 200]
    assert [one.json()["index"] for one in reversed(again)] == [one["index"] for one in first]
    assert copy.log.store.head().size == 8


def test_t30_a_key_stands_for_one_body(writer: TestClient, copy: World) -> None:
    headers = {"Idempotency-Key": "4711"}
    assert writer.post(URL, content=BODY, headers=headers).status_code == 201
    assert writer.post(URL, content=BODY, headers=headers).status_code == 200
    response = writer.post(URL, content=of(signed(shard("x"))), headers=headers)
    assert response.status_code == 409
    assert response.json()["type"] == PREFIX + "reused-key"
    assert response.json()["hint"]
    assert copy.log.store.head().size == 6


# Claims about the past, and the borders.


@pytest.mark.parametrize(
    ("when", "warned"),
    [
        ("2026-11-24T09:40:00Z", False),
        ("2026-11-24T08:30:00Z", False),
        ("2025-11-24T09:30:00Z", False),
        ("2025-11-01T09:30:00Z", True),
        ("2016-11-24T09:30:00Z", True),
        ("1970-01-01T00:00:00Z", True),
    ],
)
def test_a_claim_that_may_be_true_is_taken(writer: TestClient, when: str, warned: bool) -> None:
    response = writer.post(URL, content=claimed(when))
    assert response.status_code == 201
    assert ("warnings" in response.json()) == warned
    if warned:
        (warning,) = response.json()["warnings"]
        assert warning.startswith(f'records.1: claimed_at is "{when}"')


@pytest.mark.parametrize("years", [0, 12, 56, 68])
def test_claims_are_compared_with_the_clock_wherever_it_stands(years: int) -> None:
    now = years * 31_556_952_000
    record = shard("a", claimed_at="1970-01-01T00:05:00Z")
    sealed = SealedRecord.of(record, seed("a"))
    assert bool(check_claims([sealed], now)) == (years > 1)
    late = SealedRecord.of(shard("a", claimed_at="2500-01-01T00:00:00Z"), seed("a"))
    with pytest.raises(RefusedError):
        check_claims([sealed, late], now)


# Large, slow, and too many.


def test_an_oversized_body_is_not_read(copy: World) -> None:
    settings = replace(copy.settings, writable=True, body_limit=1_000)
    with TestClient(create_app(copy.log.store, settings, log=copy.log)) as client:
        response = client.post(URL, content=b"x" * 1_001)
    assert response.status_code == 413
    assert response.json()["type"] == PREFIX + "too-large"
    assert response.json()["hint"]


def test_a_body_without_end_is_cut(copy: World) -> None:
    settings = replace(copy.settings, writable=True, body_limit=1_000)
    with (
        serving(create_app(copy.log.store, settings, log=copy.log)) as address,
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as sent,
    ):
        sent.sendall(
            f"POST {URL} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        sent.sendall(b"190\r\n" + b"x" * 400 + b"\r\n")
        sent.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")
        assert b" 413 " in sent.recv(4096)


def test_a_slow_body_is_not_waited_for(copy: World) -> None:
    settings = replace(copy.settings, writable=True, body_seconds=0.05)
    with (
        serving(create_app(copy.log.store, settings, log=copy.log)) as address,
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as sent,
    ):
        sent.sendall(f"POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx".encode())
        answer = sent.recv(4096)
        while b"too-slow" not in answer:
            more = sent.recv(4096)
            assert more, answer
            answer += more
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert copy.log.store.head().size == 5


@pytest.mark.parametrize("path", ["/api/v1/verify", URL])
def test_t31_bodies_share_a_limit_of_memory(copy: World, path: str) -> None:
    settings = replace(copy.settings, writable=True, bodies_limit=1_000)
    with serving(create_app(copy.log.store, settings, log=copy.log)) as address:
        place = ("127.0.0.1", int(address.rpartition(":")[2]))
        with socket.create_connection(place) as slow:
            slow.sendall(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n"
                f"Expect: 100-continue\r\n\r\n".encode()
            )
            assert b"100 Continue" in slow.recv(4096)
            slow.sendall(b"x" * 800)
            busy = _busy(place, path, 600)
            assert busy == (503, "1", PREFIX + "busy")
            # What takes up nothing, and what there is room for, is still answered.
            connection = HTTPConnection(*place)
            connection.request("GET", "/checkpoint")
            assert connection.getresponse().status == 200
            connection.close()
            assert _busy(place, path, 100)[0] in (200, 422)
        assert _eventually_free(place, path)


def _busy(place: tuple[str, int], path: str, size: int) -> tuple[int, str | None, str | None]:
    connection = HTTPConnection(*place)
    connection.request("POST", path, body=b"x" * size)
    response = connection.getresponse()
    told = json.loads(response.read())
    connection.close()
    return response.status, response.headers.get("retry-after"), told.get("type")


def _eventually_free(place: tuple[str, int], path: str) -> bool:
    """Say whether what a broken connection took up is given back."""
    return any(_busy(place, path, 600)[0] in (200, 422) for _ in range(200))


# What the server's own side can answer.

OWN_SIDE: list[tuple[LedgerError, str, int, str | None]] = [
    (StorageError("/secret: broken"), "storage", 503, "60"),
    (DiskFullError("/secret: full"), "disk-full", 507, "600"),
    (LogClosedError("/secret: closed"), "log-closed", 503, "5"),
    (BehindError("/secret: behind"), "behind", 503, "3600"),
    (ConflictError(expected=1, found=2), "conflict", 409, None),
]


@pytest.mark.parametrize(
    ("error", "problem", "status", "retry"), OWN_SIDE, ids=[name for _, name, _, _ in OWN_SIDE]
)
def test_what_fails_here_says_when_to_come_again(
    world: World, error: LedgerError, problem: str, status: int, retry: str | None
) -> None:
    from tests.api.test_errors import Broken

    reader = Broken(world.log.store.engine)
    reader.fault = error
    client = TestClient(create_app(reader, world.settings), raise_server_exceptions=False)
    response = client.get("/api/v1/log")
    assert response.status_code == status
    assert response.json()["type"] == PREFIX + problem
    assert response.json()["hint"]
    assert response.headers.get("retry-after") == retry
    assert "secret" not in response.text


def test_every_problem_has_a_hint_or_an_error_that_brings_one() -> None:
    assert [name for name, one in PROBLEMS.items() if one.hint is None] == ["unusable"]
