import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.inbox import Inbox
from api.submission import decode_submission, encode_submission
from ledger.checkpoint.trust import Trust
from ledger.errors import InputError, MalformedError, StorageError
from ledger.proof.tlog_proof import TlogProof
from ledger.record.batch import SignedBatch
from ledger.record.canonical import encode
from ledger.store.advance import Advance, Found
from ledger.store.rows import Head
from ledger.store.store import Store
from ledger.tree.hashing import Hash, leaf_hash
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


def test_a_known_batch_is_found_beyond_the_first_tile(copy: World) -> None:
    batches = [signed(shard(f"{number}.txt")) for number in range(300)]
    copy.log.append(batches)
    inbox = Inbox(copy.log)
    assert [inbox.submit(batches[at]).index for at in (0, 250, 251, 299)] == [5, 255, 256, 304]
    assert inbox.submit(signed(shard("new.txt"))).is_new
    assert not inbox.submit(signed(shard("new.txt"))).is_new


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
        (short_secret, "malformed"),
        (missing_record, "malformed"),
        (misspelt_field, "malformed"),
        (extra_member, "malformed"),
        (records_of_another_type, "malformed"),
        (record_without_secret, "malformed"),
        (secret_of_another_type, "malformed"),
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
        (signed(shard("d.txt"), origin="other.example/log"), "unusable"),
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
    assert response.status_code == 422
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
        assert response.json()["type"] == "/api/v1/problems/malformed"


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


class FullDisk(Store):
    """A store on a disk that has no room left."""

    def append(
        self,
        plan: Callable[[Head, Found], Advance],
        leaves: Sequence[Hash] = (),
        keys: Sequence[str] = (),
    ) -> Head:
        """Fail, as the database would."""
        raise StorageError("the disk is full")


def test_after_a_storage_error_the_log_is_read_again(copy: World) -> None:
    inbox = Inbox(copy.log)
    store = copy.log.store
    copy.log.store = FullDisk(store.engine)
    with pytest.raises(StorageError):
        inbox.submit(signed(shard("d.txt")))
    copy.log.store = store
    assert inbox.submit(signed(shard("d.txt"))).index == 5


def test_a_submission_is_its_batch(copy: World) -> None:
    batch = signed(release("example-2"))
    assert decode_submission(encode_submission(batch)) == batch
    assert batch.batch.origin == ORIGIN
    with pytest.raises(MalformedError):
        decode_submission(encode_submission(batch) + b"\n")
