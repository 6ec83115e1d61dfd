import sqlite3

import pytest
from fastapi.testclient import TestClient

from ledger.checkpoint.trust import Trust
from ledger.proof.evidence import Evidence
from ledger.proof.tlog_proof import TlogProof
from ledger.proof.verify import verify
from ledger.record.leaf import RecordId
from ledger.tree.hashing import leaf_hash
from tests.api.conftest import Serve
from tests.api.world import (
    LOG_KEY,
    PRODUCER,
    ROOT,
    World,
    settings_in,
    shard,
    signed,
    stated,
)

TRUST = Trust.parse(f"log {LOG_KEY.key}\nquorum none\n".encode())


def test_the_log_says_where_it_stands(client: TestClient) -> None:
    state = client.get("/api/v1/log").json()
    assert (state["origin"], state["size"], state["records"]) == ("log.example.org/2026", 5, 8)
    assert state["checkpoint"].encode() == client.get("/checkpoint").content
    assert state["witnessed"] is False
    assert [one["vkey"] for one in state["keys"]] == [str(ROOT.key), str(PRODUCER.key)]


def test_a_sealed_record_shows_its_leaf_and_no_value(client: TestClient) -> None:
    response = client.get("/api/v1/records/1.0")
    record = response.json()
    assert record["sealed"] is True
    assert "fields" not in record
    assert record["producer"] == str(PRODUCER.key)
    assert "a.txt" not in response.text


def test_an_open_record_is_whole(client: TestClient) -> None:
    record = client.get("/api/v1/records/2.0").json()
    assert record["sealed"] is False
    assert record["fields"]["release"]["name"] == "example-1"


@pytest.mark.parametrize("record_id", ["1.0", "1.2", "2.0", "3.0", "0.1"])
def test_evidence_verifies_offline(client: TestClient, record_id: str) -> None:
    response = client.get(f"/api/v1/records/{record_id}/proof")
    assert response.headers["content-type"] == "application/json"
    verified = verify(Evidence.from_bytes(response.content), TRUST)
    (record,) = [one for one in verified.records if str(one.id) == record_id]
    assert bool(record.fields) == (record.kind != "shard")


@pytest.mark.parametrize("index", range(5))
def test_an_entry_has_a_tlog_proof(client: TestClient, world: World, index: int) -> None:
    response = client.get(f"/api/v1/entries/{index}/proof")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    entry = world.log.store.entry(index)
    assert TlogProof.from_bytes(response.content).check(leaf_hash(entry.note), TRUST)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("records/5.0", 404),
        ("records/1.3", 404),
        ("records/1.3/proof", 404),
        ("records/01.0", 422),
        ("records/1", 422),
        ("records/1.0.0/proof", 422),
        ("records/9007199254740993.0", 422),
        ("entries/5/proof", 404),
        ("entries/9007199254740991/proof", 404),
        ("entries/99999999999999999/proof", 422),
        ("entries/-1/proof", 422),
        ("entries/one/proof", 422),
    ],
)
def test_what_is_not_there_is_a_problem(client: TestClient, path: str, status: int) -> None:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status
    assert response.json()["status"] == status


def test_what_is_logged_and_not_yet_published_is_not_shown(copy: World, serve: Serve) -> None:
    copy.log.append([signed(shard("later.txt"))])
    client = serve(copy)
    assert client.get("/api/v1/log").json()["size"] == 5
    assert "records" not in client.get("/api/v1/log").json()
    assert client.get("/api/v1/records/5.0").status_code == 404
    assert client.get("/api/v1/entries/5/proof").status_code == 404
    copy.log.publish()
    assert client.get("/api/v1/records/5.0").status_code == 200


def test_a_correction_stands_beside_what_it_corrects(copy: World, serve: Serve) -> None:
    told = {"record": "3.0", "action": "withdraw", "reason": "It named <b>nobody</b>."}
    copy.log.append([signed(stated("correction", {"correction": told}))])
    copy.log.publish()
    client = serve(copy)
    expected = [{"record": "5.0", "action": "withdraw", "reason": "It named <b>nobody</b>."}]
    for path in ("records", "summaries"):
        assert client.get(f"/api/v1/{path}/3.0").json()["corrections"] == expected
    page = client.get("/").text
    assert "Withdrawn by record 5.0" in page
    assert "It named &lt;b&gt;nobody&lt;/b&gt;." in page


def test_the_public_server_needs_no_private_table(
    copy: World, client: TestClient, serve: Serve
) -> None:
    database = sqlite3.connect(copy.folder / "ledger.db")
    sets = ("training_range", "training_set", "tally_domain", "tally")
    for table in (*sets, "sealed_record", "description"):
        database.execute(f"DROP TABLE {table}")
    database.close()
    bare = serve(copy, settings_in(copy.folder))
    documents = [f"documents/{path.name}" for path in (copy.public / "documents").iterdir()]
    v1 = ["records/1.0", "records/2.0/proof", "records/1.1/proof", "entries/3/proof", "releases"]
    v1 += ["releases/example-1", "summaries", "summaries/4.0", "openapi.json", *documents]
    files = ["/checkpoint", "/tile/0/000.p/5", "/tile/entries/000.p/5", "/"]
    for path in [*files, *(f"/api/v1/{one}" for one in v1)]:
        response = bare.get(path)
        assert response.status_code == 200, path
        assert response.content == client.get(path).content, path
    assert bare.get("/api/v1/log").json()["root"] == client.get("/api/v1/log").json()["root"]


def test_no_answer_holds_a_private_value(client: TestClient, world: World) -> None:
    stored = world.log.store
    secrets = [stored.record(one).secret.hex() for one in _shards()]
    paths = ["/", "/tile/entries/000.p/5"]
    paths += [f"/api/v1/records/1.{at}{end}" for at in range(3) for end in ("", "/proof")]
    for path in paths:
        text = client.get(path).content
        assert not any(word in text for word in (b"a.txt", b"Rewritten", b"example-0"))
        assert not any(bytes.fromhex(secret) in text for secret in secrets)


def _shards() -> list[RecordId]:
    return [RecordId(1, position) for position in range(3)]
