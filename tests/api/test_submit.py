import json
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from ledger.checkpoint.trust import Trust
from ledger.errors import InputError, MalformedError
from ledger.proof.tlog_proof import TlogProof
from ledger.record.batch import SignedBatch
from ledger.record.canonical import encode
from ledger.record.submission import decode_submission, encode_submission
from ledger.tree.hashing import leaf_hash
from tests.api.world import (
    LOG_KEY,
    ORIGIN,
    PRODUCER,
    ROOT,
    STRANGER,
    World,
    key,
    release,
    shard,
    signed,
    stated,
)

URL = "/api/v1/batches"


def body(batch: SignedBatch) -> dict[str, Any]:
    """Return what submits a batch, to be changed."""
    told: dict[str, Any] = json.loads(encode_submission(batch))
    return told


def test_a_batch_is_logged_published_and_proved(writer: TestClient) -> None:
    batch = signed(shard("d.txt"), shard("e.txt"))
    response = writer.post(URL, content=encode_submission(batch))
    assert response.status_code == 201
    told = response.json()
    assert (told["index"], told["records"]) == (5, ["5.0", "5.1"])
    trust = Trust.parse(f"log {LOG_KEY.key}\nquorum none\n".encode())
    proof = TlogProof.from_bytes(told["proof"].encode())
    assert proof.check(leaf_hash(batch.note), trust).checkpoint.size == 6
    assert writer.get("/api/v1/records/5.1").json()["sealed"] is True


def test_the_same_batch_again_gets_the_same_index(writer: TestClient, copy: World) -> None:
    contents = [encode_submission(signed(shard(f"{n}.txt"))) for n in range(3)]
    first = [writer.post(URL, content=one) for one in contents]
    again = [writer.post(URL, content=one) for one in contents]
    assert [one.status_code for one in first] == [201] * 3
    assert [one.status_code for one in again] == [200] * 3
    assert [one.json()["index"] for one in first] == [one.json()["index"] for one in again]
    assert copy.log.store.head().size == 8


def test_a_batch_that_came_another_way_is_known_too(writer: TestClient, copy: World) -> None:
    batch = signed(shard("d.txt"))
    (index,) = copy.log.append([batch])
    response = writer.post(URL, content=encode_submission(batch))
    assert (response.status_code, response.json()["index"]) == (200, index)


def test_t30_a_key_stands_for_one_body(writer: TestClient, copy: World) -> None:
    first, other = (encode_submission(signed(shard(name))) for name in ("d.txt", "e.txt"))
    headers = {"Idempotency-Key": "5f0c2f4e-8c3b-4c53-9c5f-1f7d3a9d2b11"}
    made = writer.post(URL, content=first, headers=headers)
    again = writer.post(URL, content=first, headers=headers)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["index"] == again.json()["index"] == 5
    refused = writer.post(URL, content=other, headers=headers)
    assert refused.status_code == 409
    assert refused.json()["type"] == "/api/v1/problems/reused-key"
    assert "entry 5" in refused.json()["detail"]
    assert copy.log.store.head().size == 6
    assert writer.post(URL, content=other).json()["index"] == 6


def test_t30_a_key_for_a_batch_that_was_logged_without_one_is_kept(writer: TestClient) -> None:
    first, other = (encode_submission(signed(shard(name))) for name in ("d.txt", "e.txt"))
    assert writer.post(URL, content=first).status_code == 201
    headers = {"Idempotency-Key": "k"}
    assert writer.post(URL, content=first, headers=headers).status_code == 200
    assert writer.post(URL, content=other, headers=headers).status_code == 409


def test_t30_a_refused_batch_uses_up_no_key(writer: TestClient) -> None:
    headers = {"Idempotency-Key": "k"}
    bad = encode_submission(signed(shard("d.txt"), signer=STRANGER))
    assert writer.post(URL, content=bad, headers=headers).status_code == 403
    good = encode_submission(signed(shard("d.txt")))
    assert writer.post(URL, content=good, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "k" * 201, "ä", "tab\there"])
def test_an_idempotency_key_has_a_form(writer: TestClient, copy: World, key: str) -> None:
    content = encode_submission(signed(shard("d.txt")))
    response = writer.post(URL, content=content, headers={b"Idempotency-Key": key.encode()})
    assert response.json()["type"] == "/api/v1/problems/malformed-key"
    assert copy.log.store.head().size == 5


def changed_value(told: dict[str, Any]) -> None:
    """A value that was not signed."""
    told["records"][0]["fields"]["content"]["size"] = 6


def changed_secret(told: dict[str, Any]) -> None:
    """A secret that was not signed."""
    told["records"][0]["secret"] = "A" * 43 + "="


def short_secret(told: dict[str, Any]) -> None:
    """A secret that is none."""
    told["records"][0]["secret"] = "AAAA"


def missing_record(told: dict[str, Any]) -> None:
    """One record less than the batch says."""
    told["records"] = []


def misspelt_field(told: dict[str, Any]) -> None:
    """A field that there is not."""
    told["records"][0]["fields"]["modalities"] = ["text"]


def extra_member(told: dict[str, Any]) -> None:
    """A member that nobody reads."""
    told["comment"] = "hello"


def records_of_another_type(told: dict[str, Any]) -> None:
    """Records that are no array."""
    told["records"] = {}


def record_without_secret(told: dict[str, Any]) -> None:
    """A record whose secret is missing."""
    del told["records"][0]["secret"]


def secret_of_another_type(told: dict[str, Any]) -> None:
    """A secret that is a number."""
    told["records"][0]["secret"] = 1


def changed_signature(told: dict[str, Any]) -> None:
    """A signature that was altered."""
    note = told["note"]
    told["note"] = note[:-10] + ("A" if note[-10] != "A" else "B") + note[-9:]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (changed_value, "not-verified"),
        (changed_secret, "not-verified"),
        (changed_signature, "not-verified"),
        (short_secret, "malformed-record"),
        (missing_record, "malformed-json"),
        (misspelt_field, "malformed-record"),
        (extra_member, "malformed-json"),
        (records_of_another_type, "malformed-json"),
        (record_without_secret, "malformed-record"),
        (secret_of_another_type, "malformed-record"),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_what_was_not_signed_is_not_logged(
    writer: TestClient, copy: World, change: Any, problem: str
) -> None:
    told = body(signed(shard("d.txt")))
    change(told)
    response = writer.post(URL, content=encode(told))
    assert response.json()["type"] == f"/api/v1/problems/{problem}", response.text
    assert response.status_code == 422
    assert copy.log.store.head().size == 5


@pytest.mark.parametrize(
    ("batch", "problem"),
    [
        (signed(shard("d.txt"), origin="other.example/log"), "wrong-origin"),
        (signed(shard("d.txt"), signer=STRANGER), "unregistered-key"),
        (signed(shard("d.txt"), signer=ROOT), "not-verified"),
        (signed(key(STRANGER, "producer")), "not-verified"),
        (signed(key(STRANGER, "producer"), signer=STRANGER), "unregistered-key"),
    ],
    ids=["another log", "unregistered key", "root key", "producer registers", "self-registered"],
)
def test_a_batch_that_does_not_belong_here_is_refused(
    writer: TestClient, copy: World, batch: SignedBatch, problem: str
) -> None:
    response = writer.post(URL, content=encode_submission(batch))
    assert response.json()["type"] == f"/api/v1/problems/{problem}"
    assert response.status_code == (403 if problem == "unregistered-key" else 422)
    assert copy.log.store.head().size == 5


def test_a_revoked_key_no_longer_signs(writer: TestClient, copy: World) -> None:
    event = {"action": "revoke", "vkey": str(PRODUCER.key), "role": "producer"}
    copy.log.append([signed(stated("key", {"key": event}), signer=ROOT)])
    response = writer.post(URL, content=encode_submission(signed(shard("d.txt"))))
    assert response.status_code == 403
    assert response.json()["type"] == "/api/v1/problems/revoked-key"
    assert "revoked at entry 5" in response.json()["detail"]
    assert writer.get("/api/v1/log").json()["size"] == 5
    copy.log.publish()
    (_, producer) = writer.get("/api/v1/log").json()["keys"]
    assert producer["until"] == 5


def test_a_body_has_one_spelling(writer: TestClient) -> None:
    told = body(signed(shard("d.txt")))
    twice = encode(told)[:-1] + b',"note":""}'
    for content in (json.dumps(told).encode(), twice, b"[" * 100_000, b"{}", b"1e5", b"\xff"):
        response = writer.post(URL, content=content)
        assert response.status_code == 422
        assert response.json()["type"] == "/api/v1/problems/malformed-json"


def test_the_error_says_which_record(writer: TestClient) -> None:
    told = body(signed(shard("d.txt"), shard("e.txt")))
    misspelt_field({"records": told["records"][1:]})
    detail = writer.post(URL, content=encode(told)).json()["detail"]
    assert detail.startswith("records.1: ")
    assert "modality" in detail


def test_a_server_takes_nothing_unless_told_to(client: TestClient, world: World) -> None:
    response = client.post(URL, content=encode_submission(signed(shard("d.txt"))))
    assert response.status_code == 403
    assert response.json()["type"] == "/api/v1/problems/read-only"
    assert world.log.store.head().size == 5


def test_a_writable_server_needs_a_log(copy: World) -> None:
    with pytest.raises(InputError, match="needs the log"):
        create_app(copy.log.store, replace(copy.settings, writable=True))


def test_when_publishing_fails_the_batch_is_logged_all_the_same(
    writer: TestClient, copy: World
) -> None:
    checkpoint = copy.public / "checkpoint"
    good = checkpoint.read_bytes()
    checkpoint.unlink()
    checkpoint.mkdir()
    response = writer.post(URL, content=encode_submission(signed(shard("d.txt"))))
    assert response.status_code in (201, 503)
    checkpoint.rmdir()
    checkpoint.write_bytes(good)
    again = writer.post(URL, content=encode_submission(signed(shard("d.txt"))))
    assert again.json()["index"] == 5
    assert "proof" in again.json()
    assert copy.log.store.head().size == 6


def test_a_submission_is_its_batch(copy: World) -> None:
    batch = signed(release("example-2"))
    assert decode_submission(encode_submission(batch)) == batch
    assert batch.batch.origin == ORIGIN
    with pytest.raises(MalformedError):
        decode_submission(encode_submission(batch) + b"\n")
